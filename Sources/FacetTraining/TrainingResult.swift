import FacetGraph

/// One epoch's figures.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// From 1.
  public let epoch: Int
  public let rate: Float
  /// Mean cross-entropy over the epoch's training batches, augmented, with dropout.
  public let trainingLoss: Double
  public let trainingAccuracy: Double
  /// Mean cross-entropy on the calibration part, in inference.
  public let calibrationLoss: Double
  public let calibrationAccuracy: Double
}

/// A trained network and how it got there.
public struct TrainingResult: Sendable {
  /// With the weights of the epoch whose calibration loss was lowest.
  public let model: Model
  public let history: [EpochRecord]
  /// From 1.
  public let bestEpoch: Int
  public let stoppedEarly: Bool
}
