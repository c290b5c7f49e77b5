import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// A real face network from an ONNX file, explained: why are these two the same person?
@Suite("MobileFaceNet")
struct MobileFaceNetTests {
  private static let file =
    "data/weights/mobilefacenet_insightface_y1/mobilefacenet_y1_opset13.onnx"
  private static let pairs = "data/lfw_view2/mobilefacenet_scores.csv"
  private static let isHere = SharedData.has(file) && SharedData.has(pairs)
  let engine = Engine(threads: 2)

  private func model() throws -> Model {
    try ONNXImporter.model(path: try #require(SharedData.path(Self.file))).model
  }

  private func photo(_ name: Substring, _ model: Model) throws -> Tensor {
    let path = try #require(SharedData.path("data/lfw_view2/images/\(name)"))
    let input = model.card.input
    return Preprocessing.raw(height: input.height, width: input.width)
      .tensor(try ImageDecoder.decode(path: path))
  }

  @Test(
    "cosines of LFW pairs are those on record",
    .enabled(if: isHere, "no MobileFaceNet or LFW in shared/data"))
  func cosines() throws {
    let model = try model()
    let table = try String(
      contentsOfFile: try #require(SharedData.path(Self.pairs)), encoding: .utf8)
    let lines = table.split(whereSeparator: \.isNewline).dropFirst()
    // Genuine and impostor pairs from all over the list.
    let chosen = lines.enumerated().filter { $0.offset % 150 == 7 }.map(\.element)
    #expect(chosen.count == 20)
    for line in chosen {
      let fields = line.split(separator: ",")
      let batch = Tensor.stack([try photo(fields[1], model), try photo(fields[2], model)])
      let trace = try engine.forward(
        model, batch, keeping: .paths([model.card.embeddingLayer]))
      let embeddings = try trace.embeddings(of: model)
      #expect(embeddings.shape == [2, 128])
      let (a, b) = (embeddings.slice(0), embeddings.slice(1))
      let cosine = a.dot(b) / (a.dot(a) * b.dot(b)).squareRoot()
      let expected = try #require(Double(fields[4]))
      #expect(abs(cosine - expected) <= 1e-3, "\(fields[1]) and \(fields[2])")
    }
  }

  @Test(
    "Grad-CAM of the cosine, and the gradient behind it",
    .enabled(if: isHere, "no MobileFaceNet or LFW in shared/data"))
  func gradCAM() throws {
    let model = try model()
    let probe = try photo("Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg", model)
    let reference = try photo("Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg", model)
    let x = Tensor.stack([probe])
    let embedding = try engine.forward(
      model, Tensor.stack([reference]), keeping: .paths([model.card.embeddingLayer])
    ).embeddings(of: model).slice(0)
    let objective = CosineObjective(to: embedding)
    let explanation = try CAM(GradCAMWeighting()).explain(model, x, objective, on: engine)
    #expect(abs(explanation.scores[0] - 0.805272) < 1e-3)
    #expect(explanation.map.shape[0] == 1 && explanation.map.count > 16)
    #expect(explanation.map.isFinite && explanation.map.maximum > 0)

    // The signal at the pixels is the slope along its own direction.
    let signal = try InputGradient(.gradient).explain(model, x, objective, on: engine).map
    let length = signal.dot(signal).squareRoot()
    let direction = signal.map { $0 / Float(length) }
    func score(_ step: Float) throws -> Double {
      let moved = x + direction * step
      return Double(
        try InputGradient(.gradient).explain(model, moved, objective, on: engine).scores[0])
    }
    let step: Float = 2
    let slope = (try score(step) - score(-step)) / Double(2 * step)
    #expect(abs(length - slope) <= 0.02 * length, "\(length) and \(slope)")
  }

  @Test(
    "the additive map through the global depthwise convolution adds up to the cosine",
    .enabled(if: isHere, "no MobileFaceNet or LFW in shared/data"))
  func additive() throws {
    let model = try model()
    let names: [(Substring, Substring)] = [
      ("Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg", "Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg"),
      ("Abel_Pacheco/Abel_Pacheco_0001.jpg", "Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg"),
    ]
    let pairs = try FacePairs(
      model, .stack(try names.map { try photo($0.0, model) }),
      .stack(try names.map { try photo($0.1, model) }), on: engine)
    let maps = try pairs.explained(by: AdditiveSimilarity(), model, on: engine)
    for face in [maps.first, maps.second] {
      #expect(face.layer == "conv_6sep_relu" && face.map.shape == [2, 7, 7])
      for (pair, cosine) in pairs.cosines.enumerated() {
        let sum = face.map.slice(pair).scalars.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum + Double(face.remainders[pair]) - cosine) <= 1e-5)
        #expect(abs(face.remainders[pair]) > 1e-3)
      }
    }
  }
}
