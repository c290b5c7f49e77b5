import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// A recorded resize: Tests/Fixtures/resize/recipe.py.
private struct ResizeRecord: Decodable {
  let shape: [Int]
  let axes: [Int]
  let sizes: [Int]?
  let scales: [Float]?
  let result: [Int]
  let values: [Float]
  // PyTorch's settings
  let torch: String?
  let aligned: Bool?
  // ONNX's settings
  let mode: String?
  let nearestMode: String?
  let coordinateTransformationMode: String?
  let cubicCoeffA: Float?
  let excludeOutside: Int?
  let antialias: Int?
  let keepAspectRatioPolicy: String?
  let extrapolationValue: Float?
  let roi: [Float]?

  static func read(_ file: String) throws -> [ResizeRecord] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let path = SharedData.fixture("resize/" + file)
    return try decoder.decode(
      [ResizeRecord].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private var targets: [Resizing.Target] {
    sizes?.map { .size($0) } ?? scales?.map { .scale($0) } ?? []
  }

  /// By what PyTorch's modes mean in ONNX's terms.
  var fromTorch: Resizing {
    let linear: Resizing.Coordinates = aligned == true ? .alignCorners : .halfPixel
    return switch torch {
    case "nearest":
      Resizing(
        axes: axes, targets: targets, interpolation: .nearest(.floor), coordinates: .asymmetric)
    case "nearest-exact":
      Resizing(axes: axes, targets: targets, interpolation: .nearest(.preferCeiling))
    case "bilinear":
      Resizing(axes: axes, targets: targets, interpolation: .linear, coordinates: linear)
    default:
      Resizing(
        axes: axes, targets: targets, interpolation: .cubic(coefficient: -0.75),
        coordinates: linear)
    }
  }

  var fromONNX: Resizing {
    let rounding: Resizing.Rounding =
      switch nearestMode {
      case "round_prefer_ceil": .preferCeiling
      case "floor": .floor
      case "ceil": .ceiling
      default: .preferFloor
      }
    let interpolation: Resizing.Interpolation =
      switch mode {
      case "linear": .linear
      case "cubic": .cubic(coefficient: cubicCoeffA ?? -0.75)
      default: .nearest(rounding)
      }
    let coordinates: Resizing.Coordinates =
      switch coordinateTransformationMode {
      case "half_pixel_symmetric": .halfPixelSymmetric
      case "pytorch_half_pixel": .pytorchHalfPixel
      case "align_corners": .alignCorners
      case "asymmetric": .asymmetric
      case "tf_crop_and_resize": .cropAndResize
      default: .halfPixel
      }
    let aspect: Resizing.AspectPolicy =
      switch keepAspectRatioPolicy {
      case "not_larger": .notLarger
      case "not_smaller": .notSmaller
      default: .stretch
      }
    let regions = (roi ?? []).prefix(axes.count).enumerated().map { axis, start in
      Resizing.Region(start: start, end: (roi ?? [])[axes.count + axis])
    }
    return Resizing(
      axes: axes, targets: targets, interpolation: interpolation, coordinates: coordinates,
      aspect: aspect, antialias: antialias == 1, excludesOutside: excludeOutside == 1,
      regions: regions, outside: extrapolationValue ?? 0)
  }

  var input: Tensor {
    let shape = Shape(shape)
    return Tensor(
      shape, (0..<shape.count).map { Float(Double((37 * $0 + 11) % 101) / 101 - 0.5) })
  }
}

@Suite("Resizing")
struct ResizeTests {
  let engine = Engine(threads: 2)

  private func model(_ resizing: Resizing, _ shape: Shape) throws -> Model {
    let nodes = [
      Node("input", .arrayInput(extents: shape.extents), at: 0),
      Node("op", .resize(resizing), [0], at: 1),
    ]
    return try Model(
      graph: Graph(nodes: nodes, output: NodeID(1)), parameters: [:], card: .test("op"))
  }

  private func check(_ record: ResizeRecord, _ resizing: Resizing) throws {
    let model = try model(resizing, Shape(record.shape))
    let output = try engine.forward(model, record.input).output
    #expect(output.shape.extents == record.result, "\(resizing)")
    guard output.count == record.values.count else { return }
    let worst = Swift.zip(output.scalars, record.values).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= 2e-6, "\(record.shape) \(resizing)")
  }

  @Test("sizes and values are PyTorch's")
  func torch() throws {
    let records = try ResizeRecord.read("torch.json")
    #expect(records.count == 66)
    for record in records { try check(record, record.fromTorch) }
  }

  @Test("sizes and values are those of ONNX's definition")
  func onnx() throws {
    let records = try ResizeRecord.read("onnx.json")
    #expect(records.count == 135)
    for record in records { try check(record, record.fromONNX) }
  }

  @Test("the gradient is what differences give, under all settings")
  func gradients() throws {
    for record in try ResizeRecord.read("onnx.json") {
      let model = try model(record.fromONNX, Shape(record.shape))
      let x = record.input
      let trace = try engine.forward(model, x, keeping: .forBackward(to: ["input"]))
      let seed = Direction.seed(of: trace)
      let gradient = try engine.backward(model, trace, from: Seed(seed), to: ["input"])
        .signal(at: "input")
      let direction = Direction.random(x.shape, seed: 2)
      // Resizing is linear but for what lies outside: any step will do.
      let moved = try engine.forward(model, x + direction).output
      let expected = moved.dot(seed) - trace.output.dot(seed)
      #expect(
        abs(gradient.dot(direction) - expected) <= 1e-4 * max(1, abs(expected)),
        "\(record.fromONNX)")
    }
  }

  @Test("a NaN reaches exactly the elements that change with its place")
  func nan() throws {
    for record in try ResizeRecord.read("onnx.json") {
      let model = try model(record.fromONNX, Shape(record.shape))
      var (changed, x) = (record.input, record.input)
      let place = x.count / 2
      x.withUnsafeMutableBufferPointer { $0[place] = .nan }
      changed.withUnsafeMutableBufferPointer { $0[place] += 1000 }
      let before = try engine.forward(model, record.input).output
      let after = try engine.forward(model, changed).output
      let output = try engine.forward(model, x).output
      #expect(
        output.scalars.map(\.isNaN)
          == before.zip(after) { $0 == $1 ? 0 : 1 }.scalars.map { $0 == 1 })
    }
  }

  @Test("batches and channels are resized one like the other")
  func batches() throws {
    let resizing = Resizing(axes: [2, 3], targets: [.size(5), .scale(2)], interpolation: .linear)
    let x = Tensor.random([2, 3, 4, 6], seed: 1)
    let nodes = [
      Node("input", .input(channels: 3), at: 0), Node("op", .resize(resizing), [0], at: 1),
    ]
    let model = try Model(
      graph: Graph(nodes: nodes, output: NodeID(1)), parameters: [:], card: .test("op"))
    let output = try engine.forward(model, x).output
    #expect(output.shape == [2, 3, 5, 12])
    for n in 0..<2 {
      for c in 0..<3 {
        let plane = try self.model(
          Resizing(axes: [0, 1], targets: resizing.targets, interpolation: .linear), [4, 6])
        #expect(
          try engine.forward(plane, x.slice(n).slice(c)).output == output.slice(n).slice(c))
      }
    }
  }
}
