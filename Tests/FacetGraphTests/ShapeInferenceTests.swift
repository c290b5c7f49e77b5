import FacetGraph
import FacetTensor
import Testing

/// Inferred sizes against counting windows one by one.
@Suite("Shape inference")
struct ShapeInferenceTests {
  /// How many windows of `reach` fit into the padded input, each `stride` further.
  private func windows(_ input: Int, _ reach: Int, _ stride: Int, _ padding: Int) -> Int {
    var count = 0
    var start = -padding
    while start + reach <= input + padding {
      count += 1
      start += stride
    }
    return count
  }

  /// With ceil mode, windows that hang over the padded right edge count too, if they start inside
  /// the input or its left padding, and as long as the one before hadn't reached that edge.
  private func ceilWindows(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
    var count = 0
    var start = -padding
    var isCovered = false
    while !isCovered && start < input {
      count += 1
      isCovered = start + kernel >= input + padding
      start += stride
    }
    return count
  }

  private func size(_ op: Op, channels: Int, _ input: Int) throws -> Shape {
    let graph = try Scope.graph(channels: channels) { (scope, x) throws(GraphError) in
      try scope.add("op", op, [x])
    }
    return try graph.shapes(input: [2, channels, input, input + 1])[1]
  }

  @Test("convolutions", arguments: 1...4, 1...3)
  func convolutions(_ kernel: Int, _ stride: Int) throws {
    for padding in 0...2 {
      for dilation in 1...2 {
        let reach = dilation * (kernel - 1) + 1
        let convolution = Convolution(
          2, 6, kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding),
          dilation: Extent(dilation))
        for input in 1...11 {
          let height = windows(input, reach, stride, padding)
          if height == 0 {
            #expect(throws: GraphError.self) {
              try size(.convolution(convolution), channels: 2, input)
            }
          } else {
            #expect(
              try size(.convolution(convolution), channels: 2, input)
                == [2, 6, height, windows(input + 1, reach, stride, padding)])
          }
        }
      }
    }
  }

  @Test("pools, with ceil mode and without", arguments: 1...4, 1...4)
  func pools(_ kernel: Int, _ stride: Int) throws {
    for (padding, ceilMode) in (0...kernel / 2).flatMap({ [($0, false), ($0, true)] }) {
      let pool = Pooling(
        kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding),
        ceilMode: ceilMode)
      for input in kernel...13 {
        let count = ceilMode ? ceilWindows : windows
        let expected: Shape = [
          2, 3, count(input, kernel, stride, padding), count(input + 1, kernel, stride, padding),
        ]
        #expect(try size(.maxPool(pool), channels: 3, input) == expected)
        #expect(
          try size(.averagePool(pool, countsPadding: true), channels: 3, input) == expected)
      }
    }
  }

  @Test("a window larger than its input is refused")
  func tooLarge() {
    let pool = Pooling(kernel: Extent(5), stride: Extent(1))
    #expect(throws: GraphError.self) { try size(.maxPool(pool), channels: 3, 4) }
  }

  @Test("the other operators")
  func others() throws {
    #expect(
      try size(.adaptiveAveragePool(height: 3, width: 5), channels: 2, 4) == [2, 2, 3, 5])
    #expect(try size(.flatten, channels: 2, 4) == [2, 2 * 4 * 5])
    for op: Op in [
      .relu, .softmax, .l2Normalize(epsilon: 1e-6), .dropout(probability: 0.1),
      .prelu(channels: 2), .batchNorm(channels: 2, epsilon: 1e-5, momentum: 0.1),
      .localResponseNorm(size: 3, alpha: 1, beta: 1, k: 1), .add,
    ] {
      #expect(try size(op, channels: 2, 4) == [2, 2, 4, 5])
    }
    let graph = try Scope.graph(BranchedNet())
    let shapes = try graph.shapes(input: [5, 3, 9, 7])
    #expect(shapes[graph.nodes.firstIndex { $0.path == "cat" } ?? 0] == [5, 6, 9, 7])
    #expect(shapes[graph.nodes.firstIndex { $0.path == "pool" } ?? 0] == [5, 6, 4, 3])
    #expect(shapes[graph.output.index] == [5, 3])
  }

  @Test(
    "images that the network can't take are refused",
    arguments: [[1, 4, 8, 8], [1, 3, 8], [0, 3, 8, 8], [1, 3, 0, 8], [3, 8, 8], []] as [[Int]])
  func badInput(_ extents: [Int]) throws {
    let graph = try Scope.graph(BranchedNet())
    let shape = Shape(extents)
    #expect(throws: GraphError.badInput(expected: "images [N, 3, H, W]", got: shape)) {
      try graph.shapes(input: shape)
    }
  }

  @Test("a size that becomes too small names the layer")
  func tooSmall() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let y = try scope.maxPool("first", x, kernel: 2, stride: 2)
      return try scope.maxPool("second", y, kernel: 3, stride: 2)
    }
    #expect(try graph.shapes(input: [1, 3, 6, 6]).last == [1, 3, 1, 1])
    let error = #expect(throws: GraphError.self) { try graph.shapes(input: [1, 3, 5, 6]) }
    guard case .shapeMismatch("second", _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("the cost of a layer is what a loop over its output counts")
  func costs() throws {
    let model = try Scope.graph(BranchedNet()).testModel(.test("fc"))
    let summary = try model.summary(height: 8, width: 6)
    #expect(summary.map(\.path) == model.graph.nodes.map(\.path))
    let stem = try #require(summary.first { $0.path == "stem.conv" })
    #expect(stem.parameters == 4 * 3 * 9 + 4)
    #expect(stem.multiplyAccumulates == 8 * 6 * 4 * 3 * 9)
    #expect(stem.outputShape == [4, 8, 6])
    let norm = try #require(summary.first { $0.path == "stem.bn" })
    #expect(norm.parameters == 8)
    #expect(norm.multiplyAccumulates == 0)
    #expect(summary.last?.multiplyAccumulates == 24 * 3)
    #expect(summary.reduce(0) { $0 + $1.parameters } == model.parameterCount)
  }
}
