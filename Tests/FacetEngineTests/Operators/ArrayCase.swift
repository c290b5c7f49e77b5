import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// One of the operators on arrays: its first operand is the network's input, the others are constants.
struct ArrayCase: Sendable, CustomTestStringConvertible {
  let name: String
  let op: Op
  /// Of the operands, the input first.
  let shapes: [Shape]
  /// Whether operands are at least 1/2, for functions that are defined there only.
  var isPositive = false
  /// Whether the operator takes its operands in the opposite order.
  var isReversed = false

  var testDescription: String { name }

  init(_ name: String, _ op: Op, _ shapes: Shape..., isPositive: Bool = false) {
    self.name = name
    self.op = op
    self.shapes = shapes
    self.isPositive = isPositive
  }

  /// The names of the operands' nodes.
  var operands: [LayerPath] {
    ["input"] + shapes.indices.dropFirst().map { (index: Int) in LayerPath("c\(index)") }
  }

  func model() throws -> Model {
    var parameters: [String: Tensor] = [:]
    var nodes = [Node("input", .arrayInput(extents: shapes[0].extents), at: 0)]
    for (index, shape) in shapes.enumerated().dropFirst() {
      nodes.append(Node(LayerPath("c\(index)"), .constant(extents: shape.extents), at: index))
      parameters["c\(index).value"] = constant(shape, seed: UInt64(70 + index))
    }
    let inputs = isReversed ? Array(shapes.indices.reversed()) : Array(shapes.indices)
    nodes.append(Node("op", op, inputs, at: shapes.count))
    for (index, (role, shape)) in op.parameterShapes.enumerated() {
      parameters["op.\(role)"] = Tensor.random(shape, seed: UInt64(50 + index))
    }
    return try Model(
      graph: Graph(nodes: nodes, output: NodeID(shapes.count)), parameters: parameters,
      card: .test("op"))
  }

  /// What the operator is given, in its order.
  func values(_ model: Model, input: Tensor) -> [Tensor] {
    let all = shapes.indices.map { index in
      index == 0 ? input : model.parameters["c\(index).value"] ?? input
    }
    return isReversed ? all.reversed() : all
  }

  /// Odd multiples of 0.02, pairwise different: functions with corners at multiples of 0.04 are smooth
  /// within a small step.
  func input(seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, 0x5E9)
    let count = shapes[0].count
    let order = Array(0..<count).shuffled(using: &stream)
    return Tensor(
      shapes[0],
      order.map { isPositive ? 0.52 + 0.02 * Float($0) : 0.04 * Float($0 - count / 2) + 0.06 })
  }

  /// Multiples of 0.04, which keep their distance from the input's.
  private func constant(_ shape: Shape, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, 0xC0)
    return Tensor(
      shape,
      (0..<shape.count).map { _ in
        let step = 0.04 * Float(Int.random(in: -30...30, using: &stream))
        return isPositive ? 1.8 + step : step
      })
  }
}

extension Node {
  /// A node whose parameters are named as a scope would.
  init(_ path: LayerPath, _ op: Op, _ inputs: [Int] = [], at index: Int) {
    self.init(
      id: NodeID(index), path: path, op: op, inputs: inputs.map { NodeID($0) },
      parameters: op.parameterShapes.map { path.appending($0.role).name })
  }
}
