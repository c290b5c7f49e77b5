import FacetGraph
import FacetTensor
import Foundation
import Testing

/// Graphs from files that mean harm, or were made by a faulty writer: each is refused by an error.
@Suite("Graphs read from files")
struct HostileGraphTests {
  private func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func decoded(_ text: String) throws -> Graph {
    try JSONDecoder().decode(Graph.self, from: Data(text.utf8))
  }

  @Test("a graph survives JSON")
  func roundTrip() throws {
    let graph = try Scope.graph(BranchedNet())
    let copy = try decoded(try encoded(graph))
    #expect(copy == graph)
    #expect(try encoded(copy) == encoded(graph))
    #expect(try copy.node(at: "stem").path == "stem.relu")
  }

  @Test("every operator survives JSON", arguments: EveryOperator.all)
  func operators(_ op: Op) throws {
    #expect(try JSONDecoder().decode(Op.self, from: Data(try encoded(op).utf8)) == op)
  }

  @Test("the operators these tests go through are all there are")
  func complete() {
    #expect(Set(EveryOperator.all.map(\.kind)) == Set(OpKind.allCases))
    let labels = Set(EveryOperator.all.map(\.label))
    for function in Arithmetic.allCases { #expect(labels.contains(function.rawValue)) }
    for kind in Reduction.Kind.allCases { #expect(labels.contains("reduce \(kind)")) }
    #expect(Set(EveryOperator.activations.map(\.name)).count == 26)
  }

  @Test("pools from before they had a dilation are read")
  func oldPools() throws {
    let text =
      #"{"kernel":{"height":3,"width":3},"stride":{"height":2,"width":2},"#
      + #""padding":{"height":1,"width":1},"ceilMode":true}"#
    #expect(
      try JSONDecoder().decode(Pooling.self, from: Data(text.utf8))
        == Pooling(kernel: Extent(3), stride: Extent(2), padding: Extent(1), ceilMode: true))
  }

  @Test("a card survives JSON")
  func card() throws {
    var card = ModelCard.test("fc", classes: 2)
    card.input.resize = .shorterSide(256)
    card.training = TrainingRecord(
      strategy: "scratch", seed: .max, epochs: 3, bestEpoch: 2, options: ["rate": "0.1"],
      train: ["a"], calibration: ["b"], test: ["c"])
    #expect(
      try JSONDecoder().decode(ModelCard.self, from: Data(try encoded(card).utf8)) == card)
  }

  /// A node as JSON.
  private static func node(
    _ id: Int, _ path: String, _ op: String, _ inputs: [Int], _ parameters: [String] = []
  ) -> String {
    let list = inputs.map { "{\"index\":\($0)}" }.joined(separator: ",")
    let names = parameters.map { "\"\($0)\"" }.joined(separator: ",")
    return """
      {"id":{"index":\(id)},"path":"\(path)","op":\(op),"inputs":[\(list)],"parameters":[\(names)]}
      """
  }

  private static func graph(_ nodes: [String], output: Int, modules: String = "{}") -> String {
    """
    {"nodes":[\(nodes.joined(separator: ","))],"output":{"index":\(output)},"modules":\(modules)}
    """
  }

  private static let input = node(0, "input", #"{"input":{"channels":3}}"#, [])
  private static let relu = #"{"relu":{}}"#

  private static func convolution(
    _ channels: (Int, Int) = (3, 4), kernel: Int = 3, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, groups: Int = 1
  ) -> String {
    func extent(_ side: Int) -> String { "{\"height\":\(side),\"width\":\(side)}" }
    return """
      {"convolution":{"_0":{"inChannels":\(channels.0),"outChannels":\(channels.1),\
      "kernel":\(extent(kernel)),"stride":\(extent(stride)),"padding":\(extent(padding)),\
      "dilation":\(extent(dilation)),"groups":\(groups),"bias":false}}}
      """
  }

  @Test("the JSON these tests write is a graph when nothing is wrong with it")
  func control() throws {
    let graph = try decoded(
      Self.graph(
        [
          Self.input, Self.node(1, "conv", Self.convolution(), [0], ["w"]),
          Self.node(2, "relu", Self.relu, [1]),
        ], output: 2, modules: #"{"all":{"index":2}}"#))
    #expect(graph.nodes.count == 3)
    #expect(graph.parameterShapes.map(\.shape) == [[4, 3, 3, 3]])
  }

  static let structures: [(String, String)] = [
    ("no nodes", graph([], output: 0)),
    ("no input", graph([node(0, "relu", relu, [])], output: 0)),
    (
      "an input with an input",
      graph([node(0, "input", #"{"input":{"channels":3}}"#, [0])], output: 0)
    ),
    (
      "a reference forward",
      graph([input, node(1, "a", relu, [2]), node(2, "b", relu, [1])], output: 2)
    ),
    ("a reference to itself", graph([input, node(1, "a", relu, [1])], output: 1)),
    ("a reference below zero", graph([input, node(1, "a", relu, [-1])], output: 1)),
    ("a reference beyond the end", graph([input, node(1, "a", relu, [Int.max])], output: 1)),
    ("an output beyond the end", graph([input], output: 1)),
    ("an output below zero", graph([input], output: -1)),
    ("a module beyond the end", graph([input], output: 0, modules: #"{"m":{"index":7}}"#)),
    ("a module below zero", graph([input], output: 0, modules: #"{"m":{"index":-7}}"#)),
    ("a wrong number", graph([input, node(5, "a", relu, [0])], output: 1)),
    ("a second input", graph([input, node(1, "b", #"{"input":{"channels":3}}"#, [])], output: 1)),
    ("two layers of one path", graph([input, node(1, "input", relu, [0])], output: 1)),
    ("parameters of a ReLU", graph([input, node(1, "a", relu, [0], ["w"])], output: 1)),
    ("too few parameters", graph([input, node(1, "a", convolution(), [0])], output: 1)),
    (
      "too many parameters",
      graph([input, node(1, "a", convolution(), [0], ["w", "b"])], output: 1)
    ),
    ("no inputs", graph([input, node(1, "a", relu, [])], output: 1)),
  ]

  @Test("malformed structures", arguments: structures)
  func structure(_ name: String, _ text: String) {
    #expect(throws: GraphError.self, "\(name)") { try decoded(text) }
  }

  static let settings: [(String, String)] = [
    (
      "negative input channels",
      graph([node(0, "input", #"{"input":{"channels":-3}}"#, [])], output: 0)
    ),
    ("no input channels", graph([node(0, "input", #"{"input":{"channels":0}}"#, [])], output: 0)),
    ("negative outputs", of(convolution((3, -4)), ["w"])),
    ("negative inputs", of(convolution((-3, 4)), ["w"])),
    ("no groups", of(convolution(groups: 0), ["w"])),
    ("negative groups", of(convolution(groups: -1), ["w"])),
    ("least groups", of(convolution(groups: .min), ["w"])),
    ("a kernel of zero", of(convolution(kernel: 0), ["w"])),
    ("a negative kernel", of(convolution(kernel: -3), ["w"])),
    ("a huge kernel", of(convolution(kernel: .max), ["w"])),
    ("a huge stride", of(convolution(stride: .max), ["w"])),
    ("no stride", of(convolution(stride: 0), ["w"])),
    ("a huge padding", of(convolution(padding: .max), ["w"])),
    ("a negative padding", of(convolution(padding: -1), ["w"])),
    ("a huge dilation", of(convolution(dilation: .max), ["w"])),
    ("huge channels", of(convolution((3, .max)), ["w"])),
    ("negative features", of(#"{"linear":{"inFeatures":-1,"outFeatures":2,"bias":false}}"#, ["w"])),
    (
      "negative outputs of a linear layer",
      of(#"{"linear":{"inFeatures":2,"outFeatures":-2,"bias":false}}"#, ["w"])
    ),
    ("negative PReLU", of(#"{"prelu":{"channels":-1}}"#, ["w"])),
    (
      "a negative batch norm",
      of(#"{"batchNorm":{"channels":-3,"epsilon":1,"momentum":0.1}}"#, ["a", "b", "c", "d"])
    ),
    (
      "a negative epsilon",
      of(#"{"batchNorm":{"channels":3,"epsilon":-1,"momentum":0.1}}"#, ["a", "b", "c", "d"])
    ),
    ("an empty adaptive pool", of(#"{"adaptiveAveragePool":{"height":0,"width":1}}"#)),
    (
      "a huge adaptive pool",
      of(#"{"adaptiveAveragePool":{"height":9223372036854775807,"width":1}}"#)
    ),
    ("an LRN window of nothing", of(#"{"localResponseNorm":{"size":0,"alpha":1,"beta":1,"k":1}}"#)),
    (
      "an LRN window below zero",
      of(#"{"localResponseNorm":{"size":-9223372036854775808,"alpha":1,"beta":1,"k":1}}"#)
    ),
    ("a dropout over one", of(#"{"dropout":{"probability":2}}"#)),
  ]

  private static func of(_ op: String, _ parameters: [String] = []) -> String {
    graph([input, node(1, "a", op, [0], parameters)], output: 1)
  }

  @Test("impossible settings", arguments: settings)
  func setting(_ name: String, _ text: String) {
    #expect(throws: GraphError.self, "\(name)") { try decoded(text) }
  }

  @Test("joins that multiply channels beyond counting")
  func manyChannels() {
    var nodes = [Self.input]
    for id in 1...12 {
      nodes.append(
        Self.node(id, "cat\(id)", #"{"concat":{}}"#, [Int](repeating: id - 1, count: 100)))
    }
    #expect(throws: GraphError.self) { try decoded(Self.graph(nodes, output: 12)) }
  }

  @Test("JSON that is cut or changed is refused or still a valid graph, never a crash")
  func damage() throws {
    let text = Array(try encoded(try Scope.graph(BranchedNet())).utf8)
    for length in stride(from: 0, to: text.count, by: 7) {
      #expect(throws: (any Error).self) {
        try decoded(String(decoding: text[..<length], as: UTF8.self))
      }
    }
    var stream = RandomStream(seed: 11)
    let digits = Array("0123456789-{}[],:\"e".utf8)
    for _ in 0..<1500 {
      var changed = text
      for _ in 0..<Int.random(in: 1...2, using: &stream) {
        changed[Int.random(in: changed.indices, using: &stream)] =
          digits.randomElement(using: &stream) ?? 0
      }
      if let graph = try? decoded(String(decoding: changed, as: UTF8.self)) {
        _ = try? graph.shapes(input: [1, graph.inputChannels, 16, 16])
      }
    }
  }
}
