/// Closed-set identification: how often each person is named rightly.
public struct ClassificationReport: Codable, Sendable, Equatable {
  public struct ClassResult: Codable, Sendable, Equatable {
    public let name: String
    /// The share of this class's images that are named rightly; nil when it has none.
    public let accuracy: Proportion?
    /// The share of images given this name that are of this class; nil when it was never given.
    public let precision: Proportion?
  }

  public struct Baseline: Codable, Sendable, Equatable {
    /// The class that is always answered.
    public let name: String
    public let accuracy: Double
  }

  public let images: Int
  public let classes: [ClassResult]
  /// `confusion[truth][prediction]` counts images.
  public let confusion: [[Int]]
  public let accuracy: Proportion
  /// The interval of `accuracy` over identities (the classes); nil with fewer than two of them.
  public let identityInterval: ConfidenceInterval?
  /// The mean of the classes' accuracies, over classes that have images.
  public let meanClassAccuracy: Double
  /// What always answering the most frequent class reaches.
  public let majorityBaseline: Baseline

  /// - Parameters:
  ///   - labels: the true class of each image, from 0.
  ///   - predictions: the class answered for each image.
  ///   - classes: the names of the classes.
  ///   - trainingLabels: where the most frequent class is looked up; by default among `labels`. Of
  ///     equally frequent classes the first is taken.
  ///   - bootstrap: resamples, confidence and seed of the interval over identities.
  public init(
    labels: [Int], predictions: [Int], classes: [String], trainingLabels: [Int]? = nil,
    bootstrap: IdentityBootstrap = IdentityBootstrap()
  ) throws(EvaluationError) {
    try bootstrap.validate()
    try checkLabels(labels, images: labels.count, classes: classes.count)
    guard predictions.count == labels.count else {
      throw .sizeMismatch(
        what: "predictions", expected: "\(labels.count)", got: "\(predictions.count)")
    }
    for (index, class_) in predictions.enumerated() where !classes.indices.contains(class_) {
      throw .outOfRange(
        what: "prediction of image", index: index, got: class_, count: classes.count)
    }
    var confusion = [[Int]](
      repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
    for (label, prediction) in zip(labels, predictions) { confusion[label][prediction] += 1 }
    let confidence = bootstrap.confidence
    let results = classes.indices.map { c in
      let images = confusion[c].reduce(0, +)
      let named = confusion.reduce(0) { $0 + $1[c] }
      let right = confusion[c][c]
      return ClassResult(
        name: classes[c],
        accuracy: images == 0 ? nil : Proportion(right, of: images, confidence: confidence),
        precision: named == 0 ? nil : Proportion(right, of: named, confidence: confidence))
    }
    let correct = zip(labels, predictions).map { $0 == $1 }
    let known = trainingLabels ?? labels
    try checkLabels(known, images: known.count, classes: classes.count)
    var frequency = [Int](repeating: 0, count: classes.count)
    for label in known { frequency[label] += 1 }
    var majority = 0
    for c in classes.indices where frequency[c] > frequency[majority] { majority = c }
    let perClass = results.compactMap { $0.accuracy?.value }

    images = labels.count
    self.classes = results
    self.confusion = confusion
    accuracy = Proportion(correct.count { $0 }, of: labels.count, confidence: confidence)
    identityInterval =
      Set(labels).count < 2
      ? nil : try bootstrap.accuracy(correct: correct, identities: labels)
    meanClassAccuracy = perClass.reduce(0, +) / Double(perClass.count)
    majorityBaseline = Baseline(
      name: classes[majority],
      accuracy: Double(labels.count { $0 == majority }) / Double(labels.count))
  }
}
