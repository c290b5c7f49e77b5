import FacetFiles
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// The structure of models, against what Python's onnx wrote.
@Suite struct WireModelTests {
  private static func fixture(_ name: String) throws -> ONNXModel {
    try ONNXModel(contentsOf: SharedData.fixture("onnx/\(name).onnx"))
  }

  @Test func attributesOfAllKinds() throws {
    let model = try Self.fixture("attributes")
    #expect(model.irVersion == 8)
    #expect(model.producerName == "recipe")
    #expect(model.producerVersion == "1")
    #expect(model.opsetImports == ["": 13, "org.example": 2])
    #expect(model.metadata == ["licence": "none", "accent": "\u{e9}"])
    let node = try #require(model.graph.nodes.first)
    #expect(node.opType == "Custom")
    #expect(node.name == "all")
    #expect(node.domain == "org.example")
    #expect(node.inputs == ["x", "", "w"])
    #expect(node.outputs == ["y", ""])
    let expected: [String: ONNXAttribute] = [
      "f": .float(1.5), "i": .int(-7), "s": .string("text"),
      "t": .tensor(ONNXTensor(name: "t", dims: [2], int64s: [3, -4])),
      "floats": .floats([0.5, -1]), "ints": .ints([1, -2, 3]), "strings": .strings(["a", "b"]),
      "empty_string": .string(""), "zero": .int(0), "none": .ints([]),
      "bytes": .unsupported(kind: "STRING of bytes that aren't UTF-8"),
      "type": .unsupported(kind: "TYPE_PROTO"),
    ]
    #expect(node.attributes == expected)
    #expect(node.attributes["ints"]?.kindName == "INTS")
    #expect(model.graph.nodes.last == ONNXNode("Relu", inputs: ["y"], outputs: ["z"]))
  }

  @Test func typesOfValues() throws {
    let graph = try Self.fixture("attributes").graph
    #expect(graph.name == "fixture")
    #expect(
      graph.inputs == [
        ONNXValueInfo(
          name: "x", elementType: .float, dims: [.named("batch"), .known(3), .unknown, .unknown])
      ])
    #expect(
      graph.outputs == [
        ONNXValueInfo(name: "z", dims: nil),
        ONNXValueInfo(name: "seq", type: .other("sequence")),
        ONNXValueInfo(name: "untyped", type: .missing),
      ])
    #expect(graph.valueInfo == [ONNXValueInfo(name: "y", elementType: .float16, dims: [])])
    #expect(graph.inputs[0].elementType == .float)
    #expect(graph.outputs[1].dims == nil)
    #expect(graph.outputs[1].elementType == nil)
  }

  @Test func graphsInAttributes() throws {
    let graph = try Self.fixture("subgraphs").graph
    #expect(graph.nodes.map(\.opType) == ["If", "Loop"])
    guard case .graph(let then)? = graph.nodes[0].attributes["then_branch"],
      case .graph(let body)? = graph.nodes[1].attributes["body"]
    else {
      Issue.record("the branches are no graphs")
      return
    }
    #expect(then.nodes == [ONNXNode("Relu", inputs: ["x"], outputs: ["p"])])
    #expect(body.inputs.map(\.name) == ["i", "going", "a"])
    #expect(body.inputs[0].elementType == .int64)
    #expect(body.initializers == [ONNXTensor(name: "k", dims: [], floats: [0.5])])
  }

  @Test func functionsOfTheModel() throws {
    let model = try Self.fixture("functions")
    #expect(
      model.functions == [
        ONNXFunction(
          name: "Twice", domain: "org.example", inputs: ["a"], outputs: ["c"],
          requiredAttributes: ["slope"], defaultAttributes: ["times": .int(2)],
          nodes: [
            ONNXNode(
              "LeakyRelu", inputs: ["a"], outputs: ["b"],
              attributes: ["alpha": .reference(name: "slope", kind: .float)]),
            ONNXNode("Add", inputs: ["b", "b"], outputs: ["c"]),
          ], opsetImports: ["": 13])
      ])
    #expect(model.graph.nodes.map(\.opType) == ["Twice"])
  }

  @Test func sparseInitializersAreRefusedByName() {
    let error = #expect(throws: ZooError.self) { try Self.fixture("sparse") }
    #expect(error?.reason?.contains("the initializer 'thin' is a sparse tensor") == true)
  }

  @Test func attributesWithoutATypeHaveThatOfTheirValue() throws {
    func attribute(_ bytes: WireBytes) throws -> ONNXAttribute? {
      let node = WireBytes().text(4, "Op").message(5, WireBytes().text(1, "a").adding(bytes.bytes))
      let model = try ONNXModel(WireBytes.model(WireBytes().message(1, node)).file)
      return model.graph.nodes[0].attributes["a"]
    }
    #expect(try attribute(WireBytes().int(3, 0)) == .int(0))
    #expect(try attribute(WireBytes().fixed32(2, 2)) == .float(2))
    #expect(try attribute(WireBytes().bytes(8, [1, 2])) == .ints([1, 2]))
    #expect(try attribute(WireBytes().bytes(7, [0, 0, 128, 63])) == .floats([1]))
    #expect(try attribute(WireBytes().text(9, "s")) == .strings(["s"]))
    #expect(try attribute(WireBytes()) == .unsupported(kind: "UNDEFINED"))
    // Writers of proto3 leave out what is zero or empty.
    #expect(try attribute(WireBytes().int(20, 2)) == .int(0))
    #expect(try attribute(WireBytes().int(20, 3)) == .string(""))
    #expect(try attribute(WireBytes().int(20, 40)) == .unsupported(kind: "attribute type 40"))
    #expect(throws: ZooError.self) { try attribute(WireBytes().int(20, 4)) }
  }

  @Test func errorsTellThePathAndTheByte() throws {
    let tensor = WireBytes().adding([0x08, 0xFF])
    let attribute = WireBytes().text(1, "t").message(5, tensor)
    let node = WireBytes().text(4, "Op")
    let graph = WireBytes().message(1, node).message(1, node.message(5, attribute))
    let bytes = WireBytes.model(graph)
    let error = #expect(throws: ZooError.self) { try ONNXModel(bytes.file) }
    #expect(
      error
        == .malformed(
          path: "hand.onnx", offset: bytes.bytes.count - 1,
          reason: "ModelProto.graph.node[1].attribute[0].t.dims: a varint is cut off"))
  }

  @Test func whatIsNoModelIsRefused() throws {
    func reason(_ bytes: WireBytes) -> String? {
      let error = #expect(throws: ZooError.self) { try ONNXModel(bytes.file) }
      return error?.reason
    }
    #expect(reason(WireBytes()) == "ModelProto.graph: there is none; is this file an ONNX model?")
    #expect(reason(WireBytes(bytes: Array("hello".utf8)))?.contains("ModelProto") == true)
    let graph = WireBytes().text(2, "g")
    #expect(reason(WireBytes.model(graph).message(7, graph))?.contains("this is another") == true)
    #expect(reason(WireBytes().int(7, 1))?.contains("length-delimited was expected") == true)
    #expect(reason(WireBytes.model(WireBytes().bytes(2, [0xFF])))?.contains("isn't UTF-8") == true)
    let opset = { (version: Int) in WireBytes().text(1, "d").int(2, version) }
    #expect(
      reason(WireBytes.model(graph).message(8, opset(1)).message(8, opset(2)))?
        .contains("domain 'd' is imported in versions 1 and 2") == true)
    #expect(
      reason(WireBytes.model(WireBytes().message(1, WireBytes())))?.contains("op_type") == true)
    let twice = WireBytes().text(4, "Op").message(5, WireBytes().text(1, "a").int(3, 1))
      .message(5, WireBytes().text(1, "a").int(3, 1))
    #expect(
      reason(WireBytes.model(WireBytes().message(1, twice)))?.contains("'a' is there twice") == true
    )
    #expect(throws: ZooError.file(.notFound(path: "/nowhere.onnx"))) {
      try ONNXModel(contentsOf: "/nowhere.onnx")
    }
  }
}
