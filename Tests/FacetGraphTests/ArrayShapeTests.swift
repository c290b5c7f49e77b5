import FacetGraph
import FacetTensor
import Testing

/// Shapes of the operators on arrays, with extents that are known and that aren't yet.
@Suite("Shapes of arrays")
struct ArrayShapeTests {
  private func graph(_ op: Op, _ inputs: [[Int?]]) throws -> Graph {
    var nodes: [Node] = []
    for (index, extents) in inputs.enumerated() {
      let source: Op =
        index == 0 ? .arrayInput(extents: extents) : .constant(extents: extents.map { $0 ?? 1 })
      nodes.append(
        Node(
          id: NodeID(index), path: LayerPath("n\(index)"), op: source, inputs: [],
          parameters: index == 0 ? [] : ["n\(index).value"]))
    }
    nodes.append(
      Node(
        id: NodeID(nodes.count), path: "op", op: op, inputs: nodes.map(\.id),
        parameters: op.parameterShapes.map { "op." + $0.role }))
    return try Graph(nodes: nodes, output: NodeID(nodes.count - 1))
  }

  private func open(_ op: Op, _ inputs: [Int?]...) throws -> [Int?] {
    try graph(op, inputs).openShapes.last?.extents ?? []
  }

  @Test("an unknown batch stays unknown, through whatever keeps it")
  func unknownBatch() throws {
    let map: [Int?] = [nil, 3, 8, 6]
    let reduce = Reduction(.mean, axes: [2, 3], keepsAxes: true)
    #expect(try open(.reduction(reduce), map) == [nil, 3, 1, 1])
    #expect(
      try open(.reduction(Reduction(.mean, axes: [0], keepsAxes: false)), map) == [3, 8, 6])
    #expect(try open(.transpose(permutation: [0, 2, 3, 1]), map) == [nil, 8, 6, 3])
    #expect(try open(.reshape([.input(axis: 0), .rest]), map) == [nil, 144])
    #expect(try open(.reshape([.input(axis: 0), .fixed(16), .rest]), map) == [nil, 16, 9])
    #expect(try open(.reshape([.rest, .fixed(144)]), map) == [nil, 144])
    #expect(try open(.reshape([.rest]), map) == [nil])
    #expect(
      try open(.reshape([.input(axis: 0), .input(axis: 1), .rest]), [nil, 3, nil, 6]) == [
        nil, 3, nil,
      ])
    #expect(try open(.flatten, map) == [nil, 144])
    #expect(try open(.slice(Slicing(axis: 0, start: 0, end: 1)), map) == [nil, 3, 8, 6])
    #expect(try open(.slice(Slicing(axis: 2, start: 1, end: nil, step: 3)), map) == [nil, 3, 3, 6])
    #expect(
      try open(.pad(Padding(before: [0, 0, 1, 0], after: [0, 0, 2, -1], mode: .edge)), map)
        == [nil, 3, 11, 5])
    #expect(try open(.gather(axis: 0, indices: [7]), map) == [1, 3, 8, 6])
    #expect(try open(.arithmetic(.add), map, [3, 1, 1]) == [nil, 3, 8, 6])
    #expect(try open(.matrixProduct, map, [6, 5]) == [nil, 3, 8, 5])
    #expect(try open(.join(axis: 1), map, [1, 2, 8, 6]) == [1, 5, 8, 6])
    #expect(try open(.axisSoftmax(axis: 3, logarithm: true), map) == map)
    #expect(
      try open(
        .expand(extents: [.input(axis: 0), .fixed(3), .fixed(8), .fixed(6)]), [nil, 3, 1, 1])
        == map)
  }

  @Test("unknown sizes stay unknown where they are counted on, and known ones are told")
  func unknownSizes() throws {
    let map: [Int?] = [nil, 3, nil, nil]
    let half = Resizing(axes: [2, 3], targets: [.scale(0.5), .size(7)], interpolation: .linear)
    #expect(try open(.resize(half), map) == [nil, 3, nil, nil])
    #expect(try open(.resize(half), [nil, 3, 9, nil]) == [nil, 3, nil, nil])
    #expect(try open(.resize(half), [nil, 3, 9, 4]) == [nil, 3, 4, 7])
    #expect(
      try open(.pad(Padding(before: [0, 0, 1, 0], after: [0, 0, 2, 0], mode: .edge)), map) == map)
    #expect(
      try open(.convolution(Convolution(3, 4, kernel: Extent(3), same: .upper)), map)
        == [nil, 4, nil, nil])
    #expect(
      try open(.transposedConvolution(TransposedConvolution(3, 4, kernel: Extent(3))), map)
        == [nil, 4, nil, nil])
    #expect(try open(.join(axis: 2), map, [1, 3, 2, 5]) == [1, 3, nil, 5])
    #expect(try open(.arithmetic(.multiply), map, [4, 5]) == [nil, 3, 4, 5])
    #expect(try open(.reshape([.input(axis: 0), .rest]), map) == [nil, nil])
    #expect(
      try open(.reduction(Reduction(.mean, axes: [2, 3], keepsAxes: true)), map) == [nil, 3, 1, 1])
  }

  @Test(
    "when the sizes are given, the open shapes turn out to be true",
    arguments: [1, 2, 5], [7, 8, 12])
  func agree(_ batch: Int, _ size: Int) throws {
    for op in EveryOperator.all where !op.isSource {
      for extents: [Int?] in [[nil, 4, nil, nil], [nil, 3, nil, nil], [nil, nil, nil]] {
        for operands in 1...2 {
          let nodes = [
            Node(
              id: NodeID(0), path: "input", op: .arrayInput(extents: extents), inputs: [],
              parameters: []),
            Node(
              id: NodeID(1), path: "op", op: op,
              inputs: [NodeID](repeating: NodeID(0), count: operands),
              parameters: op.parameterShapes.map(\.role)),
          ]
          guard let graph = try? Graph(nodes: nodes, output: NodeID(1)) else { continue }
          let free = [batch, 4, size, size + 1]
          let input = Shape(extents.enumerated().map { $1 ?? free[$0] })
          guard let shapes = try? graph.shapes(input: input) else { continue }
          let open = try graph.openShapes[1]
          #expect(open.agrees(with: ValueShape(shapes[1])), "\(op) \(open) \(shapes[1])")
        }
      }
    }
  }

  @Test("SAME makes the input's size over the stride, rounded up", arguments: 1...4, 1...4)
  func same(_ kernel: Int, _ stride: Int) throws {
    for same: SamePadding in [.upper, .lower] {
      for dilation in 1...2 {
        for size in 1...9 {
          let expected = (size + stride - 1) / stride
          let convolution = Convolution(
            2, 2, kernel: Extent(kernel), stride: Extent(stride), same: same,
            dilation: Extent(dilation))
          let pool = Pooling(
            kernel: Extent(kernel), stride: Extent(stride), same: same, dilation: Extent(dilation))
          let transposed = TransposedConvolution(
            2, 2, kernel: Extent(kernel), stride: Extent(stride), same: same,
            dilation: Extent(dilation))
          let input: [Int?] = [1, 2, size, size + 1]
          #expect(try open(.convolution(convolution), input)[2] == expected)
          #expect(try open(.maxPool(pool), input)[2] == expected)
          #expect(try open(.transposedConvolution(transposed), input)[2] == size * stride)
          // Resolved, the paddings give the same size by the ordinary rule.
          let resolved = convolution.resolved(height: size, width: size + 1)
          #expect(resolved.same == nil)
          #expect(try open(.convolution(resolved), input)[2] == expected)
          let (before, after) = (resolved.padding.height, resolved.trailingPadding.height)
          #expect((same == .upper ? after - before : before - after) == (before + after) % 2)
        }
      }
    }
  }

  @Test("unequal padding counts windows of the padded input")
  func unequal() throws {
    for (before, after) in [(0, 1), (2, 0), (1, 2)] {
      for stride in 1...3 {
        for size in 3...8 {
          let convolution = Convolution(
            1, 1, kernel: Extent(3), stride: Extent(stride), padding: Extent(before),
            trailing: Extent(after))
          var windows = 0
          var start = -before
          while start + 3 <= size + after {
            windows += 1
            start += stride
          }
          #expect(try open(.convolution(convolution), [1, 1, size, size])[2] == windows)
        }
      }
    }
  }

  @Test("slices count as Python does")
  func slices() throws {
    // len(range(n)[start:end:step]), recorded.
    let recorded: [(n: Int, start: Int, end: Int?, step: Int, count: Int)] = [
      (5, 1, 4, 1, 3), (5, -2, nil, 1, 2), (5, 4, nil, -1, 5), (5, -1, -6, -2, 3),
      (5, 0, nil, -1, 1),
      (5, 10, 1, -3, 1), (5, -10, 10, 2, 3), (1, 0, 1, 7, 1), (6, -1, 0, -5, 1), (6, 5, nil, -5, 2),
      (4, 3, -1, 1, 0), (4, 1, 1, 1, 0), (4, 2, 3, -1, 0), (4, -9, nil, -1, 0), (4, 9, nil, 1, 0),
    ]
    for item in recorded {
      let slicing = Slicing(axis: 0, start: item.start, end: item.end, step: item.step)
      #expect(slicing.range(in: item.n).count == item.count, "\(item)")
      if item.count > 0 {
        #expect(try open(.slice(slicing), [item.n]) == [item.count])
      } else {
        #expect(throws: GraphError.self) { try open(.slice(slicing), [item.n]) }
      }
    }
  }

  @Test("resized sizes are ONNX's: rounded down for scales, to the nearest for proportions")
  func resized() throws {
    func sizes(
      _ targets: [Resizing.Target], _ aspect: Resizing.AspectPolicy = .stretch
    ) throws -> [Int?] {
      try open(
        .resize(Resizing(axes: [1, 0], targets: targets, interpolation: .linear, aspect: aspect)),
        [6, 4])
    }
    #expect(try sizes([.scale(1.3), .scale(0.5)]) == [3, 5])
    #expect(try sizes([.size(9), .scale(0.99)]) == [5, 9])
    #expect(try sizes([.size(8), .size(9)], .notLarger) == [9, 6])
    #expect(try sizes([.size(8), .size(9)], .notSmaller) == [12, 8])
    #expect(try sizes([.size(3), .size(9)], .notLarger) == [5, 3])
  }

  @Test("errors tell what was found")
  func reasons() {
    func reason(_ op: Op, _ inputs: [Int?]...) -> String {
      do {
        _ = try graph(op, inputs)
        return ""
      } catch { return "\(error)" }
    }
    #expect(reason(.arithmetic(.add), [nil, 3, 8, 8], [4, 1, 1]).contains("broadcast"))
    #expect(reason(.matrixProduct, [nil, 3], [4, 5]).contains("multiply"))
    #expect(reason(.gather(axis: 1, indices: [9]), [nil, 3]).contains("takes element 9 of 3"))
    #expect(reason(.join(axis: 1), [2, 3, 4], [2, 3, 5]).contains("arrays of different shapes"))
    #expect(reason(.reshape([.fixed(5), .rest]), [2, 3]).contains("can't reshape"))
    #expect(reason(.slice(Slicing(axis: 1, start: 3, end: nil)), [nil, 3]).contains("[?, 0]"))
    #expect(
      reason(.pad(Padding(before: [0, 3], after: [0, 0], mode: .reflect)), [nil, 3])
        .contains("by 3 and 0"))
  }
}
