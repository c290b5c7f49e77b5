import FacetGraph
import FacetTensor

/// The cosine of the face's embedding and a given one: what verification decides by.
///
/// The embedding is the value of the card's embedding layer, averaged over places where it is a map.
public struct CosineObjective: Objective {
  /// `[D]`, the same for all images, or `[N, D]`, one for each.
  public var reference: Tensor
  /// Whether the score is minus the cosine: what speaks against a match.
  public var negated: Bool

  public init(to reference: Tensor, negated: Bool = false) {
    self.reference = reference
    self.negated = negated
  }

  public var name: String { negated ? "minus cosine" : "cosine" }

  public func layer(in model: Model) -> LayerPath { model.card.embeddingLayer }

  public func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    try row(image: image, of: count, width: clean.count)
  }

  /// The score of one image.
  ///
  /// - Parameter width: of its embedding.
  func row(image: Int, of count: Int, width: Int) throws(ExplainError) -> CosineScore {
    let shape = reference.shape
    guard shape.rank == 1 || shape.rank == 2, shape[shape.rank - 1] == width else {
      throw .embeddingShape(expected: width, got: shape)
    }
    guard shape.rank == 1 || shape[0] == count else {
      throw .countMismatch(what: "embeddings", expected: count, got: shape[0])
    }
    let row = shape.rank == 1 ? reference : reference.slice(image)
    return CosineScore(reference: row.scalars, sign: negated ? -1 : 1)
  }
}

/// `sign * <u, v> / (|u| |v|)`, 0 where a norm is 0.
struct CosineScore: Score {
  let reference: [Float]
  let sign: Double

  var target: Int? { nil }

  func value(_ y: [Float]) -> Float { Float(sign * cosine(y)) }

  /// Without the sign, in double precision.
  func cosine(_ y: [Float]) -> Double {
    let (dot, u, v) = products(y)
    return u > 0 && v > 0 ? dot / (u * v).squareRoot() : 0
  }

  /// `sign * v / (|u| |v|)`: the weights by which an embedding `u` of this length gives the score.
  func pull(on y: [Float]) -> [Float] {
    let (_, u, v) = products(y)
    guard u > 0, v > 0 else { return [Float](repeating: 0, count: y.count) }
    let norm = (u * v).squareRoot()
    return reference.map { Float(sign * Double($0) / norm) }
  }

  /// `v / (|u| |v|) - cos u / |u|^2`.
  func gradient(_ y: [Float]) -> [Float] {
    let (dot, u, v) = products(y)
    guard u > 0, v > 0 else { return [Float](repeating: 0, count: y.count) }
    let norm = (u * v).squareRoot()
    return y.indices.map {
      Float(sign * (Double(reference[$0]) / norm - dot / norm * Double(y[$0]) / u))
    }
  }

  /// `u_i v_i / (|u| |v|)`, which add up to the cosine: the slopes alone would take it all back, as a
  /// longer embedding has the same cosine.
  func relevance(_ y: [Float]) -> [Float] {
    let (_, u, v) = products(y)
    guard u > 0, v > 0 else { return [Float](repeating: 0, count: y.count) }
    let norm = (u * v).squareRoot()
    return y.indices.map { Float(sign * Double(y[$0]) * Double(reference[$0]) / norm) }
  }

  /// `<y, reference>` and the two squared norms.
  private func products(_ y: [Float]) -> (dot: Double, u: Double, v: Double) {
    var (dot, u, v) = (0.0, 0.0, 0.0)
    for i in y.indices {
      let (a, b) = (Double(y[i]), Double(reference[i]))
      dot += a * b
      u += a * a
      v += b * b
    }
    return (dot, u, v)
  }
}

extension Objective where Self == CosineObjective {
  public static func cosine(to reference: Tensor, negated: Bool = false) -> Self {
    Self(to: reference, negated: negated)
  }
}
