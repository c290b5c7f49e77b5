import FacetEvaluation
import FacetFaces
import FacetFiles
import FacetGraph
import FacetTensor

/// A model on a folder of faces: the photos it may be judged on, and its answers for them. Shared by
/// all jobs that judge a model.
struct TestBench {
  let loaded: LoadedModel
  /// How a network without classes came to know people; `nil` for others.
  let enrolment: Enrolment?
  let faces: FaceSet
  let parts: Parts
  /// Photos the model has not seen.
  let test: FaceImages
  let answers: Answers
  /// Photos whose people the model knows, as places in `test`, and their classes.
  let known: [(place: Int, label: Int)]
  /// The threshold at the calibration photos' EER; `nil` without such photos.
  let threshold: Double?
  /// What to know before the answers are believed.
  let warnings: [String]

  var model: Model { loaded.model }

  /// - Throws: `badData` when no photo is left to judge the model on, or it knows nobody there.
  ///
  /// - Parameter gallery: a folder of photos of the people to be told apart; `nil` for the network's own
  ///   classes, or where it has none for half of each person's photos.
  init(_ source: ModelSource, data: String, gallery: String? = nil, _ context: JobContext) throws {
    try self.init(try source.load(), data: data, gallery: gallery, context)
  }

  init(_ loaded: LoadedModel, data: String, gallery: String? = nil, _ context: JobContext) throws {
    let faces = try context.faces(data)
    try self.init(loaded, faces, gallery: gallery.map { try context.faces($0) }, context)
  }

  init(_ loaded: LoadedModel, _ faces: FaceSet, gallery: FaceSet? = nil, _ context: JobContext)
    throws
  {
    var loaded = loaded
    var parts = Parts(of: faces, for: loaded.model.card)
    enrolment = try Enrolment(loaded.model, faces, gallery: gallery, context)
    if let enrolment {
      loaded.model = enrolment.model
      parts = parts.leavingOut(enrolment, of: faces)
    }
    self.loaded = loaded
    self.faces = faces
    self.parts = parts
    let model = loaded.model
    guard !parts.test.isEmpty else {
      throw WorkbenchError.badData(
        "every photo in \(faces.path) was used to train this model or to enrol people, so none is left "
          + "to judge it on; give --data a folder with other photos")
    }
    let preprocessing = model.card.input.preprocessing
    test = try FaceImages.load(faces, parts.test, preprocessing, progress: context.progress)
    warnings = try loaded.warnings(Array(test.tensors.prefix(8)), on: context.engine)
    let predictor = Predictor(model, engine: context.engine)
    answers = try predictor.answers(test.tensors, progress: context.progress)
    let classes = model.card.classes
    known = test.labels(among: classes).enumerated().compactMap { place, label in
      label.map { (place, $0) }
    }
    // Photos that people were enrolled by are no test photos either.
    let calibration =
      try enrolment?.photos ?? FaceImages.load(faces, parts.calibration, preprocessing)
    threshold = try Self.threshold(predictor, calibration, context)
  }

  private static func threshold(
    _ predictor: Predictor, _ photos: FaceImages, _ context: JobContext
  ) throws -> Double? {
    guard photos.count > 1 else { return nil }
    let pairs = try score(photos, predictor.answers(photos.tensors), context.seed).pairs
    guard let scores = try? ScoreSet(pairs) else { return nil }
    return ErrorRates.equalErrorRate(scores).threshold
  }

  private static func score(_ photos: FaceImages, _ answers: Answers, _ seed: UInt64) -> (
    pairs: [ScoredPair], description: String
  ) {
    let identities = photos.identities
    let numbers = Dictionary(
      Set(identities).sorted().enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
    let chosen = CosineScores.pairs(labels: identities.map { numbers[$0] ?? 0 }, seed: seed)
    return (
      CosineScores.score(
        answers.embeddings, names: photos.names, identities: identities, pairs: chosen.pairs),
      chosen.description
    )
  }

  /// The right and wrong names over photos of known people; `nil` when the model knows none of them.
  func classification(seed: UInt64) throws -> ClassificationReport? {
    guard !known.isEmpty else { return nil }
    let predictions = answers.predictions
    return try ClassificationReport(
      labels: known.map(\.label), predictions: known.map { predictions[$0.place] },
      classes: model.card.classes, bootstrap: IdentityBootstrap(seed: seed))
  }

  /// Verification over pairs of test photos; `nil` when they have no genuine or no impostor pairs.
  func verification(seed: UInt64) throws -> VerificationPage? {
    let (pairs, description) = Self.score(test, answers, seed)
    guard pairs.contains(where: \.same), pairs.contains(where: { !$0.same }) else { return nil }
    var options = VerificationOptions()
    options.seed = seed
    options.threshold = threshold.map { .init($0, source: .developmentSet) }
    return VerificationPage(
      report: try ErrorRates.report(pairs, options: options), pairs: pairs,
      pairing: description)
  }

  /// `predictions.csv` of the photos of known people.
  var predictionTable: PredictionTable {
    var table = PredictionTable()
    let probabilities = answers.probabilities
    let predictions = answers.predictions
    for (place, label) in known {
      table.add(
        image: test.entries[place].name, label: model.card.classes[label],
        predicted: model.card.classes[predictions[place]],
        probability: probabilities[place, predictions[place]])
    }
    return table
  }

  /// What a result says it was computed from.
  func provenance(_ context: JobContext, options: [String: String], seconds: Double) -> Provenance {
    var (options, digests) = (options, ["model": loaded.sha256.hex, "data": test.sha256])
    options["input"] = options["input"] ?? model.card.input.text
    if let enrolment {
      options["scale of cosines"] = "\(enrolment.scale)"
      digests["gallery"] = enrolment.photos.sha256
    }
    return Provenance(seed: context.seed, options: options, sha256: digests, seconds: seconds)
  }
}
