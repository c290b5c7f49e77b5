import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// What an imported graph is called, what it keeps free, and the card it gets.
@Suite struct ImportNamesTests {
  private typealias Base = ImportRefusalTests

  private static let weight = ONNXTensor(
    name: "layer1.0.weight", dims: [2, 3, 3, 3],
    floats: (0..<54).map { Float($0 % 7) / 7 - 0.4 })

  private static func classifier(_ last: [ONNXNode], opset: Int = 13) -> ONNXModel {
    Base.model(
      [
        Base.node(
          "Conv", ["x", "layer1.0.weight"], ["pads": .ints([1, 1, 1, 1])],
          name: "/layer1/layer1.0/Conv", outputs: ["conv_out"]),
        Base.node("Relu", ["conv_out"], name: "", outputs: ["act"]),
        Base.node("GlobalAveragePool", ["act"], name: "pool", outputs: ["p"]),
        Base.node("Flatten", ["p"], name: "flat", outputs: ["f"]),
      ] + last,
      initializers: [
        weight, ONNXTensor(name: "fc.weight", dims: [4, 2], floats: [1, 2, 3, 4, 5, 6, 7, 8]),
      ], opset: opset)
  }

  private static let head = Base.node(
    "Gemm", ["f", "fc.weight"], ["transB": .int(1)], name: "fc", outputs: ["y"])

  @Test func layersAndParametersKeepTheirNames() throws {
    let model = try ONNXImporter.model(Self.classifier([Self.head])).model
    let graph = model.graph
    #expect(
      graph.nodes.map(\.path.name) == ["x", "/layer1/layer1.0/Conv", "act", "pool", "flat", "fc"])
    // A value's name finds the layer that gives it.
    #expect(try graph.node(at: "conv_out").path == "/layer1/layer1.0/Conv")
    #expect(try graph.node(at: "y").path == "fc")
    #expect(model.parameters.keys.sorted() == ["fc.weight", "layer1.0.weight"])
    #expect(model.parameters["fc.weight"]?.scalars == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(graph.outputCount == 4)
  }

  @Test func equalNamesGetNumbers() throws {
    let model = Base.model([
      Base.node("Relu", ["x"], name: "same", outputs: ["a"]),
      Base.node("Abs", ["a"], name: "same", outputs: ["b"]),
      Base.node("Identity", ["b"], name: "same", outputs: ["y"]),
    ])
    let graph = try ONNXImporter.model(model).model.graph
    #expect(graph.nodes.map(\.path.name) == ["x", "same", "same_1"])
    #expect(try graph.node(at: "y").path == "same_1")
  }

  @Test func decomposedOperatorsEndWithTheirOwnName() throws {
    let model = Base.model(
      [Base.node("InstanceNormalization", ["x", "s", "s"], name: "norm")],
      initializers: [ONNXTensor(name: "s", dims: [3], floats: [1, 2, 3])])
    let graph = try ONNXImporter.model(model).model.graph
    #expect(graph[graph.output].path == "norm")
    #expect(graph.nodes.contains { $0.path == "norm/variance" })
  }

  @Test func sizesStayFreeWhereNothingDependsOnThem() throws {
    let free = try ONNXImporter.model(Self.classifier([Self.head]))
    #expect(free.model.graph.inputExtents == [nil, 3, nil, nil])
    #expect(free.declaredExtents == [1, 3, 8, 8])
    #expect(free.model.card.input.height == 8)
    // Numbers of a reshape that were made from the size fix it, but not the batch.
    let cut = Base.model(
      [Base.node("Reshape", ["x", "s"])],
      initializers: [ONNXTensor(name: "s", dims: [5], int64s: [1, 3, 2, 4, 8])])
    let fixed = try ONNXImporter.model(cut)
    #expect(fixed.model.graph.inputExtents == [nil, 3, 8, 8])
    #expect(fixed.notes.contains { $0.text.hasPrefix("the height is fixed at 8") })
    // What mixes the images of a batch fixes the batch too.
    let mixed = try ONNXImporter.model(
      Base.model([Base.node("ReduceMean", ["x"], ["axes": .ints([0, 2])])]))
    #expect(mixed.model.graph.inputExtents == [1, 3, nil, nil])
    #expect(mixed.notes.contains { $0.text.hasPrefix("the batch is fixed at 1") })
    // Four rows made of one image can't be told from four images.
    let rows = try ONNXImporter.model(
      Base.model(
        [
          Base.node("Reshape", ["x", "s"], name: "r", outputs: ["a"]),
          Base.node("Transpose", ["a"], ["perm": .ints([1, 0])]),
        ], initializers: [ONNXTensor(name: "s", dims: [2], int64s: [4, -1])]))
    #expect(rows.model.graph.inputExtents == [1, 3, 8, 8])
  }

  @Test func outputsCanBeChosen() throws {
    let best = Base.node("ArgMax", ["y"], name: "best", outputs: ["i"])
    var model = Self.classifier([Self.head, best])
    model.graph.outputs = ["y", "act", "i"].map { ONNXValueInfo(name: $0, dims: nil) }
    let imported = try ONNXImporter.model(model)
    #expect(imported.output == "y")
    #expect(imported.otherOutputs == ["act"])
    #expect(imported.droppedOutputs.keys.sorted() == ["i"])
    var options = ONNXImportOptions()
    options.output = "act"
    let map = try ONNXImporter.model(model, options: options).model
    #expect(map.graph[map.graph.output].path == "act")
    options.output = "i"
    #expect(Base.error(model, options).contains("whole numbers"))
    options.output = "z"
    #expect(Base.error(model, options).contains("no output 'z'"))
  }

  @Test func theCardSaysWhereToLook() throws {
    let plain = try ONNXImporter.model(Self.classifier([Self.head])).model.card
    #expect(plain.camLayer == "act")
    #expect(plain.embeddingLayer == "fc")
    #expect(plain.input.mean == [0, 0, 0] && plain.input.scale == 1)
    let softmax = Base.node("Softmax", ["l"], name: "prob")
    var head = Self.head
    head.outputs = ["l"]
    let classifying = try ONNXImporter.model(Self.classifier([head, softmax])).model.card
    #expect(classifying.embeddingLayer == "flat")
    var options = ONNXImportOptions()
    options.classes = ["a", "b", "c", "d"]
    options.mean = [127.5]
    options.camLayer = "conv_out"
    options.height = 32
    let named = try ONNXImporter.model(Self.classifier([Self.head]), options: options).model.card
    #expect(named.embeddingLayer == "flat")
    #expect(named.input.mean == [127.5, 127.5, 127.5])
    #expect(named.camLayer == "conv_out")
    #expect(named.input.height == 32)
    options.camLayer = "nowhere"
    #expect(Base.error(Self.classifier([Self.head]), options).contains("nowhere"))
  }

  @Test func aCardFileIsRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.onnx")
    try ONNXWriter.write(Self.classifier([Self.head]), to: path)
    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".card.json"))
    }
    try write(
      #"{"name": "Net", "mean": [1, 2, 3], "std": [4], "scale": 0.5, "channels": "bgr", "#
        + #""resize": 256, "height": 224, "embeddingLayer": "flat", "licence": "MIT"}"#)
    let imported = try ONNXImporter.model(path: path)
    let card = imported.model.card
    #expect(card.name == "Net" && card.licence == "MIT" && card.embeddingLayer == "flat")
    #expect(card.input.mean == [1, 2, 3] && card.input.standardDeviation == [4, 4, 4])
    #expect(card.input.scale == 0.5 && card.input.channels == "bgr")
    #expect(card.input.resize == .shorterSide(256) && card.input.height == 224)
    #expect(imported.saysItsInput)
    #expect(imported.notes.contains { $0.text.contains("card.json") })
    for (text, reason) in [
      ("{", "no card"), (#"{"mean": "x"}"#, "'mean'"), (#"{"meen": [1]}"#, "'meen'"),
      (#"{"mean": [1, 2]}"#, "'mean'"), (#"{"std": [0]}"#, "must not be 0"),
      (#"{"channels": "cmyk"}"#, "cmyk"), (#"{"height": -5}"#, "-5"),
      (#"{"resize": 0}"#, "0 pixels"), (#"{"resize": "crop"}"#, "resize"),
      (#"{"camLayer": "no"}"#, "'no'"), (#"{"width": 99999999999}"#, "99999999999"),
      (String(repeating: "[", count: 100_000), "no card"),
    ] {
      try write(text)
      do {
        _ = try ONNXImporter.model(path: path)
        Issue.record("'\(text.prefix(40))' was read")
      } catch {
        #expect(error.description.contains(reason), "\(error)")
      }
    }
  }
}
