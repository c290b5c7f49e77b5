import FacetTensor

/// How the crops of one image come to one decision. The rules can disagree.
public enum CropFusion: String, Codable, Sendable, Equatable, CaseIterable {
  /// The mean of the crops' softmax: the default, as AlexNet's ten patches were averaged.
  case meanSoftmax
  /// The mean of the crops' logits: one very sure crop can outvote the others.
  case meanLogits
  /// The class most crops decide for; of equal ones that of the larger mean softmax.
  case majority
  /// The class of the single largest softmax of any crop.
  case maximum

  /// The value of each class under this rule; the decision is the largest, lowest index first.
  ///
  /// Means of softmax sum to 1, means of logits are logits, votes are counts (plus a fraction below
  /// one that settles ties), maxima are in [0, 1].
  /// - Parameter logits: `[positions, classes]` in row-major order, at least one row.
  public func scores(_ logits: ArraySlice<Float>, classes: Int) -> [Double] {
    precondition(classes > 0 && !logits.isEmpty && logits.count % classes == 0, "ragged logits")
    let positions = logits.count / classes
    let rows = (0..<positions).map { p in
      logits[logits.startIndex + p * classes..<logits.startIndex + (p + 1) * classes]
    }
    var sums = [Double](repeating: 0, count: classes)
    if self == .meanLogits {
      for row in rows { for (c, value) in row.enumerated() { sums[c] += Double(value) } }
      return sums.map { $0 / Double(positions) }
    }
    var maxima = sums
    for row in rows {
      for (c, value) in softmax(row).enumerated() {
        sums[c] += value
        maxima[c] = max(maxima[c], value)
      }
    }
    switch self {
    case .maximum: return maxima
    case .majority:
      // Means of softmax are at most 1, so half of one never outweighs a vote.
      var votes = sums.map { $0 / Double(2 * positions) }
      for row in rows { votes[argmax(row)] += 1 }
      return votes
    case .meanSoftmax, .meanLogits: return sums.map { $0 / Double(positions) }
    }
  }

  /// The class decided for.
  public func decision(_ logits: ArraySlice<Float>, classes: Int) -> Int {
    let values = scores(logits, classes: classes)
    var best = 0
    for c in values.indices where values[c] > values[best] { best = c }
    return best
  }

  /// The values of each image's classes, `[images, classes]`, from `[images, positions, classes]`.
  public func scores(_ logits: Tensor) throws(EvaluationError) -> Tensor {
    let (images, positions, classes) = try Self.extents(logits)
    var fused: [Float] = []
    for image in 0..<images {
      let block = positions * classes
      fused += scores(logits.scalars[image * block..<(image + 1) * block], classes: classes)
        .map(Float.init)
    }
    return Tensor([images, classes], fused)
  }

  /// The class decided for in each image of `[images, positions, classes]`.
  public func decisions(_ logits: Tensor) throws(EvaluationError) -> [Int] {
    let (images, positions, classes) = try Self.extents(logits)
    let block = positions * classes
    return (0..<images).map { image in
      decision(logits.scalars[image * block..<(image + 1) * block], classes: classes)
    }
  }

  static func extents(
    _ logits: Tensor
  ) throws(EvaluationError) -> (images: Int, positions: Int, classes: Int) {
    let shape = logits.shape
    guard shape.rank == 3, shape[1] > 0, shape[2] > 0 else {
      throw .sizeMismatch(
        what: "crops' logits", expected: "[images, positions, classes]", got: shape.description)
    }
    if shape[0] == 0 { throw .nothingToEvaluate(what: "images") }
    try checkFinite(logits)
    return (shape[0], shape[1], shape[2])
  }
}
