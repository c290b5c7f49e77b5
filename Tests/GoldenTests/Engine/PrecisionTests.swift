import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Trained networks on photos of people, by Winograd's filtering and directly: what rounding does to the
/// numbers that people look at.
@Suite("Precision on trained networks")
struct PrecisionTests {
  /// A trained network and what it is fed.
  struct Network: CustomTestStringConvertible, Sendable {
    let name: String
    let file: String
    var mean: [Float] = [0, 0, 0]
    var deviation: [Float] = [1, 1, 1]
    /// Whether the output is an embedding rather than scores of classes.
    var embeds = false

    var testDescription: String { name }

    static let all = [
      Network(
        name: "SqueezeNet", file: "squeezenet1_0/squeezenet1_0_imagenet_opset13.onnx",
        mean: [123, 117, 104]),
      Network(
        name: "ResNet-20", file: "resnet_cifar10/resnet20_cifar10_opset13.onnx",
        mean: [124, 116, 104], deviation: [58, 57, 57]),
      Network(
        name: "MobileFaceNet",
        file: "mobilefacenet_insightface_y1/mobilefacenet_y1_opset13.onnx", embeds: true),
    ]

    func model() throws -> Model {
      try ONNXImporter.model(path: try #require(SharedData.path("data/weights/\(file)"))).model
    }

    func batch(_ photos: [Image], _ card: ModelCard) throws -> Tensor {
      let settings = Preprocessing(
        height: card.input.height, width: card.input.width, mean: mean,
        standardDeviation: deviation, scale: 1)
      return .stack(photos.map { settings.tensor($0) })
    }
  }

  private static let people = "data/lfw_people"
  private static let isHere =
    SharedData.has(people) && Network.all.allSatisfy { SharedData.has("data/weights/\($0.file)") }

  /// One photo of every second person.
  private func photos() throws -> [Image] {
    let folder = try #require(SharedData.path(Self.people))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try names.enumerated().compactMap { index, name -> Image? in
      let person = folder + "/" + name
      guard index.isMultiple(of: 2),
        let photo = try? FileManager.default.contentsOfDirectory(atPath: person).sorted().first
      else { return nil }
      return try ImageDecoder.decode(path: person + "/" + photo)
    }
  }

  @Test(
    "logits, top-1 and Grad-CAM are the same to 1e-4",
    .enabled(if: isHere, "no LFW or weights in shared/data"), arguments: Network.all)
  func agrees(_ network: Network) throws {
    let model = try network.model()
    let photos = try photos()
    try #require(photos.count >= 12)
    let x = try network.batch(photos, model.card)
    let (fast, exact) = (Engine(precision: .fast), Engine(precision: .exact))
    let outputs = (try fast.forward(model, x).output, try exact.forward(model, x).output)
    let difference = outputs.0.relativeDifference(from: outputs.1)
    #expect(difference <= 1e-4)
    // Winograd's tiles are in use where a network has 3x3 kernels that see several channels.
    let tiled = model.graph.nodes.contains { node in
      guard case .convolution(let c) = node.op else { return false }
      return c.kernel == Extent(3) && c.stride == Extent(1) && c.groups == 1 && c.inChannels >= 16
    }
    #expect((difference > 0) == tiled)
    if !network.embeds { #expect(outputs.0.rowMaxima == outputs.1.rowMaxima) }
    func maps(_ engine: Engine) throws -> Tensor {
      let cam = CAM(GradCAMWeighting())
      if network.embeds {
        let other = outputs.1.slices(1..<2).slice(0)
        return try cam.explain(model, x, CosineObjective(to: other), on: engine).map
      }
      return try cam.explain(model, x, LogitObjective(.predicted), on: engine).map
    }
    let (found, expected) = (try maps(fast), try maps(exact))
    for image in 0..<photos.count {
      let difference = found.slice(image).relativeDifference(from: expected.slice(image))
      #expect(difference <= 1e-4, "photo \(image)")
    }
  }
}
