import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct CropTests {
  private let disagreement: [Float] = [10, 0, 0, 2, 0, 2, 0, 2, 0, 1]

  @Test func rulesDisagreeAsWorked() throws {
    let logits = disagreement[...]
    #expect(CropFusion.meanLogits.decision(logits, classes: 2) == 0)
    #expect(CropFusion.meanSoftmax.decision(logits, classes: 2) == 1)
    #expect(CropFusion.majority.decision(logits, classes: 2) == 1)
    #expect(CropFusion.maximum.decision(logits, classes: 2) == 0)
    #expect(CropFusion.meanLogits.scores(logits, classes: 2) == [2, 1.4])
    let means = CropFusion.meanSoftmax.scores(logits, classes: 2)
    #expect(abs(means[0] - 0.325) < 5e-4 && abs(means[1] - 0.675) < 5e-4)
    let maxima = CropFusion.maximum.scores(logits, classes: 2)
    #expect(abs(maxima[1] - 1 / (1 + exp(-2.0))) < 1e-12)
  }

  @Test func votesTiedGoToTheSurer() {
    // One vote each; the second crop is surer of its class.
    #expect(CropFusion.majority.decision([1, 0, 0, 5], classes: 2) == 1)
    #expect(CropFusion.majority.decision([5, 0, 0, 1], classes: 2) == 0)
    // Two weak votes outweigh one sure one.
    #expect(CropFusion.majority.decision([9, 0, 0, 0.1, 0, 0.1], classes: 2) == 1)
  }

  @Test func reportByHand() throws {
    // Two images of class 1 and 0: the worked disagreement, and five crops that all say 0.
    let logits = Tensor([2, 5, 2], disagreement + [1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    let report = try CropReport(logits: logits, labels: [1, 0])
    #expect(
      report.positions.map(\.name) == [
        "topLeft", "topRight", "bottomLeft", "bottomRight", "centre",
      ])
    #expect(report.positions.map(\.accuracy.value) == [0.5, 1, 1, 1, 1])
    #expect(report.positions.map(\.flipsAgainstCentre.value) == [0.5, 0, 0, 0, 0])
    #expect(report.fullAgreement.value == 0.5)
    // Four of five agree: 12 of 20 ordered pairs; then all.
    #expect(abs(report.meanPairwiseAgreement - (0.6 + 1) / 2) < 1e-15)
    let entropy = -(0.8 * log2(0.8) + 0.2 * log2(0.2))
    #expect(abs(report.meanVoteEntropy - entropy / 2) < 1e-12)
    #expect(report.ruleDisagreement.value == 0.5)
    let byRule = Dictionary(uniqueKeysWithValues: report.fused.map { ($0.rule, $0) })
    #expect(byRule[.meanSoftmax]?.accuracy.value == 1)
    #expect(byRule[.meanLogits]?.accuracy.value == 0.5)
    #expect(byRule[.meanLogits]?.gainOverCentre?.value == -0.5)
    #expect(byRule[.meanLogits]?.mcNemar == McNemar(onlyFirst: 0, onlySecond: 1))
    #expect(byRule[.meanSoftmax]?.holm == 1)
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(CropReport.self, from: data) == report)
    #expect(CropReport.positionNames(10).last == "centreFlipped")
    #expect(try CropFusion.meanLogits.scores(logits).scalars == [2, 1.4, 1, 0])
  }

  @Test func badInput() {
    #expect(throws: EvaluationError.self) {
      try CropReport(logits: Tensor([2, 2], [0, 0, 0, 0]), labels: [0, 0])
    }
    #expect(throws: EvaluationError.self) {
      try CropReport(logits: Tensor([1, 2, 2], [0, 0, 0, 0]), labels: [0])
    }
    #expect(throws: EvaluationError.self) {
      try CropReport(logits: Tensor([1, 1, 2], [0, .nan]), labels: [0], centre: 0)
    }
    #expect(throws: EvaluationError.self) {
      try CropReport(logits: Tensor([1, 1, 2], [0, 1]), labels: [2], centre: 0)
    }
  }

  @Test func mapsAgree() throws {
    let map: [Float] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    let same = try MapAgreement(map, map, width: 5)
    #expect(same.pearson == 1 && same.spearman == 1 && same.iouTop20 == 1)
    #expect(same.peakDistance == 0 && same.cells == 10)
    let turned = try MapAgreement(map, map.reversed(), width: 5)
    #expect(turned.pearson == -1 && turned.spearman == -1 && turned.iouTop20 == 0)
    // From (4, 1) to (0, 0).
    #expect(turned.peakDistance == 17.0.squareRoot())
    // A monotone change keeps ranks.
    let curved = try MapAgreement(map, map.map { $0 * $0 * $0 }, width: 5)
    #expect(curved.spearman == 1 && (curved.pearson ?? 1) < 1)
  }

  @Test func maskedCellsDontCount() throws {
    let first: [Float] = [9, 1, 2, 3]
    let second: [Float] = [.nan, 1, 2, 3]
    let masked = try MapAgreement(first, second, width: 2, mask: [false, true, true, true])
    #expect(masked.cells == 3 && masked.pearson == 1 && masked.peakDistance == 0)
    #expect(throws: EvaluationError.self) { try MapAgreement(first, second, width: 2) }
    #expect(throws: EvaluationError.self) { try MapAgreement(first, [1], width: 2) }
    #expect(throws: EvaluationError.self) { try MapAgreement(first, first, width: 3) }
    #expect(throws: EvaluationError.self) {
      try MapAgreement(first, first, width: 2, mask: [false, false, false, false])
    }
  }

  @Test func tiesShareTheTop() throws {
    // Ten cells, top two. One clear maximum; the second place is shared by nine zeros.
    var peak = [Float](repeating: 0, count: 10)
    peak[3] = 1
    var other = peak
    other.swapAt(3, 8)
    let result = try MapAgreement(peak, other, width: 5)
    // Minima 2 x 1/9 + 8 x 1/9, maxima 2 + 8/9.
    #expect(abs(result.iouTop20 - (10.0 / 9) / (26.0 / 9)) < 1e-6)
    let flat = [Float](repeating: 0.3, count: 10)
    let constant = try MapAgreement(peak, flat, width: 5)
    #expect(constant.pearson == nil && constant.spearman == nil && constant.peakDistance == nil)
  }

  @Test func damageAndRescue() throws {
    // Three positions, centre is 2, only 0 lies outside the damage. Labels are all 1.
    let logits = Tensor(
      [4, 3, 2],
      [
        0, 9, 1, 0, 1, 0,  // Centre wrong, crop 0 right and sure: rescued.
        1, 0, 0, 9, 1, 0,  // Rescued by a crop that is damaged: does not count.
        1, 0, 1, 0, 1, 0,  // All wrong.
        0, 1, 0, 1, 0, 1,  // All right.
      ])
    let point = try DamagePoint(
      area: 0.25, logits: logits, labels: [1, 1, 1, 1], untouched: [true, false, false], centre: 2)
    #expect(point.centre.successes == 1 && point.fused.successes == 3)
    #expect(point.rescued?.successes == 1 && point.rescued?.trials == 3)
    #expect(point.mcNemar == McNemar(onlyFirst: 2, onlySecond: 0))
    #expect(throws: EvaluationError.self) {
      try DamagePoint(area: 2, logits: logits, labels: [1, 1, 1, 1], untouched: [true])
    }
    #expect(DamageCurve.mean([(0, 1), (1, 0.5), (0.5, 1)]) == 0.875)
    #expect(DamageCurve.mean([(0.5, 1)]) == nil)
  }
}
