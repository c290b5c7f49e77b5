import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Files that are wrong, hostile or beyond what Facet computes: an error that names the node, and
/// never a trap.
@Suite struct ImportRefusalTests {
  static func value(_ name: String, _ dims: [Int], _ type: ONNXDataType = .float) -> ONNXValueInfo {
    ONNXValueInfo(name: name, elementType: type, dims: dims.map { .known($0) })
  }

  static func model(
    _ nodes: [ONNXNode], initializers: [ONNXTensor] = [], input: [Int] = [1, 3, 8, 8],
    output: String = "y", opset: Int = 13, type: ONNXDataType = .float
  ) -> ONNXModel {
    ONNXModel(
      irVersion: 8, opsetImports: ["": opset],
      graph: ONNXGraph(
        name: "g", nodes: nodes, initializers: initializers, inputs: [value("x", input, type)],
        outputs: [ONNXValueInfo(name: output, dims: nil)]))
  }

  static func error(
    _ model: ONNXModel, _ options: ONNXImportOptions = ONNXImportOptions()
  ) -> String {
    do {
      _ = try ONNXImporter.model(model, path: "m.onnx", options: options)
      return "no error"
    } catch {
      return error.description
    }
  }

  static func node(
    _ type: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:],
    name: String = "n", outputs: [String] = ["y"]
  ) -> ONNXNode {
    ONNXNode(type, name: name, inputs: inputs, outputs: outputs, attributes: attributes)
  }

  @Test func everyUnsupportedNodeIsNamedAtOnce() throws {
    let model = Self.model([
      Self.node("NonZero", ["x"], name: "first", outputs: ["a"]),
      Self.node("Det", ["x"], name: "second", outputs: ["b"]),
      Self.node("Relu", ["a"], name: "behind", outputs: ["c"]),
      Self.node("Add", ["c", "b"], name: "sum"),
    ])
    let error = #expect(throws: ZooError.self) {
      try ONNXImporter.model(model, path: "m.onnx")
    }
    guard case .unsupportedNodes(let path, let problems)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(path == "m.onnx")
    #expect(problems.map(\.node) == ["first", "second"])
    #expect(problems.map(\.operatorName) == ["NonZero", "Det"])
    #expect(problems.allSatisfy { $0.opset == 13 })
  }

  @Test func twelveProblemsAreShortened() {
    let nodes = (0..<12).map { Self.node("Det", ["x"], name: "d\($0)", outputs: ["v\($0)"]) }
    let sum = Self.node("Sum", (0..<12).map { "v\($0)" })
    let text = Self.error(Self.model(nodes + [sum]))
    #expect(text.contains("12 nodes") && text.contains("d9") && !text.contains("d10"))
    #expect(text.hasSuffix("and 2 more"))
  }

  @Test(arguments: [
    ([node("Relu", ["y"], outputs: ["a"]), node("Relu", ["a"])], "computed from its own value"),
    ([node("Relu", ["y"])], "computed from its own value"),
    ([node("Relu", ["nothing"])], "'nothing', which no node gives"),
    ([node("Relu", ["x"]), node("Abs", ["x"])], "'y' is already given"),
    ([node("Relu", ["x"], outputs: ["x"])], "input 'x' is also given"),
    ([node("Relu", ["x"], outputs: ["z"])], "no node gives its output 'y'"),
    ([node("Relu", [])], "input 0 is missing"),
    ([ONNXNode("Relu", domain: "com.microsoft", inputs: ["x"], outputs: ["y"])], "com.microsoft"),
    ([node("MaxPool", ["x"], ["kernel_shape": .ints([0, 2])])], "a kernel of [0, 2]"),
    ([node("MaxPool", ["x"], ["kernel_shape": .ints([2])])], "must have 2 numbers"),
    ([node("MaxPool", ["x"], ["kernel_shape": .int(2)])], "is INT, not INTS"),
    ([node("MaxPool", ["x"])], "'kernel_shape'"),
    (
      [node("MaxPool", ["x"], ["kernel_shape": .ints([2, 2]), "strides": .ints([-1, 1])])],
      "'strides' is [-1, 1]"
    ),
    (
      [
        node(
          "MaxPool", ["x"],
          ["kernel_shape": .ints([2, 2]), "pads": .ints([1 << 62, 0, 0, 0])])
      ], "'pads' is"
    ),
    ([node("MaxPool", ["x"], ["kernel_shape": .ints([20, 20])])], "20"),
    ([node("Transpose", ["x"], ["perm": .ints([0, 1, 1, 2])])], "no order"),
    ([node("Softmax", ["x"], ["axis": .int(Int.min)])], "axis -9223372036854775808"),
    ([node("Softmax", ["x"], ["axis": .int(4)])], "axis 4 of a value of 4 axes"),
    ([node("Concat", ["x", "x"], ["axis": .int(-5)])], "axis -5"),
    ([node("LRN", ["x"], ["size": .int(1 << 60)])], "'size'"),
    ([node("Cast", ["x"], ["to": .int(7)])], "INT64"),
    ([node("Cast", ["x"], ["to": .int(999)])], "data type 999"),
    ([node("Dropout", ["x"], outputs: ["a", "y"])], "output 1 of 'n' (Dropout)"),
    ([node("DepthToSpace", ["x"], ["blocksize": .int(1 << 40)])], "'blocksize'"),
    ([node("DepthToSpace", ["x"], ["blocksize": .int(2)])], "blocks of 2"),
    ([node("Split", ["x"], ["axis": .int(1), "num_outputs": .int(0)])], "parts"),
    ([node("Reshape", ["x"])], "192 elements can't be reshaped to 1"),
    ([node("LayerNormalization", ["x", "x"])], "from opset 17 on"),
    ([node("Loop", ["x"])], "loops aren't computed"),
  ])
  func wrongGraphs(nodes: [ONNXNode], reason: String) {
    let text = Self.error(Self.model(nodes))
    #expect(text.contains(reason), "\(text)")
  }

  static func numbers(_ values: Int64...) -> ONNXTensor {
    ONNXTensor(name: "s", dims: [values.count], int64s: values)
  }

  @Test(arguments: [
    ("ConstantOfShape", ["s"], numbers(1_000_000, 1_000_000), "foldingLimit"),
    ("ConstantOfShape", ["s"], numbers(-1), "a shape of [-1]"),
    ("ConstantOfShape", ["s"], numbers(.max, .max, .max), "a shape of"),
    ("ConstantOfShape", ["s"], numbers(1, 1, 1, 1, 1, 1, 1, 1, 1), "a shape of"),
    ("Expand", ["x", "s"], numbers(1 << 40, 1, 1, 1, 1), "an axis of its value has size"),
    ("Tile", ["x", "s"], numbers(1, 1, 1, 1 << 60), "repetitions"),
    ("Expand", ["s", "s"], numbers(1 << 30), "foldingLimit"),
    ("Reshape", ["x", "s"], numbers(-1, -1), "more than one size"),
    ("Reshape", ["x", "s"], numbers(-1, 0), "no error"),
    ("Reshape", ["x", "s"], numbers(-7), "a size of -7"),
    ("Reshape", ["x", "s"], numbers(0, 0, 0, 0, 0), "axis 4 of a value of 4 axes"),
    ("Reshape", ["x", "s"], numbers(5, -1), "elements"),
    ("Reshape", ["x", "s"], numbers(.max, .max, 4), "beyond all reason"),
    ("Squeeze", ["x", "s"], numbers(1), "axis 1 has 3 elements"),
    ("Squeeze", ["x", "s"], numbers(0, 0), "name one twice"),
    ("Unsqueeze", ["x", "s"], numbers(0, 1, 2, 3, 4), "9 axes"),
    ("Gather", ["x", "s"], numbers(7), "no error"),
    ("Pad", ["x", "s"], numbers(0, 0, 1 << 60, 0, 0, 0, 0, 0), "paddings"),
    ("Pad", ["x", "s"], numbers(0, 0, -9, 0, 0, 0, 0, 0), "can't pad 3x8x8 by -9"),
    ("Pad", ["x", "s"], numbers(1, 2), "of 4 axes"),
    ("Conv", ["x", "s"], numbers(1), "isn't computed, only of floats"),
    ("Slice", ["x", "s", "s", "s", "s"], numbers(0), "a step of 0"),
    ("Slice", ["x", "s", "s", "s"], numbers(.min), "axis -9223372036854775808"),
  ])
  func wrongNumbers(
    type: String, inputs: [String], numbers: ONNXTensor, reason: String
  ) {
    let attributes: [String: ONNXAttribute] = type == "Gather" ? ["axis": .int(3)] : [:]
    let text = Self.error(
      Self.model([Self.node(type, inputs, attributes)], initializers: [numbers]))
    #expect(text.contains(reason), "\(text)")
  }

  @Test func operatorSetsAreChecked() {
    let node = Self.node("Relu", ["x"])
    #expect(Self.error(Self.model([node], opset: 26)).contains("operator set 26"))
    #expect(Self.error(Self.model([node], opset: 1 << 60)).contains("are known"))
    #expect(Self.error(Self.model([node], opset: 0)).contains("which operator set"))
    #expect(Self.error(Self.model([node], opset: 25)) == "no error")
    let old = try? ONNXImporter.model(Self.model([node], opset: 5))
    let note = old?.notes.first { $0.kind == .warning }
    #expect(note?.text.contains("operator set 5") == true)
  }

  @Test func wholeNumbersAreRefusedByType() {
    let text = Self.error(Self.model([Self.node("Relu", ["x"])], type: .uint8))
    #expect(text.contains("Relu of UINT8 isn't computed"))
    let strings = Self.error(Self.model([Self.node("Relu", ["x"])], type: .string))
    #expect(strings.contains("STRING"))
  }

  @Test func severalInputsMustBeBound() throws {
    var model = Self.model([Self.node("Add", ["x", "z"])])
    model.graph.inputs.append(Self.value("z", [1, 3, 1, 1]))
    #expect(Self.error(model).contains("2 inputs ('x', 'z')"))
    var options = ONNXImportOptions()
    options.bindings = ["zz": Tensor([1], [1])]
    #expect(Self.error(model, options).contains("no input 'zz'; did you mean 'z'?"))
    options.bindings = ["z": Tensor([1, 3, 1, 1], [1, 2, 3])]
    let imported = try ONNXImporter.model(model, options: options)
    let y = try Engine().forward(imported.model, .zeros([2, 3, 2, 2])).output
    #expect(
      y.scalars == [Float](repeating: 1, count: 4) + [2, 2, 2, 2] + [3, 3, 3, 3]
        + [1, 1, 1, 1] + [2, 2, 2, 2] + [3, 3, 3, 3])
  }

  /// Functions that call functions twice would make 2^24 nodes.
  @Test func nestedFunctionsAreBounded() {
    let functions = (0..<40).map { level in
      ONNXFunction(
        name: "f\(level)", domain: "d", inputs: ["a"], outputs: ["c"],
        nodes: [
          ONNXNode("f\(level + 1)", domain: "d", inputs: ["a"], outputs: ["b"]),
          ONNXNode("f\(level + 1)", domain: "d", inputs: ["b"], outputs: ["c"]),
        ], opsetImports: ["": 13, "d": 1])
    }
    var model = Self.model([ONNXNode("f0", domain: "d", inputs: ["x"], outputs: ["y"])])
    model.functions = functions
    model.opsetImports["d"] = 1
    #expect(Self.error(model).contains("deep"))
    // One that calls itself.
    model.functions = [
      ONNXFunction(
        name: "f0", domain: "d", inputs: ["a"], outputs: ["b"],
        nodes: [ONNXNode("f0", domain: "d", inputs: ["a"], outputs: ["b"])],
        opsetImports: ["d": 1])
    ]
    #expect(Self.error(model).contains("deep"))
  }

  @Test func brokenWeightsAreAWarning() throws {
    let weight = ONNXTensor(
      name: "w", dims: [1, 3, 1, 1], floats: [1, .nan, .infinity])
    let imported = try ONNXImporter.model(
      Self.model([Self.node("Conv", ["x", "w"])], initializers: [weight]))
    #expect(imported.notes.contains { $0.kind == .warning && $0.text.contains("'w'") })
  }

  @Test func wrongWeightsAreNamed() {
    func text(_ dims: [Int], _ attributes: [String: ONNXAttribute] = [:]) -> String {
      let count = max(0, dims.reduce(1, &*))
      let weight = ONNXTensor(
        name: "w", dims: dims, floats: [Float](repeating: 1, count: min(count, 4096)))
      return Self.error(
        Self.model([Self.node("Conv", ["x", "w"], attributes)], initializers: [weight]))
    }
    #expect(text([2, 3, 3, 3]) == "no error")
    #expect(text([2, 4, 3, 3]).contains("takes 4 channels in 1 groups; the value has 3"))
    #expect(text([2, 3, 3]).contains("a kernel of 3 axes"))
    #expect(text([2, 3, 3, 3], ["group": .int(0)]).contains("in 0 groups"))
    #expect(text([2, 3, 3, 3], ["group": .int(.max)]).contains("groups"))
    #expect(text([0, 3, 3, 3]).contains("extents [0, 3, 3, 3]"))
    #expect(text([-2, 3, 3, 3]).contains("extents [-2, 3, 3, 3]"))
    #expect(text([1 << 62, 1 << 62, 4, 4]).contains("'w' has the extents"))
  }
}
