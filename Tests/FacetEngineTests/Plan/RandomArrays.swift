import FacetGraph
import FacetTensor

/// Pieces of a random network made of the operators on arrays; each gives a map of the size and the
/// channels it takes.
enum RandomArrays {
  /// - Parameter other: another value, or the same, of the same shape.
  static func emit(
    _ name: String, _ x: NodeID, _ other: NodeID, _ scope: inout Scope,
    _ stream: inout RandomStream
  ) throws(GraphError) -> NodeID {
    let channels = scope.channels(x) ?? 1
    /// Adds a node under the piece's name.
    func add(_ part: String, _ op: Op, _ inputs: [NodeID]) throws(GraphError) -> NodeID {
      try scope.add(name + part, op, inputs)
    }
    switch Int.random(in: 0..<12, using: &stream) {
    case 0, 1, 2:
      let functions: [Activation] = [
        .leakyReLU(slope: 0.1), .clip(minimum: 0, maximum: 1), .sigmoid, .hardSwish, .tanh,
        .gelu(approximate: true), .negative,
      ]
      return try add(
        "", .activation(functions[Int.random(in: 0..<functions.count, using: &stream)]), [x])
    case 3:
      // Squeeze and excitation: a gate from what it gates.
      let mean = try add(
        "_mean", .reduction(Reduction(.mean, axes: [2, 3], keepsAxes: true)), [x])
      return try add(
        "", .arithmetic(.multiply), [x, try add("_gate", .activation(.sigmoid), [mean])])
    case 4:
      let constant = try add("_value", .constant(extents: [channels, 1, 1]), [])
      let functions: [Arithmetic] = [.add, .subtract, .multiply, .maximum]
      let function = functions[Int.random(in: 0..<functions.count, using: &stream)]
      return try add("", .arithmetic(function), [constant, x])
    case 5:
      // Computed from constants alone.
      let constant = try add("_value", .constant(extents: [1]), [])
      let gate = try add("_gate", .activation(.sigmoid), [constant])
      return try add("", .arithmetic(.multiply), [x, gate])
    case 6: return try add("", .arithmetic(.subtract), [x, other])
    case 7: return try add("", .arithmetic(.multiply), [x, other])
    case 8:
      // To the rows of a matrix and back, through reshapes that work in place.
      let rows = try add("_rows", .reshape([.input(axis: 0), .input(axis: 1), .rest]), [x])
      let bent = try add("_bent", .activation(.softsign), [rows])
      let turned = try add("_turned", .transpose(permutation: [0, 2, 1]), [bent])
      let softmax = try add("_softmax", .axisSoftmax(axis: 2, logarithm: false), [turned])
      let product = try add("_product", .matrixProduct, [softmax, rows])
      let back = try add("_back", .matrixProduct, [rows, product])
      let sum = try add("_sum", .reduction(Reduction(.sum, axes: [2], keepsAxes: false)), [back])
      let gate = try add(
        "_gate", .reshape([.input(axis: 0), .input(axis: 1), .fixed(1), .fixed(1)]), [sum])
      return try add("", .arithmetic(.add), [x, gate])
    case 9:
      // A shuffle of channels and mirrored columns.
      let order = Array((0..<channels).reversed())
      let shuffled = try add("_shuffled", .gather(axis: 1, indices: order), [x])
      return try add("", .slice(Slicing(axis: 3, start: -1, end: nil, step: -1)), [shuffled])
    case 10:
      // Wider, then cut back.
      let padded = try add(
        "_padded",
        .pad(Padding(before: [0, 0, 1, 0], after: [0, 0, 0, 2], mode: .edge)), [x])
      let cut = try add(
        "_cut", .pad(Padding(before: [0, 0, 0, -1], after: [0, 0, -1, -1], mode: .edge)), [padded])
      return try add("", .add, [cut, cut])
    default:
      let large = try add(
        "_large",
        .resize(
          Resizing(axes: [2, 3], targets: [.scale(2), .scale(2)], interpolation: .linear)), [x])
      let joined = try add("_joined", .join(axis: 1), [large, large])
      let pool = Pooling(kernel: Extent(2), stride: Extent(2), same: .upper)
      let small = try add("_small", .averagePool(pool, countsPadding: false), [joined])
      return try add("", .slice(Slicing(axis: 1, start: 0, end: channels)), [small])
    }
  }
}
