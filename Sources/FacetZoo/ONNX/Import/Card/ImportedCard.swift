import FacetGraph
import Foundation

/// The card of an imported network: options first, then the card file beside it, then the card that
/// Facet put into the file, then what the graph shows.
struct ImportedCard {
  let graph: Graph
  /// Every value's extents at the size that is taken for the card.
  let extents: [[Int]]
  let options: ONNXImportOptions
  let file: ONNXCardFile?
  let embedded: ModelCard?
  let path: String
  let size: (height: Int, width: Int)
  let opset: Int
  let producer: String

  func card() throws(ZooError) -> ModelCard {
    let channels = graph.inputChannels
    let input = embedded?.input
    let order =
      options.channels ?? file?.channels ?? input?.channels ?? (channels == 1 ? "grey" : "rgb")
    guard ["rgb", "bgr", "grey"].contains(order) else {
      throw bad("'channels' is '\(order)'; rgb, bgr or grey was expected")
    }
    let mean = try perChannel("mean", options.mean ?? file?.mean ?? input?.mean, 0, channels)
    let deviation = try perChannel(
      "std",
      options.standardDeviation ?? file?.standardDeviation ?? input?.standardDeviation, 1, channels)
    let scale = options.scale ?? file?.scale ?? input?.scale ?? 1
    guard scale.isFinite, scale != 0, !deviation.contains(0) else {
      throw bad("scale \(scale) and std \(deviation) must not be 0")
    }
    let resize = options.resize ?? file?.resize ?? input?.resize ?? .stretch
    if case .shorterSide(let side) = resize, !(1...1 << 16 ~= side) {
      throw bad("'resize' is \(side) pixels")
    }
    let height = try side(
      "height", options.height ?? file?.height, input?.height ?? size.height, axis: 2)
    let width = try side("width", options.width ?? file?.width, input?.width ?? size.width, axis: 3)
    let classes = options.classes ?? file?.classes ?? embedded?.classes ?? []
    let name =
      options.name ?? file?.name ?? embedded?.name
      ?? URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return ModelCard(
      name: name, architecture: file?.architecture ?? embedded?.architecture ?? "ONNX",
      input: InputCard(
        height: height, width: width, resize: resize, scale: scale, mean: mean,
        standardDeviation: deviation, channels: order),
      classes: classes,
      embeddingLayer: options.embeddingLayer ?? file?.embeddingLayer.map { LayerPath($0) }
        ?? embedded?.embeddingLayer ?? embeddingLayer(isClassifier: !classes.isEmpty),
      camLayer: options.camLayer ?? file?.camLayer.map { LayerPath($0) }
        ?? embedded?.camLayer ?? camLayer,
      licence: file?.licence ?? embedded?.licence ?? "unknown",
      source: file?.source ?? embedded?.source
        ?? "an ONNX file of opset \(opset)" + (producer.isEmpty ? "" : ", made by \(producer)"),
      training: embedded?.training)
  }

  private func bad(_ reason: String) -> ZooError {
    .unsupported(path: file?.path ?? path, reason: reason)
  }

  private func perChannel(
    _ name: String, _ given: [Float]?, _ fallback: Float, _ channels: Int
  ) throws(ZooError) -> [Float] {
    guard let given else { return [Float](repeating: fallback, count: channels) }
    guard given.count == channels || given.count == 1, given.allSatisfy(\.isFinite) else {
      throw bad("'\(name)' is \(given); one finite number or \(channels) were expected")
    }
    return given.count == channels ? given : [Float](repeating: given[0], count: channels)
  }

  private func side(_ name: String, _ given: Int?, _ own: Int, axis: Int) throws(ZooError) -> Int {
    let fixed = graph.inputExtents.count == 4 ? graph.inputExtents[axis] : nil
    let side = fixed ?? given ?? own
    guard 1...1 << 16 ~= side else { throw bad("'\(name)' is \(side) pixels") }
    if let fixed, let given, given != fixed {
      throw bad("'\(name)' is \(given), but the graph takes only \(fixed)")
    }
    return side
  }

  /// The network's output, where it is an embedding: when no classes are given and no softmax ends it.
  /// Otherwise what its last linear layer takes, or what the softmax does.
  private func embeddingLayer(isClassifier: Bool) -> LayerPath {
    let output = graph[graph.output]
    var node = output
    var softmax: Node?
    while node.inputs.count == 1 {
      switch node.op {
      case .softmax, .axisSoftmax: softmax = softmax ?? node
      case .linear where softmax != nil || isClassifier: return graph[node.inputs[0]].path
      case .convolution: return graph[(softmax ?? output).inputs.first ?? graph.output].path
      default: break
      }
      if softmax == nil, !isClassifier { return output.path }
      node = graph[node.inputs[0]]
    }
    return softmax.map { graph[$0.inputs[0]].path } ?? output.path
  }

  /// The last map of more than one pixel on the way to the output, as a convolution, a normalisation,
  /// an activation, a sum or a concatenation gives it.
  private var camLayer: LayerPath {
    let ancestors = graph.ancestors(of: graph.output)
    func isMap(_ node: Node) -> Bool {
      let extents = extents[node.id.index]
      return ancestors.contains(node.id) && extents.count == 4 && max(extents[2], extents[3]) > 1
    }
    let last = graph.nodes.last { node in
      switch node.op {
      case .convolution, .transposedConvolution, .batchNorm, .relu, .prelu, .activation, .add,
        .concat, .arithmetic:
        isMap(node)
      default: false
      }
    }
    return (last ?? graph.nodes.last(where: isMap) ?? graph[graph.input]).path
  }
}
