import FacetTensor

/// Examples with their classes: images `[C, H, W]`, or a layer's values for them.
public struct TrainingSet: Sendable {
  public let values: [Tensor]
  public let labels: [Int]

  /// All values have one shape; there are as many labels.
  public init(values: [Tensor], labels: [Int]) {
    precondition(values.count == labels.count, "\(values.count) values, \(labels.count) labels")
    self.values = values
    self.labels = labels
  }

  public var count: Int { values.count }

  /// The examples at these places.
  public func subset(_ places: [Int]) -> TrainingSet {
    TrainingSet(values: places.map { values[$0] }, labels: places.map { labels[$0] })
  }
}
