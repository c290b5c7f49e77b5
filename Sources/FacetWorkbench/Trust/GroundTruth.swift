import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// The two games by which maps are held against the truth, on drawn faces.
struct GroundTruth {
  /// What a method's or a control's maps say.
  struct Raw {
    /// For each photo that has both a map and its parts left out.
    let order: [Double?]
    /// For each swap that was played.
    fileprivate(set) var swaps = SwapFigures()
  }

  let removal: PartRemoval
  /// Those that were played.
  let swaps: PartSwaps
  /// Swaps that might have been played.
  let playable: Int
  private(set) var ofMethods: [Raw]
  private(set) var ofControls: [Raw]
  /// Of the photos.
  private let people: [Int]
  private let bootstrap: IdentityBootstrap

  /// At most so many swaps are played.
  private static let mostSwaps = 24
  /// Swaps between two looks at the clock, where there is an end.
  private static let block = 4

  /// - Parameter measured: gives the methods, the controls, and their maps of the drawn faces.
  init(
    _ model: Model, _ drawn: DrawnFaces, _ measured: FaithfulnessCheck, _ budget: TrustBudget,
    _ context: JobContext
  ) throws {
    let count = drawn.photos.count
    people = drawn.watched.people
    bootstrap = IdentityBootstrap(seed: context.seed)
    let removal = try PartRemoval(
      model, drawn, count: count, within: budget.deadline(for: .partRemoval), context)
    let found = try PartSwaps(
      model, drawn, count: count, within: budget.deadline(for: .swapSearch), context
    ).prefix(Self.mostSwaps)
    self.removal = removal
    playable = found.count
    let faces = drawn.watched.prefix(measured.count).batch
    var ofMethods = measured.methods.indices.map {
      Raw(order: removal.correlations(measured.ranking(ofMethod: $0)))
    }
    var ofControls = measured.controls.map {
      Raw(order: removal.correlations($0.maps(of: faces, seed: context.seed)))
    }
    var played = 0
    let deadline = budget.deadline(for: .swapGame)
    for block in deadline.blocks(of: found.count, byIfLimited: Self.block) {
      let game = try SwapGame(model, found.subset(block), context)
      let x = game.swaps.batch
      for (index, method) in measured.methods.enumerated() {
        let done = Double(index) / Double(measured.methods.count) * Double(block.count)
        context.progress.step("swap game", (Double(played) + done) / Double(found.count))
        let maps = try FaceMaps(method, model, x, game.swaps.objective, on: context.engine)
        ofMethods[index].swaps.append(try game.figures(maps.ranking))
      }
      for (index, control) in measured.controls.enumerated() {
        ofControls[index].swaps.append(
          try game.figures(control.maps(of: x, seed: context.seed)))
      }
      played = block.upperBound
    }
    swaps = found.prefix(played)
    (self.ofMethods, self.ofControls) = (ofMethods, ofControls)
  }

  /// - Parameter centre: what is subtracted; `nil` for a control itself.
  func scores(_ raw: Raw, above centre: Raw?) -> GroundTruthScores {
    func overPhotos(_ values: [Double?]) -> MapScore? {
      MapScore(values, identities: Array(people.prefix(values.count)), bootstrap)
    }
    func overSwaps(_ values: [Double?]) -> MapScore? {
      MapScore(values, identities: swaps.people, bootstrap)
    }
    return GroundTruthScores(
      partOrder: overPhotos(raw.order), inside: overSwaps(raw.swaps.inside),
      restored: overSwaps(raw.swaps.restored), recovered: overSwaps(raw.swaps.recovered),
      partOrderAboveCentre: centre.flatMap {
        MapScore.difference(
          raw.order, $0.order, identities: Array(people.prefix(raw.order.count)), bootstrap)
      },
      recoveredAboveCentre: centre.flatMap {
        MapScore.difference(
          raw.swaps.recovered, $0.swaps.recovered, identities: swaps.people, bootstrap)
      })
  }
}
