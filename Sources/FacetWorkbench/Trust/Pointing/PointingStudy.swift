import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// The pointing game of one map.
public struct PointingScore: Codable, Sendable {
  public let map: String
  public let title: String
  /// Scenes whose strongest pixel lies in the face's box.
  public let hits: Int
  /// Their share, with the interval over people.
  public let rate: MapScore?
  /// By how much it is above a control's.
  public let aboveControls: [String: MapScore]
  /// The mean share of the map inside the box; `nil` when all maps are empty.
  public let inside: MapScore?
}

/// The pointing game on scenes with known faces (Zhang et al. 2018, section 4.2).
public struct PointingResult: Codable, Sendable {
  public let scenes: Int
  public let people: Int
  /// Pictures of the table that couldn't be read.
  public let skipped: Int
  /// The mean share of a scene that the face's box takes: what a map of chance hits.
  public let boxArea: Double
  public let methods: [PointingScore]
  public let controls: [PointingScore]
}

/// Plays the pointing game with every method and with maps that know nothing of the network.
struct PointingStudy {
  let result: PointingResult

  /// Scenes explained at once.
  private static let batch = 8

  init(
    _ model: Model, _ methods: [MapMethod], _ shelf: SceneShelf, _ context: JobContext
  ) throws {
    let scenes = shelf.scenes
    let targets = try Predictor(model, engine: context.engine)
      .answers(scenes.map(\.tensor)).predictions
    let controls = ControlMap.ordering
    var ofMethods = methods.map { _ in Rounds() }
    var ofControls = controls.map { _ in Rounds() }
    for start in stride(from: 0, to: scenes.count, by: Self.batch) {
      let range = start..<min(start + Self.batch, scenes.count)
      context.progress.step("pointing at faces", Double(start) / Double(scenes.count))
      let x = model.batch(scenes[range].map(\.tensor))
      let explained = Array(targets[range])
      for (index, method) in methods.enumerated() {
        let filled = explained + Array(repeating: explained[0], count: x.shape[0] - range.count)
        let maps = try FaceMaps(
          method, model, x, LogitObjective(.perImage(filled)), on: context.engine)
        try ofMethods[index].play(maps.ranking, scenes[range])
      }
      for (index, control) in controls.enumerated() {
        try ofControls[index].play(control.maps(of: x, seed: context.seed), scenes[range])
      }
    }
    let identities = Set(scenes.map(\.identity)).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: identities.enumerated().map { ($1, $0) })
    let people = scenes.compactMap { numbers[$0.identity] }
    let bootstrap = IdentityBootstrap(seed: context.seed)
    let named = zip(controls.map(\.rawValue), ofControls).map { ($0, $1) }
    result = PointingResult(
      scenes: scenes.count, people: identities.count, skipped: shelf.skipped.count,
      boxArea: shelf.boxArea,
      methods: zip(methods, ofMethods).map {
        $1.score($0.name, $0.title, above: named, people, bootstrap)
      },
      controls: zip(controls, ofControls).map {
        $1.score($0.rawValue, $0.title, above: [], people, bootstrap)
      })
  }
}

/// One map's outcomes, scene by scene.
private struct Rounds {
  private(set) var isHit: [Bool] = []
  private(set) var inside: [Double?] = []

  /// - Parameter maps: `[N, H, W]`, at least one for each scene.
  mutating func play(_ maps: Tensor, _ scenes: ArraySlice<SceneShelf.Scene>) throws {
    for (index, scene) in scenes.enumerated() {
      let map = maps.slice(index)
      isHit.append(
        map.isFinite
          ? try PointingGame.isHit(map.scalars, width: map.shape[1], mask: scene.box) : false)
      inside.append(map.isFinite ? MapShare.inside(map.scalars, mask: scene.box) : nil)
    }
  }

  private var outcomes: [Double] { isHit.map { $0 ? 1 : 0 } }

  func score(
    _ name: String, _ title: String, above controls: [(String, Rounds)], _ people: [Int],
    _ bootstrap: IdentityBootstrap
  ) -> PointingScore {
    PointingScore(
      map: name, title: title, hits: isHit.count { $0 },
      rate: MapScore(outcomes, identities: people, bootstrap),
      aboveControls: Dictionary(
        uniqueKeysWithValues: controls.compactMap { control, rounds in
          let differences = zip(outcomes, rounds.outcomes).map { $0 - $1 }
          return MapScore(differences, identities: people, bootstrap).map { (control, $0) }
        }), inside: MapScore(inside, identities: people, bootstrap))
  }
}
