import FacetEngine
import FacetGraph
import FacetTensor

/// The additive map of a cosine: which cells of one face's last map it is the sum of (Stylianou et al.
/// 2019, "Visualizing deep similarity networks", for averaged maps).
///
/// With the embedding `u` the mean of a map's cells `phi_p` and `v` the other face's embedding, cell p
/// gives `s_p = <phi_p, v> / (P |u| |v|)`, and the cells add up to the cosine. The same holds wherever
/// `u = sum_p L_p phi_p + c` with linear `L_p`: `s_p = <L_p phi_p, v> / (|u| |v|)`, and what biases
/// give, `<c, v> / (|u| |v|)`, belongs to no cell and is the remainder. `L_p` is never formed: the signal
/// of `v` sent back to the map is `L_p^T v`.
public struct AdditiveSimilarity: Explainer {
  /// The map; `nil` is the last one before the embedding.
  public var layer: LayerPath?

  public init(layer: LayerPath? = nil) { self.layer = layer }

  public var name: String { "additive" }

  /// The map is `[N, h, w]` in units of the cosine; ``Explanation/remainders`` has what belongs to no
  /// cell and ``Explanation/completenessGaps`` how far the sum of both is from the cosine.
  ///
  /// - Throws: `needsCosine` for another objective; `notAdditive` where the embedding is no sum over
  ///   cells.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    guard let cosine = objective as? CosineObjective else {
      throw .needsCosine(method: name, objective: objective.name)
    }
    let head = try AffineHead(of: model, layer: layer, input: x.shape)
    var remainders: [Float] = []
    var gaps: [Float] = []
    var found = try explanation(
      of: model, x, FixedNormCosine(cosine, at: head.embedding), on: engine,
      keeping: .forBackward(to: [head.map]), space: .layer, layer: head.map
    ) { (run) throws(ExplainError) in
      let value = try ExplainError.wrapping { () throws(EngineError) in
        try run.trace.value(at: head.map)
      }
      let signal = try run.signal(at: head.map)
      var maps: [Tensor] = []
      for place in 0..<run.places.count {
        let activation = value.slice(place)
        let map = CAMWeights.elements(signal.slice(place)).map(of: activation)
        let rest = try remainder(run, head, activation.shape, place)
        remainders.append(rest)
        gaps.append(Float(map.scalars.reduce(Double(rest)) { $0 + Double($1) }) - run.scores[place])
        maps.append(map)
      }
      return .stack(maps)
    }
    found.remainders = remainders
    found.completenessGaps = gaps
    return found
  }

  /// What the cosine's numerator would be without any cell.
  private func remainder(
    _ run: CleanRun, _ head: AffineHead, _ shape: Shape, _ place: Int
  ) throws(ExplainError) -> Float {
    guard head.map != head.embedding else { return 0 }
    return try run.scores(ofValues: .zeros(shape.prepending(1)), at: head.map, as: place)[0]
  }
}

/// `<y, v> / (|u| |v|)` with `|u|` that of the clean embedding: linear in `y`, and its cosine with `v`
/// for the clean image.
private struct FixedNormCosine: Objective {
  let cosine: CosineObjective
  let path: LayerPath

  init(_ cosine: CosineObjective, at path: LayerPath) {
    self.cosine = cosine
    self.path = path
  }

  var name: String { cosine.name }

  func layer(in model: Model) -> LayerPath { path }

  func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    LinearScore(
      weights: try cosine.row(image: image, of: count, width: clean.count).pull(on: clean))
  }

  private struct LinearScore: Score {
    let weights: [Float]

    var target: Int? { nil }

    func value(_ y: [Float]) -> Float {
      Float(Swift.zip(weights, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
    }

    func gradient(_ y: [Float]) -> [Float] { weights }
  }
}
