import FacetEvaluation
import FacetFiles
import FacetReport
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
  /// - Parameters:
  ///   - loaded: the network the pair is compared by.
  ///   - photos: the pair's.
  func warnings(_ loaded: LoadedModel, _ photos: [PairPhoto], cosine: Double) -> [String] {
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
    return texts + (warning(photos, cosine).map { [$0] } ?? [])
  }

  /// The pair's own place among the calibration pairs, and whether it has the same score there.
  private func warning(_ photos: [PairPhoto], _ cosine: Double) -> String? {
    func isOf(_ photo: PairPhoto, _ name: String) -> Bool {
      photo.path == name || photo.path.hasSuffix("/" + name)
    }
    let own = evidence.pairs.first { pair in
      (isOf(photos[0], pair.probe) && isOf(photos[1], pair.reference))
        || (isOf(photos[1], pair.probe) && isOf(photos[0], pair.reference))
    }
    guard let own else { return nil }
    if abs(own.score - cosine) > Self.tolerance {
      return
        "This pair scores \(NumberFormat.decimals(4).string(own.score)) in \(evidence.list): the scores "
        + "there were made from other images, by another network or with another input, so their threshold "
        + "may mean nothing here."
    }
    return
      "This pair is one of the calibration pairs: the threshold was chosen on it, among others."
  }

  /// What rounding and different batches may change in a cosine.
  private static let tolerance = 2e-3

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
