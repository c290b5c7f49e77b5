import FacetEngine
import FacetGraph
import FacetTensor

/// A convolution or linear layer by itself with other weights and without a bias, as a network of one
/// layer that the engine runs forward and backward.
struct SignedLayer: Sendable {
  private let model: Model
  private let engine: Engine

  /// - Parameter weight: what becomes of each of the layer's weights.
  init(_ model: Model, _ node: Node, on engine: Engine, _ weight: (Float) -> Float)
    throws(ExplainError)
  {
    let input: Op
    var op = node.op
    switch node.op {
    case .convolution(var convolution):
      convolution.bias = false
      op = .convolution(convolution)
      input = .input(channels: convolution.inChannels)
    case .linear(let inFeatures, let outFeatures, _):
      op = .linear(inFeatures: inFeatures, outFeatures: outFeatures, bias: false)
      input = .arrayInput(extents: [nil, inFeatures])
    default:
      throw .badOption(
        name: "the rule of '\(node.path)'", expected: "a rule of layers with weights",
        got: node.op.kind.rawValue)
    }
    let weights = model.parameters(of: node)[0].map(weight)
    self.engine = engine
    self.model = try ExplainError.wrappingGraph({ () throws(GraphError) in
      let graph = try Graph(
        nodes: [
          Node(id: NodeID(0), path: "x", op: input, inputs: [], parameters: []),
          Node(id: NodeID(1), path: "z", op: op, inputs: [NodeID(0)], parameters: ["weight"]),
        ], output: NodeID(1))
      return try Model(
        graph: graph, parameters: ["weight": weights],
        card: ModelCard(
          name: "", architecture: "", input: InputCard(height: 1, width: 1),
          embeddingLayer: "z", camLayer: "z", licence: "", source: ""))
    })
  }

  /// The layer's output and what its transpose is taken by.
  func forward(_ x: Tensor) throws(EngineError) -> Trace {
    try engine.forward(model, x, keeping: .forBackward(to: ["x"]))
  }

  /// The layer's transpose.
  func transpose(_ s: Tensor, _ trace: Trace) throws(EngineError) -> Tensor {
    try engine.backward(model, trace, from: Seed(s), to: ["x"]).signal(at: "x")
  }
}

extension Tensor {
  /// The same with a value for each channel (or feature) added: axis 1.
  func adding(channels: [Float]) -> Tensor {
    let inner = shape.dropFirst(2).count
    return Tensor(shape) { out in
      withUnsafeBufferPointer { source in
        for i in 0..<source.count {
          out.initializeElement(at: i, to: source[i] + channels[i / inner % channels.count])
        }
      }
    }
  }
}
