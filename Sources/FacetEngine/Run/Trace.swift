import FacetGraph
import FacetTensor

/// What a forward run kept.
public struct Trace: Sendable {
  let graph: Graph
  let mode: RunMode
  let shapes: [Shape]
  let machine: Machine
  let values: [NodeID: Value]
  let statistics: [NodeID: ChannelStatistics]
  let dropoutFactors: [NodeID: Tensor]
  /// Floats of memory that all values that weren't kept shared.
  public let arenaCount: Int

  /// The value of the graph's output.
  public var output: Tensor {
    guard let output = values[graph.output] else { preconditionFailure("a run kept no output") }
    return output.tensor(machine)
  }

  /// The value of a kept layer; asking for another is an error.
  public func value(at path: LayerPath) throws(EngineError) -> Tensor {
    let node = try EngineError.wrapping { () throws(GraphError) in try graph.node(at: path) }
    return try value(of: node).tensor(machine)
  }

  func value(of node: Node) throws(EngineError) -> Value {
    guard let value = values[node.id] else { throw .valueNotKept(node.path) }
    return value
  }

  /// The running statistics of every batch norm after this training run, by parameter name; empty
  /// for inference.
  public func updatedStatistics(of model: Model) -> [String: Tensor] {
    var updated: [String: Tensor] = [:]
    for node in graph.nodes {
      guard case .batchNorm(let channels, _, let momentum) = node.op,
        let batch = statistics[node.id], mode.usesBatchStatistics
      else { continue }
      let count = Float(shapes[node.id.index].count / channels)
      let unbiased = batch.variance.map { $0 * count / max(count - 1, 1) }
      let old = model.parameters(of: node)
      for (name, before, now) in [
        (node.parameters[2], old[2], batch.mean), (node.parameters[3], old[3], unbiased),
      ] {
        updated[name] = before.zip(Tensor([channels], now)) {
          $0 * (1 - momentum) + $1 * momentum
        }
      }
    }
    return updated
  }
}
