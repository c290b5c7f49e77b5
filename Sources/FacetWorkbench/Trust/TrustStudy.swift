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
  /// Drawn photos measured.
  let drawnCount: Int
  let truth: GroundTruth
  /// Real photos measured; `nil` without `--data`.
  let real: RealPhotos?
  let result: TrustResult

  /// Photos of the cascade at most.
  private static let cascadePhotos = 10
  /// Photos and changes of max-sensitivity: a few, since each is every method again.
  private static let sensitivity = (photos: 4, samples: 4)

  init(
    _ model: Model, _ methods: [MapMethod], _ bench: TestBench?, images: Int, deadline: Deadline,
    _ context: JobContext
  ) throws {
    self.methods = methods
    let bootstrap = IdentityBootstrap(seed: context.seed)
    let drawn = try DrawnFaces(model, count: images, context)
    self.drawn = drawn
    let onDrawn = try FaithfulnessCheck(
      model, drawn.watched, methods, .full, phase: "faithfulness on drawn faces",
      deadline: deadline.share(bench == nil ? 0.5 : 0.3), context)
    drawnCount = onDrawn.count
    let real = try bench.map {
      try RealPhotos(
        $0, methods, images: images, deadline: deadline.share(0.5), context)
    }
    self.real = real
    let truth = try GroundTruth(model, drawn, count: onDrawn.count, context)
    self.truth = truth
    let controls = try onDrawn.controls.map { try truth.raw($0, context) }
    let centre = onDrawn.controls.firstIndex(of: .centre).map { controls[$0] }
    let watched = (real?.faces ?? drawn.watched).prefix(Self.cascadePhotos)
    let randomisation = try RandomisationCheck(model, watched, context)
    let few = watched.prefix(Self.sensitivity.photos)
    let regions = drawn.photos.prefix(onDrawn.count).map(\.drawing.regions)
    let seen = drawn.watched.prefix(onDrawn.count)

    var trusts: [MethodTrust] = []
    for (index, method) in methods.enumerated() {
      context.progress.step(
        "ground truth and random weights", Double(index) / Double(methods.count))
      let cascade = try randomisation.result(method, context)
      let ranking = onDrawn.ranking(ofMethod: index)
      let ownTruth = truth.scores(
        try truth.raw(method, ranking, model, context), above: centre)
      let sensitivity = try MaxSensitivity(
        samples: Self.sensitivity.samples, noise: .seeded(context.seed)
      ).values(
        method.explainer, model, few.batch, LogitObjective(.perImage(few.targets)),
        on: context.engine)
      trusts.append(
        MethodTrust(
          method, cascade,
          drawn: onDrawn.scores(ofMethod: index, people: seen.people, bootstrap),
          real: real?.scores(ofMethod: index, bootstrap), ownTruth,
          sensitivity: MapScore(sensitivity, identities: few.people, bootstrap),
          drawnRegions: RegionShares(
            ranking, Array(regions), people: seen.people, bootstrap),
          realRegions: real?.regionShares(method: index, bootstrap)))
    }
    let areas = truth.game?.swaps.swaps.map { MapShare.area($0.changed) } ?? []
    result = TrustResult(
      drawn: TrustResult.Drawn(
        photos: onDrawn.count, people: Set(seen.people).count, recognised: drawn.recognised,
        partImportance: truth.removal.importance, swaps: areas.count, swapsTried: truth.tried,
        swapArea: areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)),
      real: real.map { real in real.result(bootstrap) }, methods: trusts,
      controls: onDrawn.controls.indices.map { index in
        ControlTrust(
          control: onDrawn.controls[index].rawValue, title: onDrawn.controls[index].title,
          drawn: onDrawn.scores(ofControl: index, people: seen.people, bootstrap),
          real: real?.check.scores(
            ofControl: index, people: real?.faces.people ?? [], bootstrap),
          groundTruth: truth.scores(controls[index], above: nil))
      }, randomisedPhotos: watched.count, believed: trusts.mostBelievable?.method)
  }
}

extension MethodTrust {
  init(
    _ method: MapMethod, _ cascade: RandomisationResult, drawn: FaithfulnessScores,
    real: FaithfulnessScores?, _ truth: GroundTruthScores, sensitivity: MapScore?,
    drawnRegions: RegionShares, realRegions: RegionShares?
  ) {
    self.method = method.name
    title = method.title
    randomisation = cascade
    self.drawn = drawn
    self.real = real
    groundTruth = truth
    maxSensitivity = sensitivity
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
