import FacetTensor

extension Model {
  /// The same network with a fresh last layer for other classes.
  ///
  /// - Parameters:
  ///   - head: a linear layer or a convolution that gives one output per class.
  ///   - seed: for the new layer's weights, uniform in +-1/sqrt(fan-in).
  public func replacingHead(_ head: LayerPath, classes: [String], seed: UInt64)
    throws(SurgeryError) -> Model
  {
    do {
      let old = try graph.node(at: head)
      let op: Op
      switch old.op {
      case .linear(let inFeatures, _, let bias):
        op = .linear(inFeatures: inFeatures, outFeatures: classes.count, bias: bias)
      case .convolution(var convolution):
        convolution.outChannels = classes.count
        op = .convolution(convolution)
      default:
        throw SurgeryError.wrongKind(
          old.path, expected: "a linear layer or a convolution", got: old.op.kind)
      }
      var nodes = graph.nodes
      nodes[old.id.index] = Node(
        id: old.id, path: old.path, op: op, inputs: old.inputs, parameters: old.parameters)
      let changed = try Graph(nodes: nodes, output: graph.output, modules: graph.modules)
      let fresh = changed.initialParameters(
        .torchDefault, seed: seed, only: Set(old.parameters))
      var card = card
      card.classes = classes
      return try Model(
        graph: changed, parameters: parameters.merging(fresh) { $1 }, card: card)
    } catch let error as GraphError {
      throw .graph(error)
    } catch let error as SurgeryError {
      throw error
    } catch {
      throw .noSite(reason: "\(error)")
    }
  }
}
