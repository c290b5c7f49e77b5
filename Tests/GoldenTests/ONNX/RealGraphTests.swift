import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Published networks as ONNX files, against numbers that ONNX Runtime gives for them. Recipe:
/// Tests/Fixtures/onnx/real/recipe.py.
@Suite struct RealGraphTests {
  struct Recorded: Decodable, Sendable {
    let file: String
    let output: String
    let input: [Int]
    let scale: Float
    let shape: [Int]
    let step: Int
    let values: [Float]
    let sum: Double
  }

  static let recorded: [Recorded] = {
    let path = SharedData.fixture("onnx/real/expected.json")
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return (try? JSONDecoder().decode([Recorded].self, from: data)) ?? []
  }()

  static let hasWeights = SharedData.has("data/weights/yunet/yunet_n_dynamic.onnx")

  @Test func thereAreRecords() { #expect(Self.recorded.count == 40) }

  @Test(.enabled(if: hasWeights), arguments: Set(recorded.map(\.file)).sorted())
  func everyOutputIsAsRecorded(file: String) throws {
    let path = try #require(SharedData.path("data/weights/\(file)"))
    for record in Self.recorded where record.file == file {
      var options = ONNXImportOptions()
      options.output = record.output
      let model = try ONNXImporter.model(path: path, options: options).model
      let x = RecordedGraphTests.pattern(record.input)
      let scaled = Tensor(x.shape, x.scalars.map { $0 * record.scale })
      let y = try Engine().forward(model, scaled).output
      #expect(y.shape.extents == record.shape)
      let got = stride(from: 0, to: y.count, by: record.step).map { y.scalars[$0] }
      let largest = record.values.map(abs).max() ?? 1
      #expect(got.count == record.values.count)
      for (a, b) in zip(got, record.values) {
        // The runtime's own sigmoid is good to 1e-7.
        #expect(abs(a - b) <= 1e-4 * max(largest, 1e-2), "\(record.output): \(a), not \(b)")
      }
      let sum = y.scalars.reduce(0) { $0 + Double($1) }
      #expect(abs(sum - record.sum) <= 1e-4 * Double(y.count) * Double(max(largest, 1e-2)))
    }
  }

  @Test(.enabled(if: hasWeights)) func realGraphsStayFree() throws {
    for (file, embedding) in [
      ("mobilefacenet_insightface_y1/mobilefacenet_y1_opset13.onnx", "embedding"),
      ("resnet_cifar10/resnet20_cifar10_opset13.onnx", "logits"),
      ("squeezenet1_0/squeezenet1_0_imagenet_opset13.onnx", "logits"),
      ("yunet/yunet_n_dynamic.onnx", "cls_8"),
    ] {
      let path = try #require(SharedData.path("data/weights/\(file)"))
      let imported = try ONNXImporter.model(path: path)
      let graph = imported.model.graph
      #expect(graph.inputExtents == [nil, 3, nil, nil], "\(file): \(imported.notes)")
      let output = try graph.node(at: LayerPath(embedding))
      #expect(imported.model.card.embeddingLayer == output.path)
      let shapes = try graph.shapes(
        input: graph.inputShape(
          images: 2, height: imported.model.card.input.height,
          width: imported.model.card.input.width))
      let look = shapes[try graph.node(at: imported.model.card.camLayer).id.index]
      #expect(look.rank == 4 && look[2] * look[3] > 1)
    }
    let faces = try ONNXImporter.model(
      path: try #require(
        SharedData.path(
          "data/weights/mobilefacenet_insightface_y1/mobilefacenet_y1_opset13.onnx")))
    #expect(faces.normalisesItsInput)
    #expect(faces.model.card.input.height == 112)
  }

  /// The signal that Grad-CAM takes arrives at the card's layer.
  @Test(.enabled(if: hasWeights)) func signalsArriveAtTheMaps() throws {
    for (file, size) in [
      ("resnet_cifar10/resnet20_cifar10_opset13.onnx", 32),
      ("yunet/yunet_n_dynamic.onnx", 64),
    ] {
      let path = try #require(SharedData.path("data/weights/\(file)"))
      let model = try ONNXImporter.model(path: path).model
      let layer = model.card.camLayer
      let x = Tensor.random([1, 3, size, size], seed: 3)
      let engine = Engine()
      let trace = try engine.forward(model, x, keeping: .forBackward(to: [layer]))
      let count = trace.output.count
      let seed = Tensor(trace.output.shape, (0..<count).map { $0 == count / 2 ? 1 : 0 })
      let signal = try engine.backward(model, trace, from: Seed(seed), to: [layer])
        .signal(at: layer)
      #expect(signal.scalars.contains { $0 != 0 })
    }
  }
}
