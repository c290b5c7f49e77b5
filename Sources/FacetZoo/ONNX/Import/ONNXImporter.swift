import FacetGraph
import FacetTensor
import Foundation

/// Reads networks of the Open Neural Network Exchange (https://onnx.ai), opsets 1 to 25, into Facet's
/// graphs.
///
/// What depends on sizes alone is computed while the file is read, with sizes that nobody knows yet kept
/// as symbols, so that a graph takes batches and images of any size wherever its own numbers allow it.
/// What Facet doesn't compute is refused, with all reasons at once; nothing is left out silently.
public enum ONNXImporter {
  /// Operator sets that are known.
  public static let opsets = 1...25

  /// Reads the model at `path`.
  ///
  /// - Throws: `unsupportedNodes` with all nodes on the way to the output that aren't computed;
  ///   `unsupported` for what the whole file asks for; `malformed` and `file` for a file that can't be
  ///   read; `graph` when its parts don't fit each other.
  public static func model(
    path: String, options: ONNXImportOptions = ONNXImportOptions()
  ) throws(ZooError) -> ONNXImported {
    let model = try ONNXModel(contentsOf: path)
    let card = options.readsCardFile ? try ONNXCardFile.beside(path) : nil
    return try imported(model, path: path, options: options, card: card)
  }

  /// Turns a model in memory into a graph; `path` is named in errors.
  public static func model(
    _ model: ONNXModel, path: String = "(memory)",
    options: ONNXImportOptions = ONNXImportOptions()
  ) throws(ZooError) -> ONNXImported {
    try imported(model, path: path, options: options, card: nil)
  }

  private static func imported(
    _ model: ONNXModel, path: String, options: ONNXImportOptions, card: ONNXCardFile?
  ) throws(ZooError) -> ONNXImported {
    let opset = try opset(of: model, path)
    let frame = try frame(of: model, path, options)
    var parameters = ParameterStore()
    var fixed: Set<Int> = []
    // Every round fixes one more axis at least, so there are few.
    while true {
      var reading = ImportReading(
        model: model, frame: frame, options: options,
        lowering: Lowering(
          budget: FoldingBudget(limit: options.foldingLimit), parameters: parameters))
      do throws(LoweringFailure) {
        try reading.run(fixed: fixed)
      } catch {
        switch error {
        case .needsFixedAxes(let axes) where !axes.isSubset(of: fixed):
          parameters = reading.parameters
          parameters.removeAll()
          fixed.formUnion(axes)
          continue
        case .needsFixedAxes:
          throw .unsupported(path: path, reason: "its sizes can't be worked out")
        case .unsupported(let reason), .invalid(let reason):
          throw .unsupported(path: path, reason: reason)
        case .file(let error): throw error
        }
      }
      return try ImportAssembly(
        reading: reading, path: path, opset: opset, fixed: fixed, options: options, card: card
      ).result()
    }
  }

  private static func opset(of model: ONNXModel, _ path: String) throws(ZooError) -> Int {
    let opset = model.opsetImports[""] ?? 0
    guard opset <= opsets.upperBound else {
      throw .unsupported(
        path: path,
        reason: "it uses operator set \(opset); sets up to \(opsets.upperBound) are known. Export "
          + "it with opset_version=\(opsets.upperBound) or below, or convert it with "
          + "onnx.version_converter")
    }
    guard opset > 0 || model.opsetImports.keys.contains(where: { !$0.isEmpty }) else {
      throw .unsupported(path: path, reason: "it doesn't say which operator set it uses")
    }
    return opset
  }

  /// Which input is the run's, and which output is wanted.
  private static func frame(
    of model: ONNXModel, _ path: String, _ options: ONNXImportOptions
  ) throws(ZooError) -> ImportFrame {
    let graph = model.graph
    var constants: Set<String> = []
    for tensor in graph.initializers where !constants.insert(tensor.name).inserted {
      throw .unsupported(path: path, reason: "it has two constants named '\(tensor.name)'")
    }
    let produced = Set(graph.nodes.flatMap(\.outputs))
    if let name = graph.inputs.map(\.name).first(where: { produced.contains($0) }) {
      throw .unsupported(path: path, reason: "its input '\(name)' is also given by a node")
    }
    if let name = graph.initializers.map(\.name)
      .first(where: { !$0.isEmpty && produced.contains($0) })
    {
      throw .unsupported(path: path, reason: "its constant '\(name)' is also given by a node")
    }
    let inputs = graph.inputs.filter { !constants.contains($0.name) }
    guard Set(inputs.map(\.name)).count == inputs.count else {
      throw .unsupported(path: path, reason: "two of its inputs have one name")
    }
    let names = Set(graph.inputs.map(\.name))
    if let stray = options.bindings.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unsupported(
        path: path,
        reason: "it has no input '\(stray)'"
          + (Suggestion.nearest(to: stray, among: names.sorted())
            .map { "; did you mean '\($0)'?" } ?? ""))
    }
    let open = inputs.filter { options.bindings[$0.name] == nil }
    guard open.count <= 1 else {
      throw .unsupported(
        path: path,
        reason: "it has \(open.count) inputs ("
          + open.map { "'\($0.name)'" }.joined(separator: ", ")
          + "); a run gives one. Give the others fixed values (the option bindings)")
    }
    let outputs = graph.outputs.map(\.name)
    guard let first = outputs.first else {
      throw .unsupported(path: path, reason: "it has no outputs")
    }
    let output = options.output ?? first
    guard outputs.contains(output) else {
      throw .unsupported(
        path: path,
        reason: "it has no output '\(output)'; it has "
          + outputs.prefix(20).map { "'\($0)'" }.joined(separator: ", "))
    }
    return ImportFrame(
      input: open.first, output: output, others: outputs.filter { $0 != output })
  }
}

/// Which input is the run's, and which output is wanted.
struct ImportFrame: Sendable {
  /// `nil` when all inputs have fixed values.
  let input: ONNXValueInfo?
  let output: String
  let others: [String]
}
