import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// Operators with settings that nobody chose: whatever a graph accepts must run within its memory.
@Suite("Operators with changed settings")
struct ChangedOperatorTests {
  private static let numbers = [
    "-3", "-2", "-1", "0", "1", "2", "3", "4", "5", "7", "0.5", "-0.25",
  ]

  private func changed(_ op: Op, _ stream: inout RandomStream) throws -> Op? {
    var text = String(decoding: try JSONEncoder().encode(op), as: UTF8.self)
    for _ in 0..<Int.random(in: 1...3, using: &stream) {
      let found = text.ranges(of: /-?[0-9]+(\.[0-9]+)?/)
      guard let range = found.randomElement(using: &stream) else { break }
      let number = Self.numbers.randomElement(using: &stream) ?? "0"
      text.replaceSubrange(range, with: number)
    }
    return try? JSONDecoder().decode(Op.self, from: Data(text.utf8))
  }

  /// What a run and a step back need, where the operator fits the operands at all.
  private func model(_ op: Op, _ shapes: [Shape]) -> Model? {
    guard !op.isInput, !op.isSource else { return nil }
    var nodes = [Node("input", .arrayInput(extents: shapes[0].extents), at: 0)]
    var parameters: [String: Tensor] = [:]
    for (index, shape) in shapes.enumerated().dropFirst() {
      nodes.append(Node(LayerPath("c\(index)"), .constant(extents: shape.extents), at: index))
      parameters["c\(index).value"] = .random(shape, seed: UInt64(index))
    }
    // A graph checks settings before it asks for parameters.
    let unnamed = Node(
      id: NodeID(nodes.count), path: "op", op: op, inputs: nodes.map(\.id), parameters: [])
    if let error = refusal(nodes + [unnamed]), !error.contains("parameters") { return nil }
    nodes.append(Node("op", op, Array(shapes.indices), at: shapes.count))
    for (role, shape) in op.parameterShapes {
      guard shape.count < 20_000 else { return nil }
      parameters["op.\(role)"] = .random(shape, seed: 9)
    }
    guard let graph = try? Graph(nodes: nodes, output: NodeID(shapes.count)) else { return nil }
    return try? Model(graph: graph, parameters: parameters, card: .test("op"))
  }

  private func refusal(_ nodes: [Node]) -> String? {
    do {
      _ = try Graph(nodes: nodes, output: NodeID(nodes.count - 1))
      return nil
    } catch { return error.description }
  }

  @Test("they are refused, or run forward and back with shapes as foretold")
  func changes() throws {
    let engine = Engine(threads: 2)
    var stream = RandomStream(seed: 23)
    let cases =
      ArrayCase.all.map { ($0.op, $0.shapes) } + OperatorCase.all.map { ($0.op, [$0.input]) }
      + EveryResize.all.map { ($0, [[2, 3, 4, 5]]) }
    var run = 0
    for (op, shapes) in cases {
      for _ in 0..<8 {
        guard let op = try changed(op, &stream), let model = model(op, shapes) else { continue }
        let foretold = try model.graph.shapes(input: shapes[0])
        guard foretold.allSatisfy({ $0.count < 200_000 }) else { continue }
        let x = Tensor.random(shapes[0], seed: 1)
        let trace = try engine.forward(
          model, x, keeping: .forBackward(to: ["input"], parameters: true))
        #expect(trace.output.shape == foretold[shapes.count])
        let gradients = try engine.backward(
          model, trace, from: Seed(.random(trace.output.shape, seed: 2)), to: ["input"],
          parameters: .all)
        #expect(try gradients.signal(at: "input").shape == x.shape)
        run += 1
      }
    }
    #expect(run > 1000)
  }
}

/// Resizes of all kinds, to be changed.
private enum EveryResize {
  static var all: [Op] {
    let interpolations: [Resizing.Interpolation] = [
      .nearest(.floor), .nearest(.ceiling), .linear, .cubic(coefficient: -0.5),
    ]
    let coordinates: [Resizing.Coordinates] = [
      .halfPixel, .halfPixelSymmetric, .pytorchHalfPixel, .alignCorners, .asymmetric,
      .cropAndResize,
    ]
    let aspects: [Resizing.AspectPolicy] = [.stretch, .notLarger, .notSmaller]
    var ops: [Op] = []
    for interpolation in interpolations {
      for place in coordinates {
        for aspect in aspects {
          for flag in [false, true] {
            ops.append(
              .resize(
                Resizing(
                  axes: [2, 3], targets: [.size(6), .scale(1.5)], interpolation: interpolation,
                  coordinates: place, aspect: aspect, antialias: flag, excludesOutside: flag,
                  regions: [
                    Resizing.Region(start: 0.2, end: 0.9), Resizing.Region(start: 1, end: -0.5),
                  ])))
          }
        }
      }
    }
    return ops
  }
}
