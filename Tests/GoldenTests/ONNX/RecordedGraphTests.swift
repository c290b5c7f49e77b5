import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Small graphs in the patterns of exporters, against what ONNX Runtime computes: batches of one and of
/// three, and where the file leaves it open another size of image. Recipe: Tests/Fixtures/onnx/graphs.
@Suite struct RecordedGraphTests {
  struct Run: Decodable, Sendable {
    let input: [Int]
    let shape: [Int]
    let step: Int
    let values: [Float]
  }

  static let runs: [String: [Run]] = {
    let path = SharedData.fixture("onnx/graphs/expected.json")
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    return (try? JSONDecoder().decode([String: [Run]].self, from: data)) ?? [:]
  }()

  /// The recipe's input.
  static func pattern(_ shape: [Int], bytes: Bool = false) -> Tensor {
    let values = (0..<shape.reduce(1, *)).map { i -> Float in
      let value = Float(Double((i * 37 + 11) % 101 - 50) / 25)
      return bytes ? abs(value * 25).rounded(.towardZero) : value
    }
    return Tensor(Shape(shape), values)
  }

  static func model(_ name: String) throws -> ONNXImported {
    try ONNXImporter.model(path: SharedData.fixture("onnx/graphs/\(name).onnx"))
  }

  @Test func thereAreGraphs() { #expect(Self.runs.count == 56) }

  @Test(arguments: runs.keys.sorted())
  func givesWhatTheRuntimeGives(name: String) throws {
    let imported = try Self.model(name)
    for run in try #require(Self.runs[name]) {
      var x = Self.pattern(run.input, bytes: name == "bytes")
      if name == "channels_last" { x = Self.channelsFirst(x) }
      let y = try Engine().forward(imported.model, x).output
      #expect(y.shape.extents == run.shape, "\(name) at \(run.input)")
      guard y.shape.extents == run.shape else { continue }
      let got = stride(from: 0, to: y.count, by: run.step).map { y.scalars[$0] }
      #expect(got.count == run.values.count)
      let largest = run.values.map(abs).max() ?? 0
      for (a, b) in zip(got, run.values) {
        #expect(abs(a - b) <= 1e-5 + 1e-5 * largest, "\(name) at \(run.input): \(a), not \(b)")
      }
    }
    // Nothing in these graphs asks for a size that the file leaves open.
    #expect(!imported.notes.contains { $0.kind == .warning }, "\(imported.notes)")
    let hasFreeBatch = imported.model.graph.inputExtents[0] == nil
    #expect(hasFreeBatch, "\(imported.notes)")
  }

  private static func channelsFirst(_ x: Tensor) -> Tensor {
    let (n, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    var y = Tensor.zeros([n, c, h, w])
    for i in 0..<n {
      for row in 0..<h {
        for column in 0..<w {
          for channel in 0..<c {
            y[i, channel, row, column] = x[i, row, column, channel]
          }
        }
      }
    }
    return y
  }

  /// The gradient of a weighted sum of outputs, against differences of the output.
  @Test(arguments: [
    "se_dynamic", "shuffle_dynamic", "split_uneven", "mobilenetv3_14", "dense_concat", "fpn_sizes",
    "resize_cubic_18", "groupnorm_21", "groupnorm_torch_11", "layernorm_17", "lrn", "l2_embedding",
    "prelu_columns", "view_minus_one", "softmax_flat_11", "logsoftmax_flat_11", "attention",
    "same_lower", "asymmetric", "transposed", "one_dimensional", "lp_pool", "depth_to_space",
    "pixel_shuffle", "focus", "pads", "moves", "composed_gelu_mish", "gelu_20", "mish_22",
    "variadic", "reductions", "expand_where", "functions",
  ])
  func gradientIsTheSlope(name: String) throws {
    let imported = try Self.model(name)
    let graph = imported.model.graph
    let run = try #require(Self.runs[name]?.first)
    // Off the pattern's steps, so that no maximum or kink is met exactly.
    let noise = Tensor.random(Shape(run.input), seed: 5)
    let x = Tensor(
      noise.shape, zip(Self.pattern(run.input).scalars, noise.scalars).map { $0 + 0.05 * $1 })
    let engine = Engine()
    let input = graph[graph.input].path
    let trace = try engine.forward(imported.model, x, keeping: .forBackward(to: [input]))
    let seed = Tensor.random(trace.output.shape, seed: 6)
    let gradient = try engine.backward(imported.model, trace, from: Seed(seed), to: [input])
      .signal(at: input)
    #expect(gradient.shape == x.shape)
    for k in 0..<3 {
      let direction = Tensor.random(x.shape, seed: UInt64(10 + k))
      func value(_ step: Float) throws -> Double {
        let moved = Tensor(
          x.shape, zip(x.scalars, direction.scalars).map { $0 + step * $1 })
        return try engine.forward(imported.model, moved).output.dot(seed)
      }
      let step: Float = 1.0 / 1024
      let slope = (try value(step) - value(-step)) / Double(2 * step)
      let expected = gradient.dot(direction)
      #expect(
        abs(slope - expected) <= 0.02 * max(1, abs(expected)), "\(name): \(slope), \(expected)")
    }
  }
}
