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
  var result: TrustResult

  /// Photos of the cascade at most.
  private static let cascadePhotos = 12
  /// Photos of max-sensitivity.
  private static let sensitivityPhotos = 8

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

    let drawnScores = methods.indices.map {
      onDrawn.scores(ofMethod: $0, people: seen.people, bootstrap)
    }
    let realScores = methods.indices.map { real?.scores(ofMethod: $0, bootstrap) }
    let truthScores = methods.indices.map { truth.scores(ofMethod: $0) }
    let tests = TrustTest.adjusted(
      methods.indices.map {
        TrustTest.all(drawn: drawnScores[$0], real: realScores[$0], truthScores[$0])
      })
    let aboveCentre = FaithfulnessScores.aboveCentre(
      zip(drawnScores, realScores).map { $1 ?? $0 })
    let trusts = methods.indices.map { index in
      MethodTrust(
        methods[index], options: onDrawn.options[index],
        unanswered: onDrawn.unanswered[index] + (real?.check.unanswered[index] ?? 0),
        cascade.methods[index], drawn: drawnScores[index], real: realScores[index],
        truthScores[index], tests[index], aboveCentre: aboveCentre[index], sensitivity, index,
        drawnRegions: RegionShares(
          onDrawn.ranking(ofMethod: index), regions, people: seen.people, bootstrap),
        realRegions: real?.regionShares(method: index, bootstrap))
    }
    let areas = truth.swaps.swaps.map { MapShare.area($0.changed) }
    result = TrustResult(
      drawn: TrustResult.Drawn(
        photos: onDrawn.count, people: Set(seen.people).count, recognised: drawn.recognised,
        world: drawn.world,
        partImportance: truth.removal.importance, swaps: areas.count,
        swapsTried: truth.swaps.tried,
        swapArea: areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)),
      real: real.map { real in real.result(bootstrap) }, methods: trusts,
      controls: truth.controls.indices.map { index in
        // Those that order pixels come first.
        let isMeasured = onDrawn.controls.indices.contains(index)
        return ControlTrust(
          control: truth.controls[index].rawValue, title: truth.controls[index].title,
          drawn: isMeasured
            ? onDrawn.scores(ofControl: index, people: seen.people, bootstrap) : nil,
          real: isMeasured
            ? real?.check.scores(ofControl: index, people: real?.faces.people ?? [], bootstrap)
            : nil,
          groundTruth: truth.scores(ofControl: index),
          maxSensitivity: isMeasured ? sensitivity.score(ofControl: index) : nil)
      }, randomisedPhotos: cascade.photos, sensitivityPhotos: sensitivity.count,
      believed: Self.foremost(trusts, onDrawn, real, truth, bootstrap), budget: seconds,
      parts: Self.counts(
        drawn, onDrawn, real, truth, cascade: (cascade.photos, watched),
        sensitivity: (sensitivity.count, few)))
  }

  /// Which of those that may be believed is ahead: by the swap game, where the truth is known pixel by
  /// pixel, or by what taking pixels away does when no swap was played.
  private static func foremost(
    _ trusts: [MethodTrust], _ onDrawn: FaithfulnessCheck, _ real: RealPhotos?,
    _ truth: GroundTruth, _ bootstrap: IdentityBootstrap
  ) -> Foremost? {
    let places = trusts.indices.filter { trusts[$0].verdict.level == .believe }
    if places.isEmpty { return nil }
    func compared(_ test: String, _ people: [Int], _ values: (Int) -> [Double?]) -> Foremost {
      Foremost(
        by: test, places.map { (trusts[$0].method, values($0)) }, people: people, bootstrap)
    }
    if truth.swaps.count > 0 {
      return compared("the share of an answer explained in the swap game", truth.swaps.people) {
        truth.ofMethods[$0].swaps.recovered
      }
    }
    let check = real?.check ?? onDrawn
    return compared(
      "insertion minus deletion on \(real == nil ? "drawn faces" : "your photos")",
      check.people
    ) { check.ofMethods[$0].combined }
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
    _ method: MapMethod, options: [String: String], unanswered: Int,
    _ cascade: RandomisationResult, drawn: FaithfulnessScores, real: FaithfulnessScores?,
    _ truth: GroundTruthScores, _ tests: [TrustTest], aboveCentre: ControlComparison?,
    _ sensitivity: SensitivityCheck, _ index: Int, drawnRegions: RegionShares,
    realRegions: RegionShares?
  ) {
    self.method = method.name
    title = method.title
    self.options = options
    self.unanswered = unanswered
    randomisation = cascade
    self.drawn = drawn
    self.real = real
    groundTruth = truth
    maxSensitivity = sensitivity.score(ofMethod: index)
    sensitivityBelowControls = sensitivity.belowControls(method: index)
    self.drawnRegions = drawnRegions
    self.realRegions = realRegions
    self.tests = tests
    verdict = TrustVerdict(
      reading: cascade.reading, likeness: cascade.magnitude, tests: tests)
    let isWon = tests.contains {
      $0.kind == (real == nil ? .drawnFaces : .photos) && $0.standing == .better
    }
    labels = MapLabel.labels(cascade.reading, hasWon: isWon, against: aboveCentre).map(\.rawValue)
  }

  var mapLabels: [MapLabel] { labels.compactMap(MapLabel.init) }
}
