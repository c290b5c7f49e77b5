import FacetEvaluation
import FacetFaces
import FacetFiles
import FacetGraph
import FacetTensor
import FacetTraining
import FacetZoo
import Foundation

/// The trained candidates, and their answers as FacetEvaluation takes them.
struct EnsemblePool {
  let candidates: [Candidate]
  let evaluated: CandidatePool
  /// A digest of all photos.
  let digest: String
  let test: FaceImages
  /// Whether scores are calibrated on the selection photos, for want of two calibration photos of
  /// one person.
  let calibratesOnSelection: Bool

  init(
    _ faces: FaceSet, _ split: EnsembleSplit, _ options: EnsembleJob.Options,
    _ context: JobContext
  ) throws {
    let architecture = try Architecture.named("small")
    let preprocessing = architecture.input.preprocessing
    func load(_ places: [Int]) throws -> FaceImages {
      try FaceImages.load(faces, places, preprocessing, progress: context.progress)
    }
    func labels(_ places: [Int]) -> [Int] { places.map { faces.photos[$0].identity } }
    let parts = try (
      train: load(split.train), selection: load(split.selection),
      calibration: load(split.calibration), test: load(split.test)
    )
    let training = TrainingSet(values: parts.train.tensors, labels: labels(split.train))
    let selection = TrainingSet(values: parts.selection.tensors, labels: labels(split.selection))
    candidates = try (0..<options.candidates).map { index in
      let plan = Candidate.plan(index, seed: context.seed)
      let recipe = try TrainingRecipe(
        architecture: architecture, strategy: .scratch,
        options: Self.training(plan.augmentation, plan.seed, options.epochs))
      let result = try recipe.train(
        classes: faces.identities, training, calibration: selection, context: context,
        name: "candidate \(index + 1) of \(options.candidates)")
      var model = result.model
      model.card.name = "small, candidate \(plan.name)"
      func hashes(_ places: [Int]) -> [String] { places.map { faces.photos[$0].sha256 } }
      model.card.training = recipe.record(
        result, train: hashes(split.train),
        calibration: hashes(split.selection + split.calibration), test: hashes(split.test))
      return try Candidate(
        plan.name, model, selection: parts.selection, labels: selection.labels,
        calibration: parts.calibration, test: parts.test, context)
    }
    test = parts.test
    digest =
      SHA256Digest(
        of: Data(faces.photos.map(\.sha256).sorted().joined(separator: "\n").utf8)
      ).hex
    let names = candidates.map(\.name)
    let own = try Self.scores(
      parts.calibration, candidates.compactMap(\.calibration), context.seed)
    let calibration =
      try own ?? Self.scores(parts.selection, candidates.map(\.selection), context.seed)
    let testScores = try Self.scores(parts.test, candidates.map(\.test), context.seed)
    let isVerifiable = calibration != nil && testScores != nil
    calibratesOnSelection = isVerifiable && own == nil
    evaluated = try CandidatePool(
      names: names,
      selection: CandidateOutputs(
        probabilities: candidates.map(\.selection.probabilities), labels: selection.labels),
      test: CandidateOutputs(
        probabilities: candidates.map(\.test.probabilities), labels: labels(split.test)),
      similarity: SaliencySimilarity(candidates: names, maps: candidates.map(\.maps)),
      calibrationScores: isVerifiable ? calibration : nil,
      testScores: isVerifiable ? testScores : nil)
  }

  private static func training(_ augmentation: Augmentation, _ seed: UInt64, _ epochs: Int)
    -> TrainingOptions
  {
    var options = TrainingRecipe.standardOptions(.scratch, seed: seed)
    options.epochs = epochs
    options.augmentation = augmentation
    return options
  }

  /// The cosines of every candidate on one list of pairs; `nil` without both kinds of pairs.
  private static func scores(_ photos: FaceImages, _ answers: [Answers], _ seed: UInt64) throws
    -> CandidateScores?
  {
    guard photos.count > 1, let first = answers.first else { return nil }
    let identities = photos.identities
    let numbers = Dictionary(
      Set(identities).sorted().enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
    let chosen = CosineScores.pairs(labels: identities.map { numbers[$0] ?? 0 }, seed: seed).pairs
    func scored(_ answers: Answers) -> [ScoredPair] {
      CosineScores.score(
        answers.embeddings, names: photos.names, identities: identities, pairs: chosen)
    }
    let pairs = scored(first)
    guard pairs.contains(where: \.same), pairs.contains(where: { !$0.same }) else { return nil }
    return try CandidateScores(
      pairs: pairs, scores: answers.map { scored($0).map(\.score) })
  }

  /// The tolerance that lets at least `count` candidates in.
  func tolerance(keeping count: Int, atLeast tolerance: Double) -> Double {
    let accuracies = evaluated.selection.accuracies.sorted(by: >)
    let needed = accuracies[0] - accuracies[min(count, accuracies.count) - 1]
    return needed > tolerance ? needed + 1e-9 : tolerance
  }
}
