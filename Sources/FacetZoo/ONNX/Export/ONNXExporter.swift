import FacetGraph
import FacetTensor
import Foundation

/// Writes a model as an ONNX graph of opset 17.
///
/// Nodes, the values they give and parameters keep their names, so a layer is found by the path it has
/// in Facet. The batch is free, and so is the image size unless a layer's weights depend on it. What
/// ONNX has no operator for is written as several, named below the layer: `fc/norm`, `fc`. The card and
/// the names of modules go along in the file's metadata, under ``cardKey`` and ``modulesKey``.
public enum ONNXExporter {
  /// The metadata entry that holds the model's card as JSON.
  public static let cardKey = "facet.card"
  /// The metadata entry that holds, as JSON, for each module's path that of its last layer.
  public static let modulesKey = "facet.modules"
  static let opset = 17

  /// Writes the file whole or not at all.
  ///
  /// - Throws: `unsupported`, naming the layer, for what opset 17 can't say; `file` when it can't be
  ///   written.
  public static func write(_ model: Model, to path: String) throws(ZooError) {
    try ONNXWriter.write(try exported(model, path: path), to: path)
  }

  /// The model as ONNX has it; `path` is named in errors.
  public static func exported(_ model: Model, path: String) throws(ZooError) -> ONNXModel {
    var export = try GraphExport(model, path: path)
    for node in model.graph.nodes where !node.op.isInput { try export.emit(node) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata: [String: String] = [:]
    if let card = try? encoder.encode(model.card) {
      metadata[cardKey] = String(decoding: card, as: UTF8.self)
    }
    let modules = Dictionary(
      model.graph.modules.map { ($0.name, model.graph[$1].path.name) },
      uniquingKeysWith: { first, _ in first })
    if let modules = try? encoder.encode(modules) {
      metadata[modulesKey] = String(decoding: modules, as: UTF8.self)
    }
    return ONNXModel(
      irVersion: 8, opsetImports: ["": opset], producerName: "facet", metadata: metadata,
      graph: try export.finished())
  }
}

/// A graph on its way out.
struct GraphExport {
  let model: Model
  let path: String
  /// What is known of every value; all of it when the image size is fixed.
  let shapes: [ValueShape]
  /// Whether the written graph takes images of one size only.
  let isFixed: Bool
  private(set) var nodes: [ONNXNode] = []
  private(set) var initializers: [ONNXTensor] = []
  private var initialized: Set<String> = []

  init(_ model: Model, path: String) throws(ZooError) {
    self.model = model
    self.path = path
    // A pool to a grid has no operator; at one image size it is a product with fixed matrices.
    isFixed = model.graph.nodes.contains {
      if case .adaptiveAveragePool(let height, let width) = $0.op {
        height * width != 1
      } else {
        false
      }
    }
    do {
      var open = try model.graph.openShapes
      if isFixed {
        let input = model.card.input
        let known = try model.graph.shapes(
          input: model.graph.inputShape(images: 1, height: input.height, width: input.width))
        // The batch stays free.
        open = Swift.zip(open, known).map { open, known in
          guard let batch = open.extents.first, batch == nil else { return ValueShape(known) }
          return ValueShape([nil] + known.dropFirst().extents)
        }
      }
      shapes = open
    } catch { throw .graph(path: path, error) }
  }

  /// Adds one ONNX node. Its first output is named `name`.
  mutating func add(
    _ opType: String, _ name: String, _ inputs: [String],
    _ attributes: [String: ONNXAttribute] = [:]
  ) {
    nodes.append(
      ONNXNode(opType, name: name, inputs: inputs, outputs: [name], attributes: attributes))
  }

  /// A constant by its name.
  mutating func constant(_ name: String, _ dims: [Int], floats: [Float]) -> String {
    if initialized.insert(name).inserted {
      initializers.append(ONNXTensor(name: name, dims: dims, floats: floats))
    }
    return name
  }

  mutating func constant(_ name: String, int64s: [Int]) -> String {
    if initialized.insert(name).inserted {
      initializers.append(
        ONNXTensor(name: name, dims: [int64s.count], int64s: int64s.map { Int64($0) }))
    }
    return name
  }

  /// A node's parameters as initializers, by their own names.
  mutating func parameters(of node: Node) -> [String] {
    Swift.zip(node.parameters, model.parameters(of: node)).map { name, tensor in
      constant(name, tensor.shape.extents, floats: tensor.scalars)
    }
  }

  /// The names of the values a node takes.
  func inputs(of node: Node) -> [String] { node.inputs.map(valueName) }

  func valueName(_ id: NodeID) -> String {
    let node = model.graph[id]
    // A constant is an initializer and has no node of its own.
    if case .constant = node.op { return node.parameters[0] }
    return node.path.name
  }

  func refusal(_ node: Node, _ reason: String) -> ZooError {
    .unsupported(
      path: path,
      reason: "layer '\(node.path)' (\(node.op.label)) can't be written as ONNX: \(reason)")
  }

  /// The graph with its input and output.
  func finished() throws(ZooError) -> ONNXGraph {
    let input = model.graph[model.graph.input]
    let letters = ["batch", "channels", "height", "width"]
    func info(_ name: String, _ shape: ValueShape) -> ONNXValueInfo {
      ONNXValueInfo(
        name: name,
        dims: shape.extents.enumerated().map { axis, extent in
          if let extent { return .known(extent) }
          return axis == 0 || name == input.path.name && axis < letters.count
            ? .named(letters[axis]) : .unknown
        })
    }
    let output = model.graph.output
    return ONNXGraph(
      name: model.card.name, nodes: nodes, initializers: initializers,
      inputs: [info(input.path.name, shapes[input.id.index])],
      outputs: [info(valueName(output), shapes[output.index])])
  }
}
