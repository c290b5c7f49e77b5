import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// Deletion, insertion and more of every method and of maps that know nothing of the network, on the
/// same photos.
package struct FaithfulnessCheck {
  /// How much is measured.
  package struct Extent: Sendable {
    /// Of a deletion or insertion curve.
    var steps: Int
    var controls: [ControlMap]
    /// With ROAD, sparseness and infidelity.
    var hasRemoval: Bool
    /// With the inverted map: twice the runs.
    var hasInversion: Bool

    package static let full = Extent(
      steps: 14, controls: ControlMap.ordering, hasRemoval: true, hasInversion: true)
    /// ROAD of the inverted map is the map's own, negated, so that control stands without more runs.
    static let withoutInversion = Extent(
      steps: 14, controls: ControlMap.ordering, hasRemoval: true, hasInversion: false)
    /// For the maps of a report's sample: against every control.
    package static let sample = Extent(
      steps: 10, controls: ControlMap.ordering, hasRemoval: false, hasInversion: false)
    /// For the maps that a report shows: enough to hold each against the centre.
    package static let brief = Extent(
      steps: 10, controls: [.centre], hasRemoval: false, hasInversion: false)
  }

  let methods: [MapMethod]
  let controls: [ControlMap]
  /// Who is on the photos measured.
  private(set) var people: [Int] = []
  /// In the order of `methods`.
  package private(set) var ofMethods: [MapFigures]
  /// What each method's maps depend on, in the methods' own words.
  private(set) var options: [[String: String]]
  /// Photos on which each method's map wasn't finite.
  package private(set) var unanswered: [Int]
  /// In the order of `controls`.
  package private(set) var ofControls: [MapFigures]
  /// What each method orders the pixels by, part by part.
  private var rankings: [[Tensor]]
  /// Photos measured: the first ones.
  package private(set) var count = 0

  /// Perturbations of each photo.
  static let infidelitySamples = 16
  /// Photos between two looks at the clock; nothing but that depends on it.
  private static let block = 4

  /// - Parameter deadline: no photos are begun that would go beyond it; the first ones are always
  ///   measured.
  package init(
    _ model: Model, _ faces: WatchedFaces, _ methods: [MapMethod], _ extent: Extent,
    phase: String, deadline: Deadline = .never, _ context: JobContext
  ) throws {
    self.methods = methods
    controls = extent.controls
    ofMethods = methods.map { _ in MapFigures() }
    ofControls = controls.map { _ in MapFigures() }
    rankings = methods.map { _ in [] }
    options = methods.map { _ in [:] }
    unanswered = methods.map { _ in 0 }
    let ruler = Ruler(model, extent, context)
    let jobs = methods.count + controls.count
    for block in deadline.blocks(of: faces.count, by: Self.block) {
      let part = faces.subset(block)
      let x = part.batch
      var raw: [Tensor] = []
      func tell(_ job: Int) {
        let done = Double(count) + Double(part.count * job) / Double(jobs)
        context.progress.step(phase, done / Double(faces.count))
      }
      for (index, method) in methods.enumerated() {
        tell(index)
        let maps = try FaceMaps(
          method, model, x, LogitObjective(.perImage(part.targets)), on: context.engine)
        let ranking = AnsweredMaps(maps.ranking)
        rankings[index].append(ranking.maps)
        options[index] = maps.explanation.options
        unanswered[index] += ranking.unanswered
        raw.append(maps.explanation.space == .layer ? maps.ranking : maps.explanation.map)
        var figures = try ruler.measure(ranking, x, part.targets)
        if extent.hasInversion {
          figures.inverted = try ruler.inverted(ranking, x, part.targets)
        }
        ofMethods[index].append(figures)
      }
      for (index, control) in controls.enumerated() {
        tell(methods.count + index)
        let maps = control.maps(of: x, seed: context.seed)
        raw.append(maps)
        ofControls[index].append(try ruler.measure(AnsweredMaps(maps), x, part.targets))
      }
      if extent.hasRemoval {
        let unexplained = try ruler.unexplained(raw, x, part.targets)
        for index in methods.indices { ofMethods[index].unexplained += unexplained[index] }
        for index in controls.indices {
          ofControls[index].unexplained += unexplained[methods.count + index]
        }
      }
      count = block.upperBound
      people = Array(faces.people.prefix(count))
    }
  }

  /// What method `index` orders the pixels of the measured photos by, `[N, H, W]`.
  func ranking(ofMethod index: Int) -> Tensor { .concatenate(rankings[index]) }

  /// The figures of a control that was measured.
  func figures(of control: ControlMap) -> MapFigures? {
    controls.firstIndex(of: control).map { ofControls[$0] }
  }
}

/// What one map is measured by.
private struct Ruler {
  let model: Model
  let extent: FaithfulnessCheck.Extent
  let engine: Engine
  let curves: DeletionInsertion
  let road: ROAD
  let infidelity: Infidelity

  init(_ model: Model, _ extent: FaithfulnessCheck.Extent, _ context: JobContext) {
    self.model = model
    self.extent = extent
    engine = context.engine
    let input = model.card.input
    // A rectified map's zeros are in no order, so none may decide.
    curves = DeletionInsertion(
      steps: extent.steps, ties: .averaged, color: input.preprocessing.emptyColor)
    road = ROAD(seed: context.seed)
    infidelity = Infidelity(
      .square(side: max(1, min(input.height, input.width) / 6)),
      samples: FaithfulnessCheck.infidelitySamples,
      seed: context.seed)
  }

  /// Of all methods and controls at once, which share the runs: the part of the score's changes that
  /// each leaves unexplained, photo by photo.
  ///
  /// - Parameter maps: raw, of each.
  func unexplained(_ maps: [Tensor], _ x: Tensor, _ targets: [Int]) throws -> [[Double?]] {
    let maps = maps.map(AnsweredMaps.init)
    let outcomes = try infidelity.outcomes(
      model, x, maps: maps.map(\.maps), LogitObjective(.perImage(targets)), on: engine)
    return zip(maps, outcomes).map { $0.figures($1.map(\.unexplained)) }
  }

  /// Insertion minus deletion of maps upside down.
  func inverted(_ ranking: AnsweredMaps, _ x: Tensor, _ targets: [Int]) throws -> [Double?] {
    let maps = ranking.maps * -1
    return ranking.figures(
      try areas(.insertion, maps, x, targets).minus(areas(.deletion, maps, x, targets)))
  }

  func measure(_ ranking: AnsweredMaps, _ x: Tensor, _ targets: [Int]) throws -> MapFigures {
    let maps = ranking.maps
    var figures = MapFigures()
    figures.deletion = ranking.figures(try areas(.deletion, maps, x, targets))
    figures.insertion = ranking.figures(try areas(.insertion, maps, x, targets))
    guard extent.hasRemoval else { return figures }
    let removed = try road.outcomes(model, x, maps: maps, watching: .given(targets), on: engine)
    figures.road = ranking.figures(removed.map(\.combined))
    figures.gini = ranking.figures(
      (0..<maps.shape[0]).map { Sparseness.gini(maps.slice($0).scalars) })
    return figures
  }

  private func areas(
    _ direction: DeletionInsertion.Direction, _ maps: Tensor, _ x: Tensor, _ targets: [Int]
  ) throws -> [Double?] {
    try curves.curves(
      direction, model, x, maps: maps, watching: .given(targets), on: engine
    ).map(\.area)
  }
}
