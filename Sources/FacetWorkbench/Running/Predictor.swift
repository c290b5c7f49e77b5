import FacetEngine
import FacetGraph
import FacetTensor
import FacetTraining

/// A network's answers for a list of inputs.
public struct Answers: Sendable {
  /// `[images, classes]`, before the softmax.
  public let logits: Tensor
  /// `[images, D]`, not normalised.
  public let embeddings: Tensor

  /// `[images, classes]`, the softmax.
  public var probabilities: Tensor { CrossEntropy.probabilities(logits) }
  /// The class answered for each image.
  public var predictions: [Int] { logits.rowMaxima }
}

/// Runs a model over many images in small batches, one forward run each.
public struct Predictor: Sendable {
  public let model: Model
  public let engine: Engine
  /// Images a batch; results do not depend on it.
  private static let batch = 16

  public init(_ model: Model, engine: Engine) {
    self.model = model
    self.engine = engine
  }

  /// Logits and embeddings of normalised images `[C, H, W]`, of one size.
  ///
  /// A fully convolutional network's score map is averaged over its places.
  public func answers(
    _ images: [Tensor], progress: Progress = .silent, phase: String = "running the network"
  ) throws(EngineError) -> Answers {
    var logits: [Tensor] = []
    var embeddings: [Tensor] = []
    // Scores before a softmax, which is taken later.
    let scores = model.graph.scoreLayer
    let batch = model.graph.fixedBatch ?? Self.batch
    for start in stride(from: 0, to: images.count, by: batch) {
      let end = min(start + batch, images.count)
      var part = Array(images[start..<end])
      // A graph made for one batch size gets it, filled up with a repeated image.
      if let fixed = model.graph.fixedBatch, let last = part.last {
        part += Array(repeating: last, count: fixed - part.count)
      }
      let trace = try engine.forward(
        model, Tensor.stack(part), keeping: .paths([model.card.embeddingLayer, scores]))
      let real = 0..<end - start
      logits.append(try trace.value(at: scores).averagedOverPlaces.slices(real))
      embeddings.append(try trace.embeddings(of: model).slices(real))
      progress.step(phase, Double(end) / Double(images.count))
    }
    return Answers(
      logits: Tensor.concatenate(logits), embeddings: Tensor.concatenate(embeddings))
  }
}

extension Tensor {
  /// `[N, C, h, w]` averaged to `[N, C]`; vectors as they are.
  var averagedOverPlaces: Tensor {
    guard shape.rank == 4 else { return self }
    let places = shape[2] * shape[3]
    return Tensor(
      [shape[0], shape[1]],
      (0..<shape[0] * shape[1]).map { plane in
        Float(
          scalars[plane * places..<(plane + 1) * places].reduce(0.0) { $0 + Double($1) }
            / Double(places))
      })
  }
}
