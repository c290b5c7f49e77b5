import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetImage
import FacetTensor

/// Everything `facet trust` measures, in the order in which it is measured.
struct TrustStudy {
  let methods: [MapMethod]
  let drawn: DrawnFaces
  let truth: GroundTruth
  /// Real photos measured; `nil` without `--data`.
  let real: RealPhotos?
  let result: TrustResult

  /// Photos of the cascade at most.
  private static let cascadePhotos = 10
  /// Photos of max-sensitivity.
  private static let sensitivityPhotos = 4

  /// - Parameter seconds: the budget, from now; `nil` for none.
  init(
    _ model: Model, _ methods: [MapMethod], _ bench: TestBench?, images: Int,
    budget seconds: Double?,
    _ context: JobContext
  ) throws {
    self.methods = methods
    let budget = TrustBudget(seconds: seconds, hasPhotos: bench != nil)
    let bootstrap = IdentityBootstrap(seed: context.seed)
    let drawn = try DrawnFaces(model, count: images, context)
    self.drawn = drawn
    let onDrawn = try FaithfulnessCheck(
      model, drawn.watched, methods, .full, phase: "faithfulness on drawn faces",
      deadline: budget.deadline(for: .drawnFaces), context)
    let real = try bench.map {
      try RealPhotos(
        $0, methods, images: images, deadline: budget.deadline(for: .photos), context)
    }
    self.real = real
    let truth = try GroundTruth(model, drawn, onDrawn, budget, context)
    self.truth = truth
    let watched = (real?.chosen ?? drawn.watched).prefix(Self.cascadePhotos)
    let cascade = try RandomisationCheck(model, watched, context).results(
      methods, within: budget.deadline(for: .randomWeights), context)
    let few = watched.prefix(Self.sensitivityPhotos)
    let sensitivity = try SensitivityCheck(
      model, few, methods, onDrawn.controls, within: budget.deadline(for: .sensitivity), context)
    let regions = drawn.photos.prefix(onDrawn.count).map(\.drawing.regions)
    let seen = drawn.watched.prefix(onDrawn.count)

    let centre = onDrawn.controls.firstIndex(of: .centre).map { truth.ofControls[$0] }
    let trusts = methods.indices.map { index in
      MethodTrust(
        methods[index], cascade.methods[index],
        drawn: onDrawn.scores(ofMethod: index, people: seen.people, bootstrap),
        real: real?.scores(ofMethod: index, bootstrap),
        truth.scores(truth.ofMethods[index], above: centre), sensitivity, index,
        drawnRegions: RegionShares(
          onDrawn.ranking(ofMethod: index), regions, people: seen.people, bootstrap),
        realRegions: real?.regionShares(method: index, bootstrap))
    }
    let areas = truth.swaps.swaps.map { MapShare.area($0.changed) }
    result = TrustResult(
      drawn: TrustResult.Drawn(
        photos: onDrawn.count, people: Set(seen.people).count, recognised: drawn.recognised,
        partImportance: truth.removal.importance, swaps: areas.count,
        swapsTried: truth.swaps.tried,
        swapArea: areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)),
      real: real.map { real in real.result(bootstrap) }, methods: trusts,
      controls: onDrawn.controls.indices.map { index in
        ControlTrust(
          control: onDrawn.controls[index].rawValue, title: onDrawn.controls[index].title,
          drawn: onDrawn.scores(ofControl: index, people: seen.people, bootstrap),
          real: real?.check.scores(
            ofControl: index, people: real?.faces.people ?? [], bootstrap),
          groundTruth: truth.scores(truth.ofControls[index], above: nil),
          maxSensitivity: sensitivity.score(ofControl: index))
      }, randomisedPhotos: cascade.photos, sensitivityPhotos: sensitivity.count,
      believed: trusts.mostBelievable?.method, budget: seconds,
      parts: Self.counts(
        drawn, onDrawn, real, truth, cascade: (cascade.photos, watched),
        sensitivity: (sensitivity.count, few)))
  }

  private static func counts(
    _ drawn: DrawnFaces, _ onDrawn: FaithfulnessCheck, _ real: RealPhotos?, _ truth: GroundTruth,
    cascade: (used: Int, of: WatchedFaces), sensitivity: (used: Int, of: WatchedFaces)
  ) -> [PartCount] {
    func faces(_ part: TrustPart, _ used: Int) -> PartCount {
      PartCount(
        part.rawValue, part.title, "drawn faces", used: used, of: drawn.photos.count,
        people: drawn.watched.people)
    }
    func watched(_ part: TrustPart, _ used: Int, _ all: WatchedFaces) -> PartCount {
      PartCount(
        part.rawValue, part.title, real == nil ? "drawn faces" : "photos", used: used,
        of: all.count,
        people: all.people)
    }
    return [
      faces(.drawnFaces, onDrawn.count),
      real.map { watched(.photos, $0.faces.count, $0.chosen) },
      faces(.partRemoval, truth.removal.count), faces(.swapSearch, truth.swaps.searched),
      PartCount(
        TrustPart.swapGame.rawValue, TrustPart.swapGame.title, "swaps", used: truth.swaps.count,
        of: truth.playable,
        people: truth.swaps.people),
      watched(.randomWeights, cascade.used, cascade.of),
      watched(.sensitivity, sensitivity.used, sensitivity.of),
    ].compactMap { $0 }
  }
}

extension MethodTrust {
  init(
    _ method: MapMethod, _ cascade: RandomisationResult, drawn: FaithfulnessScores,
    real: FaithfulnessScores?, _ truth: GroundTruthScores, _ sensitivity: SensitivityCheck,
    _ index: Int, drawnRegions: RegionShares, realRegions: RegionShares?
  ) {
    self.method = method.name
    title = method.title
    randomisation = cascade
    self.drawn = drawn
    self.real = real
    groundTruth = truth
    maxSensitivity = sensitivity.score(ofMethod: index)
    sensitivityBelowControls = sensitivity.belowControls(method: index)
    self.drawnRegions = drawnRegions
    self.realRegions = realRegions
    verdict = TrustVerdict(
      reading: cascade.reading, likeness: cascade.mean,
      faithfulness: [
        ("insertion and deletion on drawn faces", drawn.aboveControls["centre"]),
        ("insertion and deletion on your photos", real?.aboveControls["centre"]),
      ],
      truth: [
        ("the order of parts", truth.partOrderAboveCentre),
        ("the swap game", truth.recoveredAboveCentre),
      ])
    labels = MapLabel.labels(cascade.reading, (real ?? drawn).standing).map(\.rawValue)
  }

  var mapLabels: [MapLabel] { labels.compactMap(MapLabel.init) }
}
