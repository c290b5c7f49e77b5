import FacetGraph
import FacetTensor

/// Whether a run is inference or training. The model is the same value in both.
public enum RunMode: Sendable {
  /// Running statistics, no dropout.
  case inference
  /// Dropout and, unless they are frozen, batch statistics.
  case training(Training)

  /// How a training run draws its dropout and treats batch norm.
  public struct Training: Sendable {
    public enum Dropout: Sendable {
      case none
      /// Masks are a function of this seed and the layer's place.
      case seeded(UInt64)
      /// Given masks of zeros and ones, of the shape of each dropout layer's value.
      case masks([LayerPath: Tensor])
    }

    public var dropout: Dropout
    /// Whether batch norm keeps using its running statistics, as when fine-tuning on small batches.
    public var freezesStatistics: Bool

    public init(dropout: Dropout, freezesStatistics: Bool = false) {
      self.dropout = dropout
      self.freezesStatistics = freezesStatistics
    }
  }

  var usesBatchStatistics: Bool {
    if case .training(let training) = self { !training.freezesStatistics } else { false }
  }

  /// Whether dropout layers do anything.
  var drops: Bool {
    guard case .training(let training) = self else { return false }
    if case .none = training.dropout { return false }
    return true
  }

  /// What a dropout layer multiplies by: `1 / (1 - p)` or 0; `nil` when it does nothing.
  func dropoutFactors(_ node: Node, _ probability: Float, _ shape: Shape) -> Tensor? {
    guard case .training(let training) = self else { return nil }
    let scale = 1 / (1 - probability)
    switch training.dropout {
    case .none: return nil
    case .masks(let masks): return masks[node.path]?.reshaped(shape).map { $0 * scale }
    case .seeded(let seed):
      var stream = RandomStream(seed: seed, 0xD209, node.id.index)
      return Tensor(shape, (0..<shape.count).map { _ in stream.happens(probability) ? 0 : scale })
    }
  }
}
