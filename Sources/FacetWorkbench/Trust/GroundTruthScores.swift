import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// A method's or a control's figures by ground truth on drawn faces.
public struct GroundTruthScores: Codable, Sendable {
  /// The rank correlation of map and score's loss over the parts of a face, averaged over photos.
  public let partOrder: MapScore?
  /// The share of the map on the pixels that changed the answer, averaged over swaps.
  public let inside: MapScore?
  /// The share of swaps whose first answer comes back.
  public let restored: MapScore?
  /// The part of the change of margin that comes back.
  public let recovered: MapScore?
  /// By how much the figures are above those of the centre blob; `nil` for controls.
  public let partOrderAboveCentre: MapScore?
  public let recoveredAboveCentre: MapScore?
}

/// The two games by which maps are held against the truth, over the same photos.
struct GroundTruth {
  let removal: PartRemoval
  /// `nil` when no swap changed an answer.
  let game: SwapGame?
  let tried: Int
  private let faces: WatchedFaces
  private let bootstrap: IdentityBootstrap

  /// At most so many swaps are played.
  private static let mostSwaps = 24

  struct Raw {
    let order: [Double?]
    let swaps: SwapFigures?
  }

  init(
    _ model: Model, _ drawn: DrawnFaces, count: Int, _ context: JobContext
  ) throws {
    faces = drawn.watched.prefix(count)
    removal = try PartRemoval(model, drawn, count: count, context)
    let swaps = try PartSwaps(model, drawn, count: count, context)
    tried = swaps.tried
    game =
      swaps.swaps.isEmpty
      ? nil : try SwapGame(model, swaps.prefix(Self.mostSwaps), context)
    bootstrap = IdentityBootstrap(seed: context.seed)
  }

  /// What a method's maps say.
  ///
  /// - Parameter ranking: its maps of the photos as they were drawn, `[N, H, W]`.
  func raw(_ method: MapMethod, _ ranking: Tensor, _ model: Model, _ context: JobContext) throws
    -> Raw
  {
    let swaps = try game.map { game in
      try game.figures(
        FaceMaps(
          method, model, game.swaps.batch, game.swaps.objective, on: context.engine
        ).ranking)
    }
    return Raw(order: removal.correlations(ranking), swaps: swaps)
  }

  /// What a control says.
  func raw(_ control: ControlMap, _ context: JobContext) throws -> Raw {
    Raw(
      order: removal.correlations(control.maps(of: faces.batch, seed: context.seed)),
      swaps: try game.map { try $0.figures(control.maps(of: $0.swaps.batch, seed: context.seed)) })
  }

  /// - Parameter centre: what is subtracted; `nil` for a control itself.
  func scores(_ raw: Raw, above centre: Raw?) -> GroundTruthScores {
    let people = game?.swaps.people ?? []
    func overSwaps(_ values: [Double?]?) -> MapScore? {
      values.flatMap { MapScore($0, identities: people, bootstrap) }
    }
    return GroundTruthScores(
      partOrder: MapScore(raw.order, identities: faces.people, bootstrap),
      inside: overSwaps(raw.swaps?.inside), restored: overSwaps(raw.swaps?.restored),
      recovered: overSwaps(raw.swaps?.recovered),
      partOrderAboveCentre: centre.flatMap {
        MapScore.difference(raw.order, $0.order, identities: faces.people, bootstrap)
      },
      recoveredAboveCentre: centre.flatMap { centre in
        guard let own = raw.swaps, let other = centre.swaps else { return nil }
        return MapScore.difference(
          own.recovered, other.recovered, identities: people, bootstrap)
      })
  }
}
