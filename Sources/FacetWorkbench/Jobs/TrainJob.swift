import FacetEvaluation
import FacetFaces
import FacetFiles
import FacetGraph
import FacetReport
import FacetTraining
import FacetZoo
import Foundation

/// `facet train`: a folder of faces to a model file.
public struct TrainJob: Sendable {
  public struct Options: Sendable {
    public var data: String
    public var recipe: TrainingRecipe
    public var output: String
    public var fractions: StratifiedSplit.Fractions

    public init(
      data: String, recipe: TrainingRecipe, output: String,
      fractions: StratifiedSplit.Fractions = .init()
    ) {
      self.data = data
      self.recipe = recipe
      self.output = output
      self.fractions = fractions
    }
  }

  /// What was trained and how well it does on the test part, which was looked at once, at the end.
  public struct Outcome: Sendable {
    public let model: Model
    public let result: TrainingResult
    public let faces: FaceSet
    public let split: StratifiedSplit
    /// `nil` when the split leaves no test images.
    public let test: ClassificationReport?
    public let seconds: Double

    /// For a terminal: what was trained, on what, and how well it does.
    public func summary(output: String) -> String {
      var lines = [
        "Trained \(model.card.name) on \(split.train.count) photos of \(faces.identities.count) "
          + "people (\(split.calibration.count) for calibration, \(split.test.count) for the test; "
          + "\(counted(faces.skipped.count, "file")) skipped).",
        "Best epoch \(result.bestEpoch) of \(result.history.count)"
          + (result.stoppedEarly ? ", stopped early" : "") + "; "
          + NumberFormat.seconds.string(seconds) + ".",
      ]
      if let test {
        let percent = NumberFormat.percent(1)
        lines.append(
          "Test accuracy \(percent.string(test.accuracy.value)) (\(test.accuracy.successes) of "
            + "\(test.images)), 95% interval "
            + percent.string(
              ReportInterval(of: test.accuracy, overIdentities: test.identityInterval))
            + "; always the same answer: \(percent.string(test.majorityBaseline.accuracy)).")
      }
      for note in split.notes.prefix(5) { lines.append("Note: \(note).") }
      if split.notes.count > 5 { lines.append("... and \(split.notes.count - 5) more notes.") }
      lines.append("Model: \(output)")
      return lines.joined(separator: "\n")
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  public func run(_ context: JobContext) throws -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    // Training can take long: find out now whether its end has somewhere to go.
    try OutputPlace.checkFile(options.output)
    let faces = try context.faces(options.data)
    let split = try StratifiedSplit(of: faces, seed: context.seed, fractions: options.fractions)
    let outcome = try Self.train(faces, split, options.recipe, context)
    try ModelFile.write(outcome.model, to: options.output)
    let elapsed = clock.now - start
    return Outcome(
      model: outcome.model, result: outcome.result, faces: faces, split: split,
      test: outcome.test, seconds: elapsed.seconds)
  }

  /// Trains on a set that is loaded and split already, and judges the result on the test part.
  static func train(
    _ faces: FaceSet, _ split: StratifiedSplit, _ recipe: TrainingRecipe, _ context: JobContext,
    name: String = "training"
  ) throws -> (model: Model, result: TrainingResult, test: ClassificationReport?) {
    let preprocessing = recipe.architecture.input.preprocessing
    func part(_ indices: [Int]) throws -> (images: FaceImages, set: TrainingSet) {
      let images = try FaceImages.load(faces, indices, preprocessing, progress: context.progress)
      return (
        images,
        TrainingSet(values: images.tensors, labels: indices.map { faces.photos[$0].identity })
      )
    }
    let training = try part(split.train)
    let calibration = try part(split.calibration)
    let result = try recipe.train(
      classes: faces.identities, training.set, calibration: calibration.set, context: context,
      name: name)
    var model = result.model
    func hashes(_ indices: [Int]) -> [String] { indices.map { faces.photos[$0].sha256 } }
    model.card.name = "\(recipe.architecture.name) (\(recipe.strategy.rawValue))"
    model.card.training = recipe.record(
      result, train: hashes(split.train), calibration: hashes(split.calibration),
      test: hashes(split.test))
    guard !split.test.isEmpty else { return (model, result, nil) }
    let test = try part(split.test)
    let answers = try Predictor(model, engine: context.engine)
      .answers(test.set.values, progress: context.progress, phase: "testing")
    let report = try ClassificationReport(
      labels: test.set.labels, predictions: answers.predictions, classes: faces.identities)
    return (model, result, report)
  }
}

extension Duration {
  /// In seconds, with fractions.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
