import FacetGraph
import FacetTensor
import Synchronization

/// What runs of a model need that depends on the model alone: packed weights, norms as scale and
/// shift, plans. Kept as long as the model is.
final class Preparations: Sendable {
  /// What a buffer holds.
  enum Key: Hashable, Sendable {
    case packed(
      NodeID, ConvolutionAlgorithm, kernel: Extent, firstTap: Extent?, tapStep: Extent?,
      InstructionSet)
    /// A batch norm with its running statistics: scales, then shifts.
    case affine(NodeID)
    /// A parameter filled up to whole blocks.
    case filled(NodeID, parameter: Int)
    case leaky(slope: Float, channels: Int)
  }

  /// What a plan depends on besides the model.
  struct PlanKey: Hashable, Sendable {
    var given: [NodeID: Shape]
    var kept: Set<NodeID>
    var usesBatchStatistics: Bool
    var drops: Bool
  }

  private let buffers = Mutex<[Key: Buffer]>([:])
  private let plans = Mutex<[PlanKey: ExecutionPlan]>([:])
  private static let mostPlans = 32

  static func of(_ model: Model) -> Preparations { model.derivations.object { Preparations() } }

  func buffer(_ key: Key, _ make: () -> Buffer) -> Buffer {
    if let buffer = buffers.withLock({ $0[key] }) { return buffer }
    let buffer = make()
    return buffers.withLock { buffers in
      if let other = buffers[key] { return other }
      buffers[key] = buffer
      return buffer
    }
  }

  func plan(_ key: PlanKey, _ make: () throws(EngineError) -> ExecutionPlan) throws(EngineError)
    -> ExecutionPlan
  {
    if let plan = plans.withLock({ $0[key] }) { return plan }
    let plan = try make()
    plans.withLock { plans in
      if plans.count >= Self.mostPlans { plans = [:] }
      plans[key] = plan
    }
    return plan
  }
}

extension Buffer {
  /// Numbers for channels, filled up to whole blocks with zeros.
  convenience init(filling count: Int, _ element: (Int) -> Float) {
    self.init(Value.blocks(count) * 16)
    base.update(repeating: 0, count: capacity)
    for i in 0..<count { base[i] = element(i) }
  }

  /// A batch norm as scales, then shifts, `blocks * 16` floats apart.
  convenience init(
    norm statistics: ChannelStatistics, epsilon: Float, weight: Tensor, bias: Tensor
  ) {
    let channels = weight.count
    let step = Value.blocks(channels) * 16
    self.init(2 * step)
    base.update(repeating: 0, count: capacity)
    for c in 0..<channels {
      let scale = weight.scalars[c] / (statistics.variance[c] + epsilon).squareRoot()
      base[c] = scale
      base[step + c] = bias.scalars[c] - statistics.mean[c] * scale
    }
  }
}
