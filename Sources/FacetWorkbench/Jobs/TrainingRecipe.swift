import FacetGraph
import FacetTraining
import FacetZoo

/// What of a network is trained, and from where.
public enum TrainingStrategy: String, Hashable, Codable, Sendable, CaseIterable {
  /// Every weight, from random ones.
  case scratch
  /// A pretrained network's last layers on its frozen features, each image run through once.
  case features
  /// A pretrained network's every weight, after its new last layer was trained on frozen features.
  case finetune
}

/// One network trained on one split: shared by training, ensembles and the demonstration.
public struct TrainingRecipe: Sendable {
  public let architecture: Architecture
  public let strategy: TrainingStrategy
  /// A file of weights with the design's names, or the name of a published set; needed unless training
  /// from scratch.
  public let weights: String?
  public var options: TrainingOptions

  /// - Parameter options: by default what suits the strategy.
  /// - Throws: `usage` when pretrained weights are needed and missing, or given and not used.
  public init(
    architecture: Architecture, strategy: TrainingStrategy, weights: String? = nil,
    options: TrainingOptions? = nil, seed: UInt64 = 0
  ) throws {
    if strategy == .scratch, weights != nil {
      throw WorkbenchError.usage(
        "--strategy scratch starts from random weights, so --weights has no use; "
          + "did you mean --strategy finetune?")
    }
    if strategy != .scratch, weights == nil {
      throw WorkbenchError.usage(
        "--strategy \(strategy.rawValue) starts from a trained network: give its weights with "
          + "--weights FILE")
    }
    self.architecture = architecture
    self.strategy = strategy
    self.weights = weights
    self.options = options ?? Self.standardOptions(strategy, seed: seed)
  }

  /// The same from the names users give, with single settings changed.
  public init(
    architecture: String, strategy: TrainingStrategy, weights: String?, epochs: Int?, rate: Float?,
    augmentation: String?, optimiser: OptimiserKind? = nil, seed: UInt64
  ) throws {
    var options = Self.standardOptions(strategy, seed: seed)
    if let optimiser {
      options.optimiser = optimiser
      // Plain descent wants a larger step than Adam's normalised one.
      if optimiser == .sgd { options.rate *= 10 }
    }
    if let epochs {
      guard epochs > 0 else { throw WorkbenchError.usage("--epochs must be at least 1") }
      options.epochs = epochs
    }
    if let rate {
      guard rate > 0, rate.isFinite else { throw WorkbenchError.usage("--rate must be above 0") }
      options.rate = rate
    }
    if let augmentation {
      guard let found = Augmentation.named.first(where: { $0.name == augmentation }) else {
        let nearest = Suggestion.nearest(to: augmentation, among: Augmentation.named.map(\.name))
        throw WorkbenchError.usage(
          "there is no augmentation '\(augmentation)'; did you mean '\(nearest ?? "none")'? Known: "
            + Self.augmentationNames)
      }
      options.augmentation = found.augmentation
    }
    try self.init(
      architecture: Architecture.named(architecture), strategy: strategy, weights: weights,
      options: options,
      seed: seed)
  }

  /// The designs that can be trained.
  public static let architectureNames = Architecture.all.map(\.name)
  /// The augmentations by name, for help texts.
  public static let augmentationNames = Augmentation.named.map(\.name).joined(separator: ", ")

  /// What suits each strategy on small face sets.
  public static func standardOptions(_ strategy: TrainingStrategy, seed: UInt64) -> TrainingOptions
  {
    switch strategy {
    case .scratch:
      TrainingOptions(epochs: 40, rate: 2e-3, patience: 12, seed: seed)
    case .features:
      TrainingOptions(
        epochs: 60, rate: 1e-3, schedule: .constant, augmentation: .none, patience: 8, seed: seed)
    case .finetune:
      TrainingOptions(
        epochs: 12, batchSize: 16, rate: 1e-4, augmentation: .standard, patience: 4,
        freezesStatistics: true, seed: seed)
    }
  }

  /// The network before its first step: fresh, or pretrained with a fresh last layer.
  public func initialModel(classes: [String]) throws -> Model {
    guard let weights else { return try architecture.model(classes: classes, seed: options.seed) }
    return try architecture.model(weights: ModelSource.file(weights, for: architecture)).model
      .replacingHead(architecture.head, classes: classes, seed: options.seed)
  }

  /// Trains the network.
  ///
  /// - Parameters:
  ///   - name: begins the progress's phases.
  ///   - images, labels: of the training and the calibration part.
  public func train(
    classes: [String], _ training: TrainingSet, calibration: TrainingSet, context: JobContext,
    name: String = "training"
  ) throws -> TrainingResult {
    var model = try initialModel(classes: classes)
    if strategy != .scratch {
      let head = try trainHead(model, training, calibration, context, name)
      guard strategy == .finetune else { return head }
      model = head.model
    }
    return try fit(
      Trainer(options, engine: context.engine), model, training, calibration, .everything,
      context, name)
  }

  private func trainHead(
    _ model: Model, _ training: TrainingSet, _ calibration: TrainingSet, _ context: JobContext,
    _ name: String
  ) throws -> TrainingResult {
    let options =
      strategy == .features
      ? options : Self.standardOptions(.features, seed: options.seed)
    let trainer = Trainer(options, engine: context.engine)
    let layer = architecture.featureLayer
    context.progress.step("\(name): features", 0)
    let features = TrainingSet(
      values: try trainer.features(model, training.values, at: layer), labels: training.labels)
    context.progress.step("\(name): features", 0.8)
    let held = TrainingSet(
      values: try trainer.features(model, calibration.values, at: layer),
      labels: calibration.labels)
    return try fit(trainer, model, features, held, .after(layer), context, "\(name): last layers")
  }

  private func fit(
    _ trainer: Trainer, _ model: Model, _ training: TrainingSet, _ calibration: TrainingSet,
    _ part: TrainedPart, _ context: JobContext, _ name: String
  ) throws -> TrainingResult {
    let epochs = trainer.options.epochs
    return try trainer.fit(
      model, training, calibration: calibration, part: part,
      progress: { epoch, fraction in
        context.progress.step(
          "\(name), epoch \(epoch) of \(epochs)", (Double(epoch - 1) + fraction) / Double(epochs))
      },
      finished: { record in
        context.progress.note(
          "\(name), epoch \(record.epoch): loss \(Self.text(record.trainingLoss)), calibration "
            + "loss \(Self.text(record.calibrationLoss)), accuracy "
            + "\(Self.text(100 * record.calibrationAccuracy, 1)) %")
      })
  }

  private static func text(_ value: Double, _ digits: Int = 3) -> String {
    let scale = digits == 1 ? 10.0 : 1000.0
    return "\((value * scale).rounded() / scale)"
  }

  /// The record that goes into the trained model's card.
  public func record(
    _ result: TrainingResult, train: [String], calibration: [String], test: [String]
  ) -> TrainingRecord {
    TrainingRecord(
      strategy: strategy.rawValue, seed: options.seed, epochs: result.history.count,
      bestEpoch: result.bestEpoch,
      options: [
        "optimiser": options.optimiser.rawValue, "rate": "\(options.rate)",
        "batchSize": "\(options.batchSize)", "weightDecay": "\(options.weightDecay)",
        "augmentation": options.augmentation.description,
      ], train: train, calibration: calibration, test: test)
  }
}

extension Augmentation {
  /// For records: `flip 0.5, shift 0.08, rotation 12, zoom 0.1`.
  var description: String {
    let parts = [("flip", flip), ("shift", shift), ("rotation", rotation), ("zoom", zoom)]
      .filter { $0.1 != 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }
}
