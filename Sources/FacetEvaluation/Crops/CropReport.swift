import FacetTensor
import Foundation

/// How an image's crops agree, and what fusing them gains.
public struct CropReport: Codable, Sendable, Equatable {
  public struct Position: Codable, Sendable, Equatable {
    public let name: String
    public let accuracy: Proportion
    /// The interval of the accuracy over identities; nil with fewer than two of them.
    public let identityInterval: ConfidenceInterval?
    /// Images where this crop decides otherwise than the centre crop.
    public let flipsAgainstCentre: Proportion
  }

  public struct Fused: Codable, Sendable, Equatable {
    public let rule: CropFusion
    public let accuracy: Proportion
    public let identityInterval: ConfidenceInterval?
    /// Accuracy minus the centre crop's, on the same resampled identities; nil with fewer than two.
    public let gainOverCentre: PairedDifference?
    /// First is fused, second the centre crop alone.
    public let mcNemar: McNemar
    /// `mcNemar.p` adjusted over the rules of this report.
    public let holm: Double
  }

  public let images: Int
  public let positions: [Position]
  public let fused: [Fused]
  /// Images on whose class all crops agree.
  public let fullAgreement: Proportion
  /// The share of pairs of crops that agree, averaged over images.
  public let meanPairwiseAgreement: Double
  /// The mean entropy of the crops' votes, in bits; 0 is unanimous.
  public let meanVoteEntropy: Double
  /// Images where the rules do not all decide alike.
  public let ruleDisagreement: Proportion

  /// The names of five and ten crops in order: the corners, the centre, then the same flipped.
  public static func positionNames(_ count: Int) -> [String] {
    let five = ["topLeft", "topRight", "bottomLeft", "bottomRight", "centre"]
    if count == 5 { return five }
    if count == 10 { return five + five.map { $0 + "Flipped" } }
    return (0..<count).map { "crop\($0)" }
  }

  /// - Parameters:
  ///   - logits: `[images, positions, classes]`.
  ///   - labels: the true class of each image; also the identities the bootstrap resamples.
  ///   - centre: the centre crop's position.
  public init(
    logits: Tensor, labels: [Int], centre: Int = 4,
    bootstrap: IdentityBootstrap = IdentityBootstrap()
  ) throws(EvaluationError) {
    try bootstrap.validate()
    let (images, count, classes) = try CropFusion.extents(logits)
    try checkLabels(labels, images: images, classes: classes)
    guard (0..<count).contains(centre) else {
      throw .outOfRange(what: "position of the centre crop", index: 0, got: centre, count: count)
    }
    let flat = try Decisions.ofRows(logits.reshaped([images * count, classes]))
    let byPosition = (0..<count).map { p in (0..<images).map { flat[$0 * count + p] } }
    let rightByPosition = byPosition.map { Self.right($0, labels) }
    let hasPeople = Set(labels).count >= 2
    let names = Self.positionNames(count)
    let confidence = bootstrap.confidence

    var positions: [Position] = []
    for p in 0..<count {
      let flips = zip(byPosition[p], byPosition[centre]).count { $0 != $1 }
      positions.append(
        Position(
          name: names[p],
          accuracy: Proportion(
            rightByPosition[p].count { $0 }, of: images, confidence: confidence),
          identityInterval: hasPeople
            ? try bootstrap.accuracy(correct: rightByPosition[p], identities: labels) : nil,
          flipsAgainstCentre: Proportion(flips, of: images, confidence: confidence)))
    }

    var ruleDecisions: [[Int]] = []
    var tests: [McNemar] = []
    for rule in CropFusion.allCases {
      let decided = try rule.decisions(logits)
      ruleDecisions.append(decided)
      tests.append(
        try McNemar(first: Self.right(decided, labels), second: rightByPosition[centre]))
    }
    let adjusted = Holm.adjusted(tests.map(\.p))
    var fused: [Fused] = []
    for (r, rule) in CropFusion.allCases.enumerated() {
      let right = Self.right(ruleDecisions[r], labels)
      fused.append(
        Fused(
          rule: rule, accuracy: Proportion(right.count { $0 }, of: images, confidence: confidence),
          identityInterval: hasPeople
            ? try bootstrap.accuracy(correct: right, identities: labels) : nil,
          gainOverCentre: hasPeople
            ? try bootstrap.accuracyDifference(
              right, rightByPosition[centre], identities: labels) : nil,
          mcNemar: tests[r], holm: adjusted[r]))
    }

    var unanimous = 0
    var agreement = 0.0
    var entropy = 0.0
    for image in 0..<images {
      var votes = [Int](repeating: 0, count: classes)
      for p in 0..<count { votes[byPosition[p][image]] += 1 }
      unanimous += votes.contains(count) ? 1 : 0
      let agreeing = votes.reduce(0) { $0 + $1 * ($1 - 1) }
      agreement += count == 1 ? 1 : Double(agreeing) / Double(count * (count - 1))
      for v in votes where v > 0 {
        let share = Double(v) / Double(count)
        entropy -= share * log2(share)
      }
    }
    let disagreeing = (0..<images).count { image in
      ruleDecisions.contains { $0[image] != ruleDecisions[0][image] }
    }
    self.images = images
    self.positions = positions
    self.fused = fused
    fullAgreement = Proportion(unanimous, of: images, confidence: confidence)
    meanPairwiseAgreement = agreement / Double(images)
    meanVoteEntropy = entropy / Double(images)
    ruleDisagreement = Proportion(disagreeing, of: images, confidence: confidence)
  }

  private static func right(_ decisions: [Int], _ labels: [Int]) -> [Bool] {
    zip(decisions, labels).map { $0 == $1 }
  }
}
