import FacetGraph
import FacetTensor
import FacetTestSupport

/// A network drawn by a seed: convolutions, norms, ReLUs, sums (also of one value twice), joins and
/// pools in any order, with values that many layers read and some that none reads.
struct RandomNet: Module {
  let seed: UInt64
  /// Whether the operators on arrays are among the layers: activations, gates, constants and
  /// rearrangements of all kinds.
  var hasArrays = false
  /// Whether a fully connected layer is at the end.
  var hasHead = true

  private struct Value {
    let id: NodeID
    /// How often the map was halved.
    let level: Int
  }

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var stream = RandomStream(seed: seed, 0x6E7)
    var values = [Value(id: x, level: 0)]
    for index in 0..<Int.random(in: 8...16, using: &stream) {
      let last = values[values.count - 1]
      let any = values[Int.random(in: max(0, values.count - 4)..<values.count, using: &stream)]
      let name = "n\(index)"
      var level = last.level
      var id: NodeID
      if hasArrays, Int.random(in: 0..<5, using: &stream) < 3 {
        let alike = values.filter {
          $0.level == level && scope.channels($0.id) == scope.channels(last.id)
        }
        let other = alike[Int.random(in: 0..<alike.count, using: &stream)].id
        let id = try RandomArrays.emit(name, last.id, other, &scope, &stream)
        values.append(Value(id: id, level: level))
        continue
      }
      switch Int.random(in: 0..<10, using: &stream) {
      case 0, 1:
        level = any.level
        id = try scope.convolution(
          name, any.id, Int.random(in: 2...6, using: &stream), kernel: 3, padding: 1)
      case 2: id = try scope.batchNorm(name, last.id)
      case 3: id = try scope.relu(name, last.id)
      case 4: id = try scope.add(name, .prelu(channels: scope.channels(last.id) ?? 0), [last.id])
      case 5, 6:
        let alike = values.filter {
          $0.level == level && scope.channels($0.id) == scope.channels(last.id)
        }
        let others = (0..<Int.random(in: 1...2, using: &stream)).map { _ in
          alike[Int.random(in: 0..<alike.count, using: &stream)].id
        }
        id = try scope.add(name, .add, [last.id] + others)
      case 7:
        let alike = values.filter { $0.level == level }
        id = try scope.add(
          name, .concat, [last.id, alike[Int.random(in: 0..<alike.count, using: &stream)].id])
        id = try scope.convolution(name + "_narrow", id, 4, kernel: 1)
      case 8 where level < 2:
        level += 1
        id = try scope.maxPool(name, last.id, kernel: 3, stride: 2, padding: 1)
      case 8: id = try scope.dropout(name, last.id, 0.3)
      default: id = try scope.averagePool(name, last.id, kernel: 3, stride: 1, padding: 1)
      }
      values.append(Value(id: id, level: level))
    }
    let y = try scope.relu("last", values[values.count - 1].id)
    guard hasHead else { return y }
    let pooled = try scope.adaptiveAveragePool("pool", y, 2)
    return try scope.linear("fc", try scope.flatten("flatten", pooled), 5)
  }

  static func model(_ seed: UInt64, hasHead: Bool = true, hasArrays: Bool = false) throws -> Model {
    let graph = try Scope.graph(RandomNet(seed: seed, hasArrays: hasArrays, hasHead: hasHead))
    var parameters = graph.initialParameters(.heUniform, seed: seed)
    for case (let node, .constant(let extents)) in graph.nodes.map({ ($0, $0.op) }) {
      parameters[node.parameters[0]] = .random(Shape(extents), seed: seed)
    }
    return try Model(graph: graph, parameters: parameters, card: .test("last"))
  }
}
