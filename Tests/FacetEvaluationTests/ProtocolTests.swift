import FacetEvaluation
import FacetTestSupport
import Foundation
import Testing

@Suite struct ProtocolTests {
  @Test func pairsAsCSV() throws {
    let list = try PairList(
      csv: "fold,img1,img2,same,cosine\n3,a/1.jpg,a/2.jpg,1,0.5\n4,a/1.jpg,\"b, c/1.png\",0,0.1\n")
    #expect(list.entries.map(\.fold) == [3, 4])
    #expect(list.entries.map(\.line) == [2, 3])
    #expect(list.entries.map(\.same) == [true, false])
    #expect(list.entries[1].reference == "b, c/1.png")
    let plain = try PairList(csv: "\u{FEFF}same,reference,probe\r\nFALSE,y,x\r\ntrue,z,x\r\n")
    #expect(plain.entries.map(\.probe) == ["x", "x"])
    #expect(plain.entries.map(\.fold) == [1, 1])
    #expect(plain.entries.map(\.same) == [false, true])
  }

  @Test(arguments: [
    ("", EvaluationError.noPairs), ("img1,img2,same\n", .noPairs),
    (
      "a,b,same\n1,2,1\n",
      .missingColumns(line: 1, expected: "img1,img2,same", got: "a,b,same")
    ),
    ("img1,img2,same\na,b\n", .fieldCount(line: 2, expected: 3, got: 2)),
    ("img1,img2,same\n\na,b,yes\n", .invalidLabel(line: 3, got: "yes")),
    (
      "img1,img2,same,fold\na,b,1,x\n", .invalidNumber(line: 2, column: "fold", got: "x")
    ),
    ("img1,img2,same\na,b,1\n", .noImpostorPairs(genuine: 1)),
    ("img1,img2,same\na,b,0\n", .noGenuinePairs(impostor: 1)),
  ])
  func badCSV(_ text: String, _ expected: EvaluationError) {
    #expect(throws: expected) { try PairList(csv: text) }
  }

  @Test func formatsAreToldApart() throws {
    let lfw = "\n 1 1\nAnn\t1\t2\nAnn\t1\tBob\t1\n"
    #expect(try PairList(contents: lfw).entries == PairList(text: lfw).entries)
    #expect(try PairList(contents: lfw).entries.map(\.line) == [3, 4])
    let csv = "img1,img2,same\na,b,1\na,c,0\n"
    #expect(try PairList(contents: csv) == PairList(csv: csv))
    // The development files have one number; some editors put a byte order mark before it.
    let development = try PairList(contents: "\u{FEFF}2\nA 1 2\nA 1 3\nA 1 B 1\nC 1 B 2\n")
    #expect(development.entries.map(\.same) == [true, true, false, false])
    #expect(development.entries.map(\.fold) == [1, 1, 1, 1])
    #expect(throws: EvaluationError.noPairs) { try PairList(contents: "") }
    #expect(throws: EvaluationError.self) { try PairList(contents: "a b c") }
  }

  @Test func scoresUnderOtherNames() throws {
    let table = try ScoreTable(csv: "fold,img1,img2,same,cosine\n2,a/1,a/2,1,.5\n1,a/1,b/1,0,.25\n")
    #expect(table.folds == [2, 1])
    #expect(table.pairs.map(\.probe) == ["a/1", "a/1"])
    #expect(table.pairs.map(\.score) == [0.5, 0.25])
    #expect(
      table.csv == "probe,reference,same,score,fold\na/1,a/2,1,0.5,2\na/1,b/1,0,0.25,1\n")
    // Facet's own names win where a table has both.
    let both = try ScoreTable(
      csv: "cosine,probe,reference,same,score\n9,a/1,a/2,1,.5\n9,a/1,b/1,0,.25\n")
    #expect(both.pairs.map(\.score) == [0.5, 0.25])
  }

  private func pair(_ a: String, _ b: String, _ score: Double) -> ScoredPair {
    ScoredPair(
      probe: a, reference: b, same: a.prefix(1) == b.prefix(1), score: score)
  }

  @Test func peopleInTwoFolds() throws {
    let pairs = [
      pair("a/1", "a/2", 0.9), pair("a/1", "b/1", 0.1), pair("c/1", "c/2", 0.8),
      pair("c/1", "d/1", 0.2),
    ]
    func shared(_ pairs: [ScoredPair], _ folds: [Int]?) throws -> [EvaluationWarning] {
      try ErrorRates.report(pairs, folds: folds).warnings.filter {
        if case .identitiesInSeveralFolds = $0 { true } else { false }
      }
    }
    #expect(try shared(pairs, [1, 1, 2, 2]) == [])
    #expect(try shared(pairs, nil) == [])
    #expect(try shared(pairs, [1, 2, 1, 1]) == [.identitiesInSeveralFolds(names: ["a"])])
    let mixed = pairs + [pair("d/2", "b/2", 0.3)]
    #expect(
      try shared(mixed, [1, 1, 2, 2, 1]) == [.identitiesInSeveralFolds(names: ["d"])])
  }

  @Test func foldsOfAReport() throws {
    let pairs = [
      pair("a/1", "a/2", 0.9), pair("a/1", "b/1", 0.1), pair("c/1", "c/2", 0.8),
      pair("c/1", "d/1", 0.2),
    ]
    let report = try ErrorRates.report(pairs, folds: [1, 1, 2, 2])
    #expect(try report.foldedAccuracy == FoldedAccuracy(pairs, folds: [1, 1, 2, 2]))
    #expect(try ErrorRates.report(pairs, folds: [7, 7, 7, 7]).foldedAccuracy == nil)
    // Without fold 1 there is no genuine pair to choose a threshold with.
    #expect(try ErrorRates.report(pairs, folds: [1, 2, 1, 2]).foldedAccuracy == nil)
    #expect(throws: EvaluationError.self) { try ErrorRates.report(pairs, folds: [1]) }
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(VerificationReport.self, from: data) == report)
  }

  /// Every candidate threshold tried on every pair of the other folds.
  private func slowAccuracies(_ table: ScoreTable) throws -> [(threshold: Double, right: Int)] {
    let folds = try #require(table.folds)
    return Set(folds).sorted().map { fold in
      let others = zip(table.pairs, folds).filter { $0.1 != fold }.map(\.0)
      var best = (threshold: Double.infinity, right: -1)
      for threshold in Set(others.map(\.score)).sorted() + [.infinity] {
        let right = others.count { ($0.score >= threshold) == $0.same }
        if right > best.right { best = (threshold, right) }
      }
      let tested = zip(table.pairs, folds).filter { $0.1 == fold }.map(\.0)
      return (best.threshold, tested.count { ($0.score >= best.threshold) == $0.same })
    }
  }

  @Test(
    .enabled(if: SharedData.has("data/lfw_view2/mobilefacenet_scores.csv"), "no LFW scores here"))
  func publishedScores() throws {
    let path = try #require(SharedData.path("data/lfw_view2/mobilefacenet_scores.csv"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let table = try ScoreTable(csv: text)
    #expect(try PairList(contents: text).entries.map(\.fold) == table.folds)
    let report = try ErrorRates.report(table.pairs, folds: table.folds)
    let accuracy = try #require(report.foldedAccuracy)
    let slow = try slowAccuracies(table)
    #expect(accuracy.folds.map(\.threshold) == slow.map(\.threshold))
    #expect(accuracy.folds.map(\.accuracy.successes) == slow.map(\.right))
    // By numpy: thresholds over np.unique of the other folds' scores, the first argmax.
    #expect(
      accuracy.folds.map(\.threshold) == [0.256534, 0.261129, 0.261129, 0.289185, 0.261129])
    #expect(accuracy.folds.map(\.accuracy.successes) == [592, 599, 597, 593, 589])
    #expect(abs(accuracy.mean - 0.99) < 1e-12)
    #expect(abs(accuracy.standardError - 0.002_981_423_969_999_710_7) < 1e-12)
    #expect(abs(report.eer.midpoint - 0.0107) < 5e-5)
    // The folds hold disjoint people.
    #expect(!report.warnings.contains { "\($0)".contains("more than one fold") })
    #expect(report.operatingPoints[1].falseMatches == 15)
    #expect(report.operatingPoints[1].fnmrInterval?.contains(16.0 / 1500) == true)
  }
}
