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

  /// Those of the faithfulness checks, and the parts' area, which orders parts but no pixels and so plays
  /// no swap game.
  let controls: [ControlMap]

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
    controls = measured.controls + [.uniform]
    var ofControls = controls.map {
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
        let ranking = AnsweredMaps(maps.ranking)
        ofMethods[index].swaps.append(try game.figures(ranking.maps).keeping(ranking))
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

  /// Of a method, beside all controls.
  func scores(ofMethod index: Int) -> GroundTruthScores {
    scores(ofMethods[index], against: zip(controls, ofControls).map { ($0.rawValue, $1) })
  }

  func scores(ofControl index: Int) -> GroundTruthScores {
    scores(ofControls[index], against: nil)
  }

  private func scores(_ raw: Raw, against controls: [(name: String, raw: Raw)]?)
    -> GroundTruthScores
  {
    func overPhotos(_ values: [Double?]) -> MapScore? {
      MapScore(values, identities: Array(people.prefix(values.count)), bootstrap)
    }
    func overSwaps(_ values: [Double?]) -> MapScore? {
      values.isEmpty ? nil : MapScore(values, identities: swaps.people, bootstrap)
    }
    func above(_ values: (Raw) -> [Double?], _ people: [Int]) -> [String: MapScore]? {
      controls.map { controls in
        var found: [String: MapScore] = [:]
        for control in controls where values(control.raw).count == people.count {
          found[control.name] = MapScore.difference(
            values(raw), values(control.raw), identities: people, bootstrap)
        }
        return found
      }
    }
    return GroundTruthScores(
      partOrder: overPhotos(raw.order), inside: overSwaps(raw.swaps.inside),
      restored: overSwaps(raw.swaps.restored), recovered: overSwaps(raw.swaps.recovered),
      partOrderAboveControls: above(\.order, Array(people.prefix(raw.order.count))),
      recoveredAboveControls: above(\.swaps.recovered, swaps.people))
  }
}
