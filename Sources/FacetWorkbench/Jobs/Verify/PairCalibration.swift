import FacetEvaluation
import FacetFiles
import FacetReport
import Foundation

/// Scored pairs of known people, from which the threshold of a decision is taken.
struct PairCalibration {
  let evidence: PairEvidence
  let report: VerificationReport

  init(
    _ source: VerifyOptions.Calibration, _ model: ModelSource, _ context: JobContext
  ) throws {
    switch source {
    case .scores(let path): evidence = try PairEvidence(scores: path)
    case .pairs(let list, let images, let cacheFolder):
      let source = EvaluateJob.NetworkSource(
        model: model, pairs: list, images: images, cacheFolder: cacheFolder)
      evidence = PairEvidence(
        try NetworkPairs(
          model, list: list, images: images, cacheFolder: cacheFolder, context), source)
    }
    context.progress.step("bootstrap over identities", 0)
    var options = VerificationOptions()
    options.seed = context.seed
    report = try ErrorRates.report(evidence.pairs, folds: evidence.folds, options: options)
  }

  /// What a score must reach: that of the EER; +infinity accepts nothing.
  var threshold: Double { report.eer.threshold ?? .infinity }

  /// Both rates at the threshold.
  var rates: ThresholdedAccuracy { report.decision }

  /// How many of the impostor pairs are as alike as this.
  func impostors(atLeast cosine: Double) -> Proportion {
    let scores = evidence.pairs.filter { !$0.same }.map(\.score)
    return Proportion(scores.count { $0 >= cosine }, of: scores.count)
  }

  /// How many of the genuine pairs are less alike than this.
  func genuine(below cosine: Double) -> Proportion {
    let scores = evidence.pairs.filter(\.same).map(\.score)
    return Proportion(scores.count { $0 < cosine }, of: scores.count)
  }

  /// What weakens the threshold and its rates.
  ///
  /// - Parameters:
  ///   - loaded: the network the pair is compared by.
  ///   - photos: the pair's.
  ///   - embeddings: of the photos.
  func warnings(
    _ loaded: LoadedModel, _ photos: [PairPhoto], _ embeddings: [[Float]], cosine: Double
  ) -> [String] {
    var found = (evidence.network?.warnings ?? []) + report.warnings
    // The pair that is asked about has no part in the choice; that the rates are of the pairs it was
    // chosen on is said beside them.
    found.removeAll { $0 == .thresholdChosenOnTestPairs }
    var texts = found.compactMap { warning -> String? in
      switch warning {
      case .fewErrors(let rate, _, _) where !rate.contains("decision"): nil
      case .fmrBelowResolution, .unbalancedAccuracy: nil
      default: "Calibration: \(warning)".sentence
      }
    }
    switch origin(loaded) {
    case .own: break
    case .other(let hash):
      texts.insert(
        "The scores in \(evidence.list) were computed by another model file (SHA-256 "
          + "\(hash)...), so their threshold means nothing for this one.", at: 0)
    case .unknown: texts.insert(Self.unknownOrigin(evidence.list), at: 0)
    }
    return texts
      + PairLeakage(
        calibration: self, photos: photos, embeddings: embeddings, cosine: cosine
      ).warnings
  }

  /// Which network scored the pairs.
  enum Origin: Equatable {
    case own
    /// The first digits of its file's SHA-256.
    case other(String)
    /// A table without the results of the run that made it.
    case unknown
  }

  func origin(_ loaded: LoadedModel) -> Origin {
    if evidence.network != nil { return .own }
    guard let model = scoringModel else { return .unknown }
    return model == loaded.sha256.hex ? .own : .other(String(model.prefix(12)))
  }

  static func unknownOrigin(_ list: String) -> String {
    "Which network computed the scores in \(list) is not known: no results.json of that run lies beside "
      + "them. Their threshold holds only if it was this one, on images prepared like these."
  }

  /// The model that a table of scores was made by, where the results of that run lie beside it.
  private var scoringModel: String? {
    guard evidence.network == nil else { return nil }
    let beside = URL(fileURLWithPath: evidence.list).deletingLastPathComponent()
      .appendingPathComponent("results.json").path
    struct Results: Decodable {
      struct Provenance: Decodable { let sha256: [String: String] }
      let provenance: Provenance
    }
    guard let data = try? FileReading.data(at: beside),
      let results = try? JSONDecoder().decode(Results.self, from: data)
    else { return nil }
    return results.provenance.sha256["model"]
  }
}
