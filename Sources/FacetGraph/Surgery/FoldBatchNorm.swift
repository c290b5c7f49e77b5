import FacetTensor

extension Model {
  /// The same network with each batch norm merged into the convolution or linear layer before it,
  /// with its running statistics: `w' = w g`, `b' = (b - mean) g + beta`, `g = gamma / sqrt(variance +
  /// epsilon)`, in double precision. Outputs are equal up to rounding.
  ///
  /// A norm stays where no such layer feeds it alone, or where that layer's weights serve another
  /// layer too. A merged norm's path names the layer it went into.
  public func foldingBatchNorm() throws(GraphError) -> Model {
    let consumers = graph.consumers
    var users: [String: Int] = [:]
    for node in graph.nodes { for name in node.parameters { users[name, default: 0] += 1 } }
    var nodes: [Node] = []
    var places: [NodeID: NodeID] = [:]
    var modules: [LayerPath: NodeID] = [:]
    var parameters = parameters
    for node in graph.nodes {
      let before = node.inputs.first.map { graph[$0] }
      if case .batchNorm(_, let epsilon, _) = node.op, let before,
        consumers[before.id.index] == [node.id], before.id != graph.output,
        before.parameters.allSatisfy({ users[$0] == 1 }), let place = places[before.id],
        let merged = before.op.withBias,
        before.parameters.count > 1 || users[before.biasName] == nil
      {
        let norm = self.parameters(of: node)
        let (weight, bias) = Self.merged(self.parameters(of: before), norm, epsilon)
        parameters[before.parameters[0]] = weight
        parameters[before.biasName] = bias
        nodes[place.index] = Node(
          id: place, path: before.path, op: merged, inputs: nodes[place.index].inputs,
          parameters: [before.parameters[0], before.biasName])
        places[node.id] = place
        modules[node.path] = place
        continue
      }
      let id = NodeID(nodes.count)
      places[node.id] = id
      nodes.append(
        Node(
          id: id, path: node.path, op: node.op, inputs: node.inputs.compactMap { places[$0] },
          parameters: node.parameters))
    }
    modules.merge(graph.modules.compactMapValues { places[$0] }) { norm, _ in norm }
    let folded = try Graph(
      nodes: nodes, output: places[graph.output] ?? graph.output, modules: modules)
    return try Model(graph: folded, parameters: parameters, card: card)
  }

  /// Weight and bias of a layer with a norm merged in.
  private static func merged(_ layer: [Tensor], _ norm: [Tensor], _ epsilon: Float) -> (
    weight: Tensor, bias: Tensor
  ) {
    let outputs = norm[0].count
    let gains = (0..<outputs).map { channel in
      Double(norm[0].scalars[channel])
        / (Double(norm[3].scalars[channel]) + Double(epsilon)).squareRoot()
    }
    let inner = layer[0].count / outputs
    let weight = layer[0].scalars.indices.map { i in
      Float(Double(layer[0].scalars[i]) * gains[i / inner])
    }
    let bias = (0..<outputs).map { channel in
      let old = layer.count > 1 ? Double(layer[1].scalars[channel]) : 0
      let shifted = (old - Double(norm[2].scalars[channel])) * gains[channel]
      return Float(shifted + Double(norm[1].scalars[channel]))
    }
    return (Tensor(layer[0].shape, weight), Tensor([outputs], bias))
  }
}

extension Op {
  /// The same layer with a bias; `nil` for operators that a norm can't be merged into.
  fileprivate var withBias: Op? {
    switch self {
    case .convolution(var convolution):
      convolution.bias = true
      return .convolution(convolution)
    case .linear(let inFeatures, let outFeatures, _):
      return .linear(inFeatures: inFeatures, outFeatures: outFeatures, bias: true)
    default: return nil
    }
  }
}

extension Node {
  /// The name of the layer's bias, or of the one it gets.
  fileprivate var biasName: String {
    parameters.count > 1 ? parameters[1] : path.appending("bias").name
  }
}
