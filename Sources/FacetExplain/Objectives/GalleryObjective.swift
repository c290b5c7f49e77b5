import FacetGraph
import FacetTensor

/// What sets a face apart from the nearest look-alikes in a gallery of embeddings: the cosine to its
/// own reference minus the mean cosine to the rivals', Finer-CAM's comparison (Zhang et al. 2025,
/// equation 4) for verification.
///
/// Rivals are the other references nearest to the clean image's embedding, so they are the people it
/// would be mistaken for. The class of an image is its reference's row.
public struct GalleryObjective: Objective {
  /// One embedding a row, `[M, D]`.
  public var gallery: Tensor
  /// The row of each image's own person; predicted is the nearest row.
  public var choice: ClassChoice
  /// How many of the other rows it is compared with.
  public var rivals: Int
  /// By what the rivals' mean cosine is multiplied.
  public var strength: Float

  public init(
    _ gallery: Tensor, _ choice: ClassChoice = .predicted, rivals: Int = 1, strength: Float = 1
  ) {
    self.gallery = gallery
    self.choice = choice
    self.rivals = rivals
    self.strength = strength
  }

  public var name: String {
    "cosine to reference \(choice) against the \(rivals) nearest others of the gallery"
  }

  public func layer(in model: Model) -> LayerPath { model.card.embeddingLayer }

  public func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    guard gallery.shape.rank == 2, gallery.shape[1] == clean.count else {
      throw .embeddingShape(expected: clean.count, got: gallery.shape)
    }
    guard 1..<gallery.shape[0] ~= rivals else {
      throw .badOption(
        name: "rivals", expected: "1 to \(gallery.shape[0] - 1), the gallery's others",
        got: "\(rivals)")
    }
    let references = (0..<gallery.shape[0]).map {
      CosineScore(reference: gallery.slice($0).scalars, sign: 1)
    }
    let cosines = references.map { $0.value(clean) }
    let own = try choice.resolve(image: image, of: count, cosines)
    let nearest = cosines.indices.filter { $0 != own }
      .sorted { (-cosines[$0], $0) < (-cosines[$1], $1) }
      .prefix(rivals)
    return GalleryScore(
      row: own, own: references[own], rivals: nearest.map { references[$0] }, strength: strength)
  }
}

/// `cos(y, own) - strength * mean cos(y, rival)`.
struct GalleryScore: Score {
  let row: Int
  let own: CosineScore
  let rivals: [CosineScore]
  let strength: Float

  var target: Int? { row }

  func value(_ y: [Float]) -> Float {
    own.value(y) - strength * rivals.reduce(0) { $0 + $1.value(y) } / Float(rivals.count)
  }

  func gradient(_ y: [Float]) -> [Float] { difference { $0.gradient(y) } }

  func relevance(_ y: [Float]) -> [Float] { difference { $0.relevance(y) } }

  private func difference(_ part: (CosineScore) -> [Float]) -> [Float] {
    var difference = part(own)
    for rival in rivals {
      for (i, value) in part(rival).enumerated() {
        difference[i] -= strength * value / Float(rivals.count)
      }
    }
    return difference
  }
}

extension Objective where Self == GalleryObjective {
  public static func lookalikes(
    in gallery: Tensor, _ choice: ClassChoice = .predicted, rivals: Int = 1, strength: Float = 1
  ) -> Self {
    Self(gallery, choice, rivals: rivals, strength: strength)
  }
}
