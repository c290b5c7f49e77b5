import FacetGraph

/// How a network is trained.
public struct TrainingOptions: Hashable, Codable, Sendable {
  public var epochs: Int
  public var batchSize: Int
  public var optimiser: OptimiserKind
  public var rate: Float
  public var schedule: LearningRateSchedule
  public var weightDecay: Float
  public var labelSmoothing: Double
  public var augmentation: Augmentation
  /// Epochs without a better calibration loss before training stops.
  public var patience: Int
  /// Parameters outside the head move by the rate times this; 1 trains all alike.
  public var backboneRateScale: Float
  /// Whether batch norm keeps its running statistics, as small batches need when fine-tuning.
  public var freezesStatistics: Bool
  public var seed: UInt64

  public init(
    epochs: Int = 30, batchSize: Int = 32, optimiser: OptimiserKind = .adam, rate: Float = 2e-3,
    schedule: LearningRateSchedule = .cosine, weightDecay: Float = 1e-4,
    labelSmoothing: Double = 0, augmentation: Augmentation = .standard, patience: Int = 10,
    backboneRateScale: Float = 1, freezesStatistics: Bool = false, seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimiser = optimiser
    self.rate = rate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.labelSmoothing = labelSmoothing
    self.augmentation = augmentation
    self.patience = patience
    self.backboneRateScale = backboneRateScale
    self.freezesStatistics = freezesStatistics
    self.seed = seed
  }
}

/// What is trained.
public enum TrainedPart: Hashable, Sendable {
  /// Every parameter, from images.
  case everything
  /// Only what comes after this layer, from values of it that were computed once.
  case after(LayerPath)
}
