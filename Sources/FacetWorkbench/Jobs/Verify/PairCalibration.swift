import FacetEvaluation
import FacetFiles
import Foundation

/// Scored pairs of known people, from which the threshold of a decision is taken.
struct PairCalibration {
  let evidence: PairEvidence
  let report: VerificationReport

  init(
    _ source: VerifyJob.Calibration, _ model: ModelSource, _ context: JobContext
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
  /// - Parameter loaded: the network the pair is compared by.
  func warnings(_ loaded: LoadedModel) -> [String] {
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
    if let other = scoringModel, other != loaded.sha256.hex {
      texts.insert(
        "The scores in \(evidence.list) were computed by another model file (SHA-256 "
          + "\(other.prefix(12))...), so their threshold means nothing for this one.", at: 0)
    }
    return texts
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
