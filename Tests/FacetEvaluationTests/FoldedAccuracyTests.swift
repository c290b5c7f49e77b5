import FacetEvaluation
import Foundation
import Testing

@Suite struct FoldedAccuracyTests {
  private func pair(_ same: Bool, _ score: Double) -> ScoredPair {
    ScoredPair(probe: "a/1", reference: same ? "a/2" : "b/1", same: same, score: score)
  }

  @Test func threeFoldsByHand() throws {
    // Without fold 1, .4 (accepts .4 .6 .8) and .8 (accepts .8) both get 3 of 4, and .4 is the
    // smaller; fold 1 is 1/2, as .5 passes. Without 2, .9 gets 3 of 4 and .4 only 2; fold 2 is 1/2,
    // as .8 fails. Without 3, .8 gets all; fold 3 is 1/2, as .4 fails.
    let pairs = [
      pair(true, 0.9), pair(false, 0.5), pair(true, 0.8), pair(false, 0.3), pair(true, 0.4),
      pair(false, 0.6),
    ]
    let result = try FoldedAccuracy(pairs, folds: [1, 1, 2, 2, 3, 3])
    #expect(result.folds.map(\.threshold) == [0.4, 0.9, 0.8])
    #expect(result.folds.map(\.accuracy.value) == [0.5, 0.5, 0.5])
    #expect(result.mean == 0.5 && result.standardError == 0)
  }

  @Test func standardErrorIsNotTheDeviation() throws {
    // Threshold 0 everywhere: fold accuracies 1, 1, 1, 1/2.
    var pairs: [ScoredPair] = []
    var folds: [Int] = []
    for fold in [4, 2, 9, 7] {
      pairs += [pair(true, 1), pair(false, fold == 7 ? 2 : -1)]
      folds += [fold, fold]
    }
    let result = try FoldedAccuracy(pairs, folds: folds)
    #expect(result.folds.map(\.fold) == [2, 4, 7, 9])
    #expect(result.folds.map(\.accuracy.value) == [1, 1, 0.5, 1])
    #expect(result.mean == 0.875)
    #expect(abs(result.standardDeviation - 0.25) < 1e-15)
    #expect(abs(result.standardError - 0.125) < 1e-15)
  }

  @Test func badFolds() {
    #expect(throws: EvaluationError.tooFewFolds(got: 1)) {
      try FoldedAccuracy([pair(true, 1), pair(false, 0)], folds: [1, 1])
    }
    #expect(throws: EvaluationError.self) { try FoldedAccuracy([pair(true, 1)], folds: []) }
  }

  @Test func pairsFile() throws {
    let text = "2\t1\nAnn\t1\t12\r\nAnn\t1\tBob_Lee\t10000\nCid\t3\t4\nCid\t1\tDee\t2\n"
    let list = try PairList(text: text)
    #expect(list.entries.map(\.fold) == [1, 1, 2, 2])
    #expect(list.entries.map(\.same) == [true, false, true, false])
    #expect(list.entries[0].probe == "Ann/Ann_0001.jpg")
    #expect(list.entries[0].reference == "Ann/Ann_0012.jpg")
    #expect(list.entries[1].reference == "Bob_Lee/Bob_Lee_10000.jpg")
    #expect(try PairList(text: "1\nA 1 2\nA 1 B 1").entries.count == 2)
  }

  @Test(arguments: [
    ("", EvaluationError.noPairs),
    (
      "ten 300\n",
      .invalidLine(line: 1, expected: "the number of folds and of pairs", got: "ten 300")
    ),
    (
      "2 1\nA 1 2\nA 1 B 1\n",
      .sizeMismatch(what: "lines after the first", expected: "2 x 2 x 1", got: "2")
    ),
    (
      "1 1\nA 1 B 2\nA 1 B 1\n",
      .invalidLine(line: 2, expected: "a genuine pair, name n1 n2", got: "A 1 B 2")
    ),
    (
      "1 1\nA 1 2\n\nA 1 B x\n",
      .invalidLine(line: 4, expected: "an impostor pair, name1 n1 name2 n2", got: "A 1 B x")
    ),
    (
      "9223372036854775807 2\n",
      .sizeMismatch(
        what: "lines after the first", expected: "9223372036854775807 x 2 x 2", got: "0")
    ),
  ])
  func badPairsFile(_ text: String, _ expected: EvaluationError) {
    #expect(throws: expected) { try PairList(text: text) }
  }

  /// Published data beside the checkout, where there is some.
  private static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data/lfw_view2").standardizedFileURL.path

  @Test(.enabled(if: FileManager.default.fileExists(atPath: shared), "no LFW View 2 scores here"))
  func realScores() throws {
    let scores = try String(
      contentsOfFile: Self.shared + "/mobilefacenet_scores.csv", encoding: .utf8)
    let table = try ScoreTable(
      csv: scores.replacingOccurrences(
        of: "fold,img1,img2,same,cosine", with: "fold,probe,reference,same,score"))
    let pairs = try PairList(
      text: String(contentsOfFile: Self.shared + "/pairs.txt", encoding: .utf8))
    #expect(pairs.entries.map(\.probe) == table.pairs.map(\.probe))
    #expect(pairs.entries.map(\.same) == table.pairs.map(\.same))
    let accuracy = try FoldedAccuracy(table.pairs, folds: pairs.entries.map(\.fold))
    #expect(abs(accuracy.mean - 0.990) < 0.001)
    #expect(abs(accuracy.standardError - 0.003) < 0.0006)
    let report = try ErrorRates.report(table.pairs)
    #expect(abs(report.eer.midpoint - 0.0107) < 0.0001)
    #expect(report.eerInterval?.contains(report.eer.midpoint) == true)
  }
}
