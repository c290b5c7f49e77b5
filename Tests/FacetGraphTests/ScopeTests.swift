import FacetGraph
import FacetTensor
import Testing

/// What goes wrong while a network is written, and how it is told.
@Suite("Building graphs")
struct ScopeTests {
  @Test("nodes are named by their modules, and a module's path is its last node")
  func paths() throws {
    let graph = try Scope.graph(BranchedNet())
    #expect(
      graph.nodes.map(\.path.name) == [
        "input", "stem.conv", "stem.bn", "stem.relu", "wide", "add", "narrow", "cat", "pool",
        "adapt", "flatten", "drop", "fc",
      ])
    #expect(try graph.node(at: "stem").path == "stem.relu")
    #expect(try graph.node(at: "cat").inputs.map { graph[$0].path } == ["add", "narrow"])
    #expect(try graph.node(at: "stem.conv").parameters == ["stem.conv.weight", "stem.conv.bias"])
    #expect(graph[graph.output].path == "fc")
    #expect(graph.inputChannels == 3)
  }

  @Test("wrong channels name the layer, what it takes and what it got")
  func wrongChannels() {
    let error = #expect(throws: GraphError.self) {
      _ = try Scope.graph { (scope, x) throws(GraphError) in
        try scope.module("block") { (scope) throws(GraphError) in
          try scope.add("conv", .convolution(Convolution(5, 8, kernel: Extent(3))), [x])
        }
      }
    }
    #expect(
      error
        == .shapeMismatch("block.conv", op: "convolution", reason: "takes 5 channels, not 3"))
    #expect(error?.description.contains("block.conv") == true)
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let path: LayerPath
    let build: @Sendable (inout Scope, NodeID) throws(GraphError) -> NodeID

    init(
      _ description: String, at path: LayerPath,
      _ build: @escaping @Sendable (inout Scope, NodeID) throws(GraphError) -> NodeID
    ) {
      testDescription = description
      self.path = path
      self.build = build
    }
  }

  static let wrong: [Wrong] = [
    Wrong("adding maps of other channels", at: "add") { (scope, x) throws(GraphError) in
      let y = try scope.convolution("conv", x, 4, kernel: 1)
      return try scope.add("add", .add, [x, y])
    },
    Wrong("adding a map and a vector", at: "add") { (scope, x) throws(GraphError) in
      try scope.add("add", .add, [x, try scope.flatten("flatten", x)])
    },
    Wrong("adding nothing", at: "add") { (scope, x) throws(GraphError) in
      try scope.add("add", .add, [])
    },
    Wrong("joining vectors", at: "cat") { (scope, x) throws(GraphError) in
      try scope.add("cat", .concat, [try scope.flatten("flatten", x)])
    },
    Wrong("joining nothing", at: "cat") { (scope, x) throws(GraphError) in
      try scope.add("cat", .concat, [])
    },
    Wrong("two inputs for one", at: "relu") { (scope, x) throws(GraphError) in
      try scope.add("relu", .relu, [x, x])
    },
    Wrong("a convolution of a vector", at: "conv") { (scope, x) throws(GraphError) in
      try scope.convolution("conv", try scope.flatten("flatten", x), 4, kernel: 1)
    },
    Wrong("a linear layer on a map", at: "fc") { (scope, x) throws(GraphError) in
      try scope.linear("fc", x, inFeatures: 3, 2)
    },
    Wrong("a linear layer of unknown features", at: "fc") { (scope, x) throws(GraphError) in
      try scope.linear("fc", try scope.flatten("flatten", x), 2)
    },
    Wrong("a linear layer of other features", at: "fc") { (scope, x) throws(GraphError) in
      let y = try scope.flatten("flatten", try scope.adaptiveAveragePool("pool", x, 2))
      return try scope.linear("fc", y, inFeatures: 11, 2)
    },
    Wrong("PReLU of other channels", at: "prelu") { (scope, x) throws(GraphError) in
      try scope.add("prelu", .prelu(channels: 4), [x])
    },
    Wrong("batch norm of other channels", at: "bn") { (scope, x) throws(GraphError) in
      try scope.add("bn", .batchNorm(channels: 4, epsilon: 1e-5, momentum: 0.1), [x])
    },
    Wrong("no groups", at: "conv") { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 4, kernel: 1, groups: 0)
    },
    Wrong("groups that don't divide", at: "conv") { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 4, kernel: 1, groups: 2)
    },
    Wrong("a negative number of channels", at: "conv") { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, -4, kernel: 1)
    },
    Wrong("no stride", at: "conv") { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 4, kernel: 1, stride: 0)
    },
    Wrong("a negative padding", at: "conv") { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 4, kernel: 1, padding: -1)
    },
    Wrong("a pool padded by its whole window", at: "pool") { (scope, x) throws(GraphError) in
      try scope.maxPool("pool", x, kernel: 3, stride: 1, padding: 3)
    },
    Wrong("a certain dropout", at: "drop") { (scope, x) throws(GraphError) in
      try scope.dropout("drop", x, 1)
    },
    Wrong("a dropout of NaN", at: "drop") { (scope, x) throws(GraphError) in
      try scope.dropout("drop", x, .nan)
    },
    Wrong("no features", at: "fc") { (scope, x) throws(GraphError) in
      try scope.linear("fc", try scope.flatten("flatten", x), inFeatures: 0, 2)
    },
  ]

  @Test("each mistake throws and names its layer", arguments: wrong)
  func mistakes(_ wrong: Wrong) {
    let error = #expect(throws: GraphError.self) { _ = try Scope.graph(wrong.build) }
    guard case .shapeMismatch(let path, _, let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == wrong.path)
    #expect(!reason.isEmpty)
  }

  @Test("two layers of one name are refused")
  func duplicates() {
    #expect(throws: GraphError.duplicatePath("a.relu")) {
      _ = try Scope.graph { (scope, x) throws(GraphError) in
        try scope.module("a") { (scope) throws(GraphError) in
          try scope.relu("relu", try scope.relu("relu", x))
        }
      }
    }
  }

  @Test(
    "an unknown layer suggests the nearest name",
    arguments: [
      ("stem.rulu", "stem.relu"), ("Wide", "wide"), ("flaten", "flatten"), ("stm", "stem"),
    ])
  func unknown(_ name: String, _ suggestion: String) throws {
    let graph = try Scope.graph(BranchedNet())
    #expect(throws: GraphError.unknownLayer(LayerPath(name), suggestion: suggestion)) {
      _ = try graph.node(at: LayerPath(name))
    }
  }

  /// All edits of distances by definition: the recursion, without a table.
  private func distance(_ a: Substring, _ b: Substring) -> Int {
    guard let x = a.first, let y = b.first else { return max(a.count, b.count) }
    if x == y { return distance(a.dropFirst(), b.dropFirst()) }
    return 1
      + min(
        distance(a.dropFirst(), b), distance(a, b.dropFirst()),
        distance(a.dropFirst(), b.dropFirst()))
  }

  @Test("the nearest name is the one of the smallest edit distance, the first of equals")
  func nearest() {
    var stream = RandomStream(seed: 1)
    func word() -> String {
      String(
        (0..<Int.random(in: 0...5, using: &stream)).map { _ in
          ["a", "b", "c"].randomElement(using: &stream) ?? "a"
        }.joined())
    }
    for _ in 0..<200 {
      let name = word()
      let candidates = (0..<4).map { _ in word() }
      let distances = candidates.map { distance(name[...], $0[...]) }
      let best = distances.firstIndex(of: distances.min() ?? 0).map { candidates[$0] }
      #expect(Suggestion.nearest(to: name, among: candidates) == best)
    }
    #expect(Suggestion.nearest(to: "a", among: []) == nil)
  }

  @Test("ancestors and descendants are those that paths lead to")
  func reach() throws {
    let graph = try Scope.graph(BranchedNet())
    func reaches(_ from: Int, _ to: Int) -> Bool {
      from == to || graph.nodes[to].inputs.contains { reaches(from, $0.index) }
    }
    for node in graph.nodes {
      let others = graph.nodes.indices
      #expect(
        graph.ancestors(of: node.id)
          == Set(others.filter { reaches($0, node.id.index) }.map(NodeID.init)))
      #expect(
        graph.descendants(of: node.id)
          == Set(others.filter { reaches(node.id.index, $0) }.map(NodeID.init)))
      #expect(
        graph.consumers[node.id.index]
          == graph.nodes.filter { $0.inputs.contains(node.id) }.map(\.id))
    }
  }
}
