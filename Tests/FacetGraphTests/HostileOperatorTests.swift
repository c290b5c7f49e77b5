import FacetGraph
import FacetTensor
import Foundation
import Testing

/// Operators from files that mean harm: each is refused by an error or can be reckoned with.
@Suite("Operators read from files")
struct HostileOperatorTests {
  private func encoded(_ op: Op) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(op), as: UTF8.self)
  }

  private func node(_ index: Int, _ op: Op, _ inputs: [Int]) -> Node {
    Node(
      id: NodeID(index), path: LayerPath("n\(index)"), op: op, inputs: inputs.map { NodeID($0) },
      parameters: parameterNames(op).map { "n\(index)." + $0 })
  }

  /// The operator after an input of these extents, or by itself.
  private func graph(_ op: Op, _ extents: [Int?], operands: Int = 1) throws -> Graph {
    if op.isInput { return try Graph(nodes: [node(0, op, [])], output: NodeID(0)) }
    let inputs = [Int](repeating: 0, count: op.isSource ? 0 : operands)
    return try Graph(
      nodes: [node(0, .arrayInput(extents: extents), []), node(1, op, inputs)], output: NodeID(1))
  }

  private static let small: [Int?] = [2, 3, 8, 6]

  static let refused: [(String, Op)] = [
    ("rank 9", .arrayInput(extents: [Int?](repeating: nil, count: 9))),
    ("no elements", .arrayInput(extents: [1, 0])), ("below zero", .arrayInput(extents: [-1])),
    ("2^62", .arrayInput(extents: [1 << 62])),
    ("too many elements", .arrayInput(extents: [1 << 30, 1 << 30, nil])),
    ("a constant of rank 9", .constant(extents: [Int](repeating: 1, count: 9))),
    ("an empty constant", .constant(extents: [0])),
    ("a huge constant", .constant(extents: [1 << 32, 1 << 32])),
    ("a negative axis", .reduction(Reduction(.sum, axes: [-1], keepsAxes: true))),
    ("an axis twice", .reduction(Reduction(.sum, axes: [1, 1], keepsAxes: true))),
    ("axes that descend", .reduction(Reduction(.sum, axes: [2, 1], keepsAxes: true))),
    ("axis 8", .reduction(Reduction(.sum, axes: [8], keepsAxes: true))),
    ("axis 4 of 4", .reduction(Reduction(.sum, axes: [4], keepsAxes: true))),
    ("two open extents", .reshape([.rest, .rest])),
    ("an extent of 0", .reshape([.fixed(0), .rest])),
    ("an extent below 0", .reshape([.fixed(-4), .rest])), ("2^62", .reshape([.fixed(1 << 62)])),
    ("another count", .reshape([.fixed(5)])), ("no divisor", .reshape([.fixed(5), .rest])),
    ("an axis that isn't there", .reshape([.input(axis: 4), .rest])),
    ("axis -1", .reshape([.input(axis: -1), .rest])),
    ("an open extent to repeat to", .expand(extents: [.rest])),
    ("repeated too often", .expand(extents: [.fixed(1 << 40), .fixed(1), .fixed(1), .fixed(1)])),
    ("repeated where it can't be", .expand(extents: [.fixed(5)])),
    ("an axis twice", .transpose(permutation: [0, 1, 1, 2])),
    ("an axis too few", .transpose(permutation: [0, 2, 1])),
    ("axes from 1", .transpose(permutation: [1, 2, 3, 4])),
    ("no step", .slice(Slicing(axis: 1, start: 0, end: nil, step: 0))),
    ("the least step", .slice(Slicing(axis: 1, start: 0, end: nil, step: .min))),
    ("the largest step", .slice(Slicing(axis: 1, start: 0, end: nil, step: .max))),
    ("nothing left", .slice(Slicing(axis: 1, start: 2, end: 1))),
    ("axis 4 of 4", .slice(Slicing(axis: 4, start: 0, end: 1))),
    ("the least axis", .slice(Slicing(axis: .min, start: 0, end: 1))),
    ("paddings of two ranks", .pad(Padding(before: [1], after: [1, 2], mode: .edge))),
    ("paddings of rank 1", .pad(Padding(before: [1], after: [1], mode: .edge))),
    ("a huge padding", pad(.max, .edge)), ("the least padding", pad(.min, .edge)),
    ("cut to nothing", pad(-6, .edge)), ("reflected too far", pad(6, .reflect)),
    ("wrapped too far", pad(7, .wrap)), ("padded by NaN", pad(1, .constant(.nan))),
    ("a size of 0", resize([.size(0)])), ("a size below 0", resize([.size(.min)])),
    ("a huge size", resize([.size(1 << 62)])), ("a scale of NaN", resize([.scale(.nan)])),
    ("an infinite scale", resize([.scale(.infinity)])), ("no scale", resize([.scale(0)])),
    ("a negative scale", resize([.scale(-2)])), ("scaled away", resize([.scale(1e-30)])),
    ("two sizes for one axis", resize([.size(3), .size(3)])),
    ("NaN outside", resize([.size(3)], outside: .nan)),
    ("a region of NaN", resize([.size(3)], region: .nan)),
    ("a region far away", resize([.size(3)], region: 1e30)),
    (
      "an axis twice",
      .resize(Resizing(axes: [1, 1], targets: [.size(2), .size(2)], interpolation: .linear))
    ),
    (
      "axis 4 of 4",
      .resize(Resizing(axes: [4], targets: [.size(2)], interpolation: .linear))
    ),
    (
      "no region to crop",
      .resize(
        Resizing(
          axes: [1], targets: [.size(2)], interpolation: .linear, coordinates: .cropAndResize))
    ),
    (
      "a coefficient of NaN",
      .resize(
        Resizing(axes: [1], targets: [.size(2)], interpolation: .cubic(coefficient: .nan)))
    ),
    ("element 3 of 3", .gather(axis: 1, indices: [0, 3])),
    ("element -4 of 3", .gather(axis: 1, indices: [-4])),
    ("the least element", .gather(axis: 1, indices: [.min])),
    ("no elements", .gather(axis: 1, indices: [])), ("axis 4 of 4", .gather(axis: 4, indices: [0])),
    ("axis 4 of 4", .join(axis: 4)), ("axis -1", .join(axis: -1)),
    ("axis 4 of 4", .axisSoftmax(axis: 4, logarithm: false)),
    ("axis 2^62", .axisSoftmax(axis: 1 << 62, logarithm: false)),
    ("a slope of NaN", .activation(.leakyReLU(slope: .nan))),
    ("an infinite slope", .activation(.elu(alpha: .infinity))),
    ("a limit of NaN", .activation(.clip(minimum: .nan, maximum: 1))),
    ("one operand", .arithmetic(.add)), ("one operand", .matrixProduct),
    ("an LRN of NaN", .localResponseNorm(size: 3, alpha: .nan, beta: 1, k: 1)),
    ("a norm's epsilon of NaN", .l2Normalize(epsilon: .nan)),
    ("an infinite epsilon", .batchNorm(channels: 3, epsilon: .infinity, momentum: 0)),
    (
      "more weights than any machine holds",
      .convolution(Convolution(1 << 24, 1 << 24, kernel: Extent(4096)))
    ),
    ("padding past the window", .maxPool(pool(padding: 3, trailing: 0, dilation: 1))),
    ("padding past the window's end", .maxPool(pool(padding: 0, trailing: 5, dilation: 2))),
    ("a negative end", .maxPool(pool(padding: 0, trailing: -1, dilation: 1))),
    ("no dilation", .maxPool(pool(padding: 0, trailing: 0, dilation: 0))),
    ("output padding of the stride", transposed(stride: 2, outputPadding: 2)),
    ("negative output padding", transposed(stride: 2, outputPadding: -1)),
    ("cut away whole", transposed(stride: 1, outputPadding: 0, padding: 9)),
    ("no stride", transposed(stride: 0, outputPadding: 0)),
    ("no groups", transposed(stride: 1, outputPadding: 0, groups: 0)),
  ]

  private static func pad(_ amount: Int, _ mode: Padding.Mode) -> Op {
    .pad(Padding(before: [0, 0, 0, amount], after: [0, 0, 0, 0], mode: mode))
  }

  private static func resize(
    _ targets: [Resizing.Target], outside: Float = 0, region: Float = 0
  ) -> Op {
    .resize(
      Resizing(
        axes: [3], targets: targets, interpolation: .linear,
        regions: [Resizing.Region(start: region, end: 1)], outside: outside))
  }

  private static func pool(padding: Int, trailing: Int, dilation: Int) -> Pooling {
    Pooling(
      kernel: Extent(3), stride: Extent(1), padding: Extent(padding), trailing: Extent(trailing),
      dilation: Extent(dilation))
  }

  private static func transposed(
    stride: Int, outputPadding: Int, padding: Int = 0, groups: Int = 1
  ) -> Op {
    .transposedConvolution(
      TransposedConvolution(
        3, 2, kernel: Extent(3), stride: Extent(stride), padding: Extent(padding),
        outputPadding: Extent(outputPadding), groups: groups))
  }

  @Test("impossible settings are refused with a reason", arguments: refused)
  func impossible(_ name: String, _ op: Op) {
    let error = #expect(throws: GraphError.self, "\(name)") { try graph(op, Self.small) }
    guard let error else { return }
    // A reason, not a mere refusal.
    #expect(error.description.count > 20, "\(error)")
  }

  /// Numbers in JSON text, and what else might stand in their place.
  private static let harm = [
    "-1", "0", "1", "2", "3", "5", "8", "9", "-2", "16777216", "4294967296", "4294967297",
    "1099511627776", "4611686018427387904", "9223372036854775807", "-9223372036854775808",
    "-9223372036854775807", "1e308", "1e38", "-1e38", "1e-45", "0.5", "-0.0", "null", "\"inf\"",
    "\"-inf\"", "true", "[]", "{}", "\"upper\"",
  ]

  private func mutated(_ text: String, _ stream: inout RandomStream) -> String {
    let numbers = text.ranges(of: /-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?/)
    guard let range = numbers.randomElement(using: &stream) else { return text }
    var changed = text
    let piece = Self.harm.randomElement(using: &stream) ?? "0"
    switch Int.random(in: 0..<6, using: &stream) {
    // One more or one fewer, where it is a list.
    case 0: changed.replaceSubrange(range, with: "\(text[range]),\(piece)")
    case 1: changed.replaceSubrange(range, with: "")
    default: changed.replaceSubrange(range, with: piece)
    }
    return changed.replacing("[,", with: "[").replacing(",]", with: "]")
  }

  private static let inputs: [[Int?]] = [
    [], [5], [nil, 3], [2, 3, 4], [nil, 3, nil, nil], [2, 3, 8, 6], [nil, 4, 7, 5],
    [nil, nil, nil, nil, nil], [1, 3, 1 << 32, 1], [nil, 1 << 32, nil, nil], [1 << 24, 1 << 24],
    [1, 1, 1, 1, 1, 1, 1, 2],
  ]

  @Test("changed operators are refused or can be reckoned with, never a crash")
  func mutations() throws {
    var stream = RandomStream(seed: 17)
    var decoded = 0
    var valid = 0
    for op in EveryOperator.all {
      let text = try encoded(op)
      for _ in 0..<250 {
        var changed = text
        for _ in 0..<Int.random(in: 1...3, using: &stream) { changed = mutated(changed, &stream) }
        guard let op = try? JSONDecoder().decode(Op.self, from: Data(changed.utf8)) else {
          continue
        }
        decoded += 1
        for extents in Self.inputs {
          for operands in 0...2 {
            guard let graph = try? graph(op, extents, operands: operands), !op.isInput else {
              continue
            }
            valid += 1
            for batch in [1, 3, 1 << 31] {
              let shape = Shape(extents.map { $0 ?? batch })
              guard let shapes = try? graph.shapes(input: shape) else { continue }
              #expect(shapes.allSatisfy { $0.count > 0 })
              _ = try? graph.shapes(resumingFrom: NodeID(1), value: shapes[1])
            }
            _ = graph.outputCount
            _ = graph.inputShape(images: 1, height: 8, width: 8)
          }
        }
      }
    }
    // Neither all refused nor none.
    #expect(decoded > 2000)
    #expect(valid > 2000)
  }

  /// As many names as the operator wants, without asking what it would do with impossible settings.
  private func parameterNames(_ op: Op) -> [String] {
    switch op {
    case .convolution(let c): ["w"] + (c.bias ? ["b"] : [])
    case .transposedConvolution(let c): ["w"] + (c.bias ? ["b"] : [])
    case .linear(_, _, let bias): ["w"] + (bias ? ["b"] : [])
    case .batchNorm: ["w", "b", "m", "v"]
    case .prelu, .constant: ["w"]
    default: []
    }
  }

  @Test("shapes that grow at every step are stopped before they overflow")
  func growth() throws {
    for (op, extents) in [
      (
        Op.transposedConvolution(
          TransposedConvolution(
            1, 1, kernel: Extent(4096), stride: Extent(4096), same: .upper)), [1, 1, 64, 64]
      ),
      (.pad(Padding(before: [1 << 23], after: [1 << 23], mode: .edge)), [1 << 30]),
      (
        .resize(
          Resizing(axes: [0, 1], targets: [.scale(4096), .scale(4096)], interpolation: .linear)),
        [32, 32]
      ),
    ] as [(Op, [Int])] {
      var nodes = [node(0, .arrayInput(extents: extents), [])]
      for index in 1...600 { nodes.append(node(index, op, [index - 1])) }
      let error = #expect(throws: GraphError.self) {
        try Graph(nodes: nodes, output: NodeID(nodes.count - 1))
      }
      #expect(
        error?.description.contains("extents") == true
          || error?.description.contains("resizes") == true)
    }
  }
}
