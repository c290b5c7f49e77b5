import FacetGraph
import FacetTensor

/// Runs a graph node by node by the definitions in ``Reference`` and ``ArrayReference``: nothing fused,
/// nothing reused, sums in double precision.
enum ReferenceInterpreter {
  /// Every node's value, rounded to single precision.
  static func values(_ model: Model, _ x: Tensor) throws -> [Tensor] {
    let shapes = try model.graph.shapes(input: x.shape)
    var values: [Tensor] = []
    for node in model.graph.nodes {
      let inputs = node.inputs.map { values[$0.index] }
      let value = evaluate(node, inputs, model, x, shapes[node.id.index])
      values.append(Tensor(shapes[node.id.index], value.map { Float($0) }))
    }
    return values
  }

  private static func evaluate(
    _ node: Node, _ inputs: [Tensor], _ model: Model, _ x: Tensor, _ shape: Shape
  ) -> [Double] {
    switch node.op {
    case .input: return x.scalars.map(Double.init)
    case .add:
      return (0..<shape.count).map { i in inputs.reduce(0) { $0 + Double($1.scalars[i]) } }
    case .concat: return joined(inputs, shape)
    default:
      if let value = ArrayReference.value(node.op, inputs, output: shape) { return value }
      return Reference.value(node.op, inputs[0], model.parameters(of: node), output: shape)
    }
  }

  private static func joined(_ inputs: [Tensor], _ shape: Shape) -> [Double] {
    var values: [Double] = []
    for image in 0..<shape[0] {
      for input in inputs { values += input.slice(image).scalars.map(Double.init) }
    }
    return values
  }
}
