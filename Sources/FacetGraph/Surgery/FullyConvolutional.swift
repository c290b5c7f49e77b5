import FacetTensor

extension Model {
  /// The same network with its fully connected layers as convolutions, so that it takes images of any
  /// size from its own up and gives a map of class scores.
  ///
  /// With `y = W flatten(F) + b` and F of C x kh x kw, the first layer becomes a kh x kw convolution
  /// whose kernel is W reshaped, without padding; later ones become 1x1 (Sermanet et al. 2014,
  /// section 3.5). An adaptive pool that is the identity at the network's own size goes. After a
  /// global average pool the linear layer commutes with it: it becomes a 1x1 convolution of the map
  /// before, and the mean of the score map is the logits.
  ///
  /// At the network's own input size the one cell of the map (for pooled networks: its mean) equals
  /// the logits.
  public func fullyConvolutional() throws(SurgeryError) -> Model {
    do {
      let head = try ConvertibleHead(self)
      var nodes: [Node] = []
      var places: [NodeID: NodeID] = [:]
      var parameters = parameters
      var window = head.window
      for node in graph.nodes {
        if head.dropped.contains(node.id) {
          places[node.id] = places[node.inputs[0]]
          continue
        }
        var op = node.op
        if head.after.contains(node.id),
          case .linear(let inFeatures, let outFeatures, let bias) = op
        {
          let channels = inFeatures / (window.height * window.width)
          op = .convolution(Convolution(channels, outFeatures, kernel: window, bias: bias))
          parameters[node.parameters[0]] = parameters[node.parameters[0]]?
            .reshaped([outFeatures, channels, window.height, window.width])
          window = Extent(1)
        }
        let id = NodeID(nodes.count)
        places[node.id] = id
        nodes.append(
          Node(
            id: id, path: node.path, op: op, inputs: node.inputs.compactMap { places[$0] },
            parameters: node.parameters))
      }
      guard let output = places[graph.output] else {
        throw SurgeryError.noSite(reason: "the network's output went with its pool")
      }
      let converted = try Graph(
        nodes: nodes, output: output, modules: graph.modules.compactMapValues { places[$0] })
      var card = card
      card.name += ", fully convolutional"
      // A layer that was left out stands for the value it passed on.
      card.embeddingLayer = try path(of: card.embeddingLayer, places, nodes)
      card.camLayer = try path(of: card.camLayer, places, nodes)
      return try Model(graph: converted, parameters: parameters, card: card)
    } catch let error as GraphError {
      throw .graph(error)
    } catch let error as SurgeryError {
      throw error
    } catch {
      throw .noSite(reason: "\(error)")
    }
  }

  private func path(of path: LayerPath, _ places: [NodeID: NodeID], _ nodes: [Node])
    throws(GraphError) -> LayerPath
  {
    let old = try graph.node(at: path)
    guard let place = places[old.id], nodes[place.index].path != old.path else { return path }
    return nodes[place.index].path
  }
}

/// The part of a network that can be converted: a flattening, perhaps a pool before it, and the chain
/// of layers after.
public struct ConvertibleHead: Sendable {
  /// The layer whose map the head sees; the dense score map is a function of its windows.
  public let source: LayerPath
  /// Layers left out: the flattening and the pool.
  let dropped: Set<NodeID>
  /// Layers after the flattening.
  let after: Set<NodeID>
  /// The linear layers that become convolutions, in order.
  public let sites: [LayerPath]
  /// The first linear layer's window: the map it saw at the network's own input size, or 1x1 where it
  /// saw the mean of a map.
  public let window: Extent
  /// Whether the network averages over places: the mean of the score map is then the logits.
  public let isPooled: Bool

  public init(_ model: Model) throws(SurgeryError) {
    let graph = model.graph
    guard
      let flatten = graph.nodes.last(where: { $0.op.kind == .flatten }),
      graph.nodes.filter({ $0.op.kind == .flatten }).count == 1
    else {
      throw .noSite(
        reason: "the network has no single flattening, so it has no head of fully connected layers")
    }
    let after = graph.descendants(of: flatten.id).subtracting([flatten.id])
    if let other = graph.nodes.first(where: { after.contains($0.id) && $0.inputs.count != 1 }) {
      throw .noSite(reason: "layer '\(other.path)' after the flattening takes several inputs")
    }
    let shapes: [Shape]
    do {
      shapes = try graph.shapes(
        input: graph.inputShape(
          images: 1, height: model.card.input.height, width: model.card.input.width))
    } catch { throw .graph(error) }
    func size(_ id: NodeID) -> Extent { Extent(shapes[id.index][2], shapes[id.index][3]) }
    var dropped: Set<NodeID> = [flatten.id]
    var window = size(flatten.inputs[0])
    var isPooled = false
    let chain = graph.nodes.filter { after.contains($0.id) && $0.op.kind != .dropout }
    let before = graph[flatten.inputs[0]]
    if before.op.kind == .adaptiveAveragePool {
      let (from, to) = (size(before.inputs[0]), size(before.id))
      // A map of one place is its own mean; where only linear layers follow, larger maps have theirs.
      isPooled =
        to == Extent(1) && (from != to || chain.allSatisfy { $0.op.kind == .linear })
      guard from == to || isPooled else {
        throw .poolIsNotIdentity(before.path, from: from, to: to)
      }
      dropped.insert(before.id)
      window = to
    }
    // A nonlinearity between pooled features and logits doesn't commute with the mean.
    if isPooled, let bend = chain.first(where: { $0.op.kind != .linear }) {
      throw .noSite(
        reason: "layer '\(bend.path)' after the global pool does not commute with it")
    }
    source = before.op.kind == .adaptiveAveragePool ? graph[before.inputs[0]].path : before.path
    sites = chain.filter { $0.op.kind == .linear }.map(\.path)
    self.dropped = dropped
    self.after = after
    self.window = window
    self.isPooled = isPooled
  }
}
