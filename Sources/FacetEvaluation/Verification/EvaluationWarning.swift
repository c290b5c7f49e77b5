/// A reason to distrust a figure, found in the numbers themselves.
public enum EvaluationWarning: Codable, Sendable, Equatable, CustomStringConvertible {
  /// A requested FMR below 3 / impostors: even no error at all would not show it.
  case fmrBelowResolution(requested: Double, impostor: Int)
  /// Fewer than 30 errors behind a rate: it is known to worse than some 30 %.
  case fewErrors(rate: String, errors: Int, trials: Int)
  case thresholdChosenOnTestPairs
  case constantScores(score: Double)
  /// Kinds of pairs are unbalanced, so accuracy says little beside that of rejecting (or accepting)
  /// everything.
  case unbalancedAccuracy(accuracy: Double, alwaysReject: Double, alwaysAccept: Double)
  /// Too few identities for an interval over identities to be trusted; below 2 there is none.
  case fewIdentities(count: Int)
  /// Impostor pairs whose two images have the same identity by name or by other pairs' labels.
  case contradictoryLabels(pairs: Int)
  /// Identities on both sides of a split that should share none.
  case identitiesOnBothSides(names: [String])
  /// Images, by content, on both sides of a split.
  case imagesOnBothSides(names: [String])
  /// Identities in more than one fold of a protocol: the folds are not independent, and a fold's
  /// threshold was chosen on people it is tested on.
  case identitiesInSeveralFolds(names: [String])
  /// Pairs of a protocol that could not be scored; without them it is not the protocol.
  case missingPairs(missing: Int, of: Int)
  /// Genuine pairs of two files with the same bytes: sure matches that prove nothing.
  case identicalGenuinePairs(names: [String])
  /// Genuine pairs of two images that look nearly the same.
  case nearlyIdenticalGenuinePairs(names: [String])
  /// Impostor pairs of two files with the same bytes: one of the labels must be wrong.
  case identicalImpostorPairs(names: [String])
  /// Images that the network was trained on.
  case trainedOnImages(count: Int, of: Int)
  /// What the network is given is probably not what it was trained on.
  case suspiciousInput(reason: String)

  public var description: String {
    switch self {
    case .fmrBelowResolution(let requested, let impostor):
      "FMR \(requested) can't be shown with \(impostor) impostor pairs: "
        + "below 3/\(impostor) even no false match proves nothing"
    case .fewErrors(let rate, let errors, let trials):
      "\(rate) rests on \(errors) errors in \(trials) pairs; with fewer than 30 it is not known "
        + "to within 30 %"
    case .thresholdChosenOnTestPairs:
      "the threshold was chosen on the pairs it is tested on, so the accuracy is too good; "
        + "choose it on a development set"
    case .constantScores(let score):
      "every pair has the score \(score): the system tells nobody apart"
    case .unbalancedAccuracy(let accuracy, let reject, let accept):
      "the pairs are unbalanced: accuracy \(percent(accuracy)) stands beside "
        + "\(percent(reject)) for rejecting all pairs and \(percent(accept)) for accepting all"
    case .fewIdentities(let count):
      count < 2
        ? "no interval over identities: there is \(count == 1 ? "one identity" : "none")"
        : "only \(count) identities: the interval over identities is rough"
    case .contradictoryLabels(let pairs):
      "\(pairs) pairs are labelled as different people but show one identity; check the labels"
    case .identitiesOnBothSides(let names):
      "\(names.count) identities are on both sides of the split: \(excerpt(names))"
    case .imagesOnBothSides(let names):
      "\(names.count) images are on both sides of the split, exactly or nearly: \(excerpt(names))"
    case .identitiesInSeveralFolds(let names):
      "\(number(names, "identity is", "identities are")) in more than one fold, so the folds are not independent and "
        + "their standard error is too small: \(excerpt(names))"
    case .missingPairs(let missing, let all):
      "\(missing) of \(all) pairs \(missing == 1 ? "is" : "are") missing, so these are not the protocol's figures and can't be "
        + "compared with published ones"
    case .identicalGenuinePairs(let names):
      "\(number(names, "genuine pair is", "genuine pairs are")) of one image, byte for byte: sure "
        + "matches that prove nothing: \(excerpt(names))"
    case .nearlyIdenticalGenuinePairs(let names):
      "\(number(names, "genuine pair is", "genuine pairs are")) of images that look nearly the "
        + "same: \(excerpt(names))"
    case .identicalImpostorPairs(let names):
      "\(number(names, "impostor pair is", "impostor pairs are")) of one image, byte for byte, so a "
        + "label is wrong: \(excerpt(names))"
    case .trainedOnImages(let count, let all):
      "the network was trained on \(count) of the \(all) images, so the figures are too good"
    case .suspiciousInput(let reason): reason
    }
  }

  private func percent(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    return "\(thousandths / 10).\(thousandths % 10) %"
  }

  private func number(_ names: [String], _ one: String, _ several: String) -> String {
    "\(names.count) \(names.count == 1 ? one : several)"
  }

  private func excerpt(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
  }
}

/// A check that two sides of a split share nothing they should not.
public enum SplitCheck {
  /// The warning about identities found in both lists, if any, in order of the first.
  public static func identities(_ first: [String], _ second: [String]) -> EvaluationWarning? {
    let shared = overlap(first, second)
    return shared.isEmpty ? nil : .identitiesOnBothSides(names: shared)
  }

  /// The warning about images found in both lists, if any.
  ///
  /// - Parameters:
  ///   - first: names and fingerprints (a digest, or a perceptual hash for near-duplicates).
  ///   - second: the same for the other side.
  ///   - maximumDistance: fingerprints that differ in at most so many bits are one image.
  public static func images(
    _ first: [(name: String, fingerprint: UInt64)], _ second: [(name: String, fingerprint: UInt64)],
    maximumDistance: Int = 0
  ) -> EvaluationWarning? {
    let shared = first.filter { image in
      second.contains {
        ($0.fingerprint ^ image.fingerprint).nonzeroBitCount <= maximumDistance
      }
    }
    return shared.isEmpty ? nil : .imagesOnBothSides(names: shared.map(\.name))
  }

  private static func overlap(_ first: [String], _ second: [String]) -> [String] {
    let known = Set(second)
    var seen = Set<String>()
    return first.filter { known.contains($0) && seen.insert($0).inserted }
  }
}
