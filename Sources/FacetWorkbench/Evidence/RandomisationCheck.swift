import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor
import FacetZoo

/// Do the maps change when weights are drawn anew?
package struct RandomisationCheck {
  /// Stages at most.
  static let stages = 5
  /// Independent draws of the weights, among which photos take turns: one draw for all would be a sample
  /// of one.
  static let draws = 3

  /// What is found of one method, photo by photo.
  private struct Likeness {
    /// Stage by stage; empty for one that the method doesn't look at.
    var stages: [[Double?]]
    var floor: [Double?] = []
    var unanswered: Set<Int> = []
  }

  private let model: Model
  private let faces: WatchedFaces
  private let cascades: [CascadingRandomisation]
  private let counts: [Int]

  package init(_ model: Model, _ faces: WatchedFaces, _ context: JobContext) {
    self.model = model
    self.faces = faces
    // A graph from elsewhere doesn't say how it was started.
    let design = try? Architecture.named(model.card.architecture)
    cascades = (0..<Self.draws).map { draw in
      CascadingRandomisation(
        scheme: design?.initialisation ?? .heUniform,
        seed: (context.seed ^ 0x5EED) &+ UInt64(draw) &* 0x9E37_79B9_7F4A_7C15)
    }
    counts = cascades[0].counts(of: model.graph, stages: Self.stages)
  }

  /// Photos between two looks at the clock, where there is an end: one of each draw.
  private static let block = draws

  /// The stages of all methods on the same photos.
  ///
  /// - Parameter deadline: no photos are begun that would go beyond it; the first ones are always
  ///   measured.
  /// - Returns: one result for each method, and how many photos they are of: the first ones.
  package func results(
    _ methods: [MapMethod], within deadline: Deadline, _ context: JobContext
  ) throws -> (methods: [RandomisationResult], photos: Int) {
    // A network without learnt layers has no stages, and no likeness.
    let acting = try methods.map { method in
      try method.layersRead(of: model).map { layers in
        try counts.map { try cascades[0].reaches(layers, count: $0, of: model.graph) }
      } ?? counts.map { _ in true }
    }
    var found = acting.map { acts in
      Likeness(stages: acts.map { $0 ? [Double?](repeating: nil, count: faces.count) : [] })
    }
    for index in found.indices { found[index].floor = Array(repeating: nil, count: faces.count) }
    var count = 0
    for block in deadline.blocks(of: faces.count, byIfLimited: Self.block) {
      for draw in 0..<Self.draws {
        let places = block.filter { $0 % Self.draws == draw }
        if places.isEmpty { continue }
        context.progress.step(
          "random weights",
          (Double(block.lowerBound) + Double(block.count * draw) / Double(Self.draws))
            / Double(faces.count))
        try measure(methods, places, draw, &found, context)
      }
      count = block.upperBound
    }
    let people = Array(faces.people.prefix(count))
    let bootstrap = IdentityBootstrap(seed: context.seed)
    return (found.map { result($0, count, people: people, bootstrap) }, count)
  }

  /// The photos at `places`, which have one draw. One stage's network is in memory at a time.
  private func measure(
    _ methods: [MapMethod], _ places: [Int], _ draw: Int, _ found: inout [Likeness],
    _ context: JobContext
  ) throws {
    let part = faces.subset(places)
    let x = part.batch
    let objective = LogitObjective(.perImage(part.targets))
    func maps(_ model: Model) throws -> [FaceMaps] {
      try methods.map { try FaceMaps($0, model, x, objective, on: context.engine) }
    }
    func note(_ maps: [FaceMaps]) {
      for (index, map) in maps.enumerated() {
        for (row, place) in places.enumerated() where !map.isFinite(row) {
          found[index].unanswered.insert(place)
        }
      }
    }
    let own = try maps(model)
    note(own)
    for (stage, layers) in counts.enumerated() {
      let changed = try maps(cascades[draw].stage(layers, of: model).model)
      note(changed)
      for index in methods.indices where !found[index].stages[stage].isEmpty {
        for (place, rho) in zip(places, own[index].correlations(with: changed[index])) {
          found[index].stages[stage][place] = rho
        }
      }
      guard stage == counts.count - 1 else { continue }
      let other = try maps(
        cascades[(draw + 1) % Self.draws].stage(layers, of: model).model)
      for index in methods.indices {
        for (place, rho) in zip(places, changed[index].correlations(with: other[index])) {
          found[index].floor[place] = rho.map { abs($0) }
        }
      }
    }
  }

  private func result(
    _ likeness: Likeness, _ count: Int, people: [Int], _ bootstrap: IdentityBootstrap
  ) -> RandomisationResult {
    func score(_ values: [Double?]) -> MapScore? {
      MapScore(Array(values.prefix(count)), identities: people, bootstrap)
    }
    func magnitudes(_ values: [Double?]) -> [Double?] { values.map { $0.map { abs($0) } } }
    let acting = counts.indices.filter { !likeness.stages[$0].isEmpty }
    func means(_ of: ([Double?]) -> [Double?]) -> [Double?] {
      let stages = acting.map { of(likeness.stages[$0]) }
      return people.indices.map { photo in
        let present = stages.compactMap { $0[photo] }
        return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
      }
    }
    return RandomisationResult(
      stages: acting.map { stage in
        let layers = CascadingRandomisation.layers(of: model.graph).prefix(counts[stage])
        return RandomisationResult.Stage(
          layers: counts[stage], lowest: layers.last?.path.name ?? "",
          correlation: score(likeness.stages[stage]),
          magnitude: score(magnitudes(likeness.stages[stage])))
      },
      mean: score(means { $0 }), magnitude: score(means(magnitudes)),
      floor: score(likeness.floor), unanswered: likeness.unanswered.count)
  }
}
