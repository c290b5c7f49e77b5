import FacetEngine
import FacetGraph
import FacetTensor

/// Pairs of faces and their embeddings: what verification compares.
public struct FacePairs: Sendable {
  /// `[N, C, H, W]`, preprocessed as the model's card says; image i of both is pair i.
  public let first: Tensor
  public let second: Tensor
  /// `[N, D]`, not normalised.
  public let firstEmbeddings: Tensor
  public let secondEmbeddings: Tensor
  /// The cosine of each pair's embeddings, in -1...1.
  public let cosines: [Double]

  /// Runs the model on all faces.
  ///
  /// - Throws: where there are not as many second faces as first ones or they are of another size; and
  ///   `noCosine` where an embedding is zero or not finite.
  public init(_ model: Model, _ first: Tensor, _ second: Tensor, on engine: Engine)
    throws(ExplainError)
  {
    guard first.shape.rank == 4, first.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: first.shape))
    }
    guard second.shape.rank == 4, second.shape.dropFirst() == first.shape.dropFirst() else {
      throw .graph(
        .badInput(expected: "second faces like the first, \(first.shape)", got: second.shape))
    }
    guard second.shape[0] == first.shape[0] else {
      throw .countMismatch(what: "second faces", expected: first.shape[0], got: second.shape[0])
    }
    self.first = first
    self.second = second
    firstEmbeddings = try Self.embeddings(model, first, "first", on: engine)
    secondEmbeddings = try Self.embeddings(model, second, "second", on: engine)
    var cosines: [Double] = []
    for pair in 0..<first.shape[0] {
      let score = CosineScore(reference: secondEmbeddings.slice(pair).scalars, sign: 1)
      cosines.append(min(max(score.cosine(firstEmbeddings.slice(pair).scalars), -1), 1))
    }
    self.cosines = cosines
  }

  private static func embeddings(
    _ model: Model, _ images: Tensor, _ face: String, on engine: Engine
  ) throws(ExplainError) -> Tensor {
    let chunks = try Chunks(model, height: images.shape[2], width: images.shape[3])
    var rows: [[Float]] = []
    for range in Chunks.ranges(images.shape[0], by: chunks.forward) {
      rows += try ExplainError.wrapping { () throws(EngineError) in
        let path = model.card.embeddingLayer
        return try engine.forward(model, images.slices(range), keeping: .paths([path]))
          .value(at: path)
      }.placeMeans
    }
    for (pair, row) in rows.enumerated() {
      guard row.allSatisfy(\.isFinite) else {
        throw .noCosine(pair: pair, reason: "the \(face) face's embedding is not finite")
      }
      guard row.contains(where: { $0 != 0 }) else {
        throw .noCosine(pair: pair, reason: "the \(face) face's embedding is zero")
      }
    }
    return .stack(rows.map { Tensor([$0.count], $0) })
  }

  /// Explains the cosine twice: on the first faces with the second ones' embeddings held fixed, and the
  /// other way round.
  ///
  /// Maps are signed. Where one is positive the face speaks for a match: its rectified part is the
  /// similarity map; minus it, rectified, is the dissimilarity map, which explains minus the cosine.
  public func explained(
    by explainer: any Explainer, _ model: Model, on engine: Engine
  ) throws(ExplainError) -> PairExplanation {
    PairExplanation(
      first: try explainer.explain(model, first, .cosine(to: secondEmbeddings), on: engine),
      second: try explainer.explain(model, second, .cosine(to: firstEmbeddings), on: engine))
  }
}

/// One method's maps of both faces of each pair.
public struct PairExplanation: Equatable, Sendable {
  /// Of the first faces; its scores are the cosines.
  public let first: Explanation
  public let second: Explanation

  public init(first: Explanation, second: Explanation) {
    self.first = first
    self.second = second
  }

  /// The same with the faces in the other order.
  public var swapped: PairExplanation { PairExplanation(first: second, second: first) }
}

extension Explanation {
  /// The signed maps at the images' size, one value a pixel, `[N, H, W]`: a layer's by the centres of
  /// what its cells see, one on pixels averaged over its channels.
  public func pixelMaps(in graph: Graph) -> Tensor {
    let placed = upsampled(in: graph)
    guard space == .input else { return placed }
    let (count, channels) = (placed.shape[0], placed.shape[1])
    let pixels = placed.shape[2] * placed.shape[3]
    return Tensor([count, placed.shape[2], placed.shape[3]]) { out in
      placed.withUnsafeBufferPointer { values in
        for i in 0..<count * pixels {
          let start = i / pixels * channels * pixels + i % pixels
          var sum = 0.0
          for c in 0..<channels { sum += Double(values[start + c * pixels]) }
          out.initializeElement(at: i, to: Float(sum / Double(channels)))
        }
      }
    }
  }
}
