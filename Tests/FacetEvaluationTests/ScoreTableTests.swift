import FacetEvaluation
import Testing

@Suite struct ScoreTableTests {
  private let text = """
    probe,reference,same,score
    s1/1.pgm,s1/2.pgm,1,0.75
    s1/1.pgm,s2/1.pgm,0,-0.125

    """

  @Test func readsAndWrites() throws {
    let table = try ScoreTable(csv: text)
    #expect(table.pairs.count == 2 && table.folds == nil)
    #expect(table.pairs[0].same && table.pairs[0].score == 0.75)
    #expect(table.pairs[1].probeIdentity == "s1" && table.pairs[1].referenceIdentity == "s2")
    #expect(table.csv == text)
    #expect(try ScoreTable(csv: table.csv) == table)
  }

  @Test func quotingSurvivesARoundTrip() throws {
    let names = ["a,b/\"x\".png", "line\nbreak/y.png", "plain", "cr\rlf/é.png", "quote\""]
    var pairs = names.map { ScoredPair(probe: $0, reference: "r/1", same: false, score: 0.1 + 0.2) }
    pairs.append(ScoredPair(probe: "r/2", reference: "r/1", same: true, score: 1e-17))
    let table = ScoreTable(pairs, folds: [1, 1, 2, 2, 3, -3])
    #expect(try ScoreTable(csv: table.csv) == table)
  }

  @Test func toleratesWindowsFiles() throws {
    let windows =
      "\u{FEFF}score , Same,reference,probe,extra\r\n0.5,TRUE,b/1,b/2,x\r\n"
      + "\r\n .25,false,b/1,c/2,\r\n"
    let table = try ScoreTable(csv: windows)
    #expect(table.pairs.map(\.score) == [0.5, 0.25])
    #expect(table.pairs.map(\.same) == [true, false])
    #expect(table.pairs[1].probe == "c/2")
  }

  @Test(arguments: [
    ("", EvaluationError.noPairs),
    ("\n\n", .noPairs),
    ("probe,reference,same,score\n", .noPairs),
    (
      "a,b,1,0.5\n",
      .missingColumns(line: 1, expected: "probe,reference,same,score", got: "a,b,1,0.5")
    ),
    ("probe,reference,same,score\na,b,1\n", .fieldCount(line: 2, expected: 4, got: 3)),
    ("probe,reference,same,score\na,b,1,0.5,9\n", .fieldCount(line: 2, expected: 4, got: 5)),
    ("probe,reference,same,score\n\na,b,yes,0.5\n", .invalidLabel(line: 3, got: "yes")),
    (
      "probe,reference,same,score\na,b,1,0.5\na,c,0,nan\n",
      .invalidNumber(line: 3, column: "score", got: "nan")
    ),
    (
      "probe,reference,same,score\na,b,1,-inf\n",
      .invalidNumber(line: 2, column: "score", got: "-inf")
    ),
    (
      "probe,reference,same,score\na,b,1,0.5x\n",
      .invalidNumber(line: 2, column: "score", got: "0.5x")
    ),
    (
      "probe,reference,same,score\n\"a\nb\",b,1,1\na,b,0,\n",
      .invalidNumber(line: 4, column: "score", got: "")
    ),
    ("probe,reference,same,score\n\"a,b,1,0.5\n", .brokenQuote(line: 2)),
    ("probe,reference,same,score\n\"a\"x,b,1,0.5\n", .brokenQuote(line: 2)),
    ("probe,reference,same,score\na,b,1,0.5\n", .noImpostorPairs(genuine: 1)),
    ("probe,reference,same,score\na,b,0,0.5\na,c,0,1\n", .noGenuinePairs(impostor: 2)),
    (
      "probe,reference,same,score,fold\na,b,1,0.5,one\n",
      .invalidNumber(line: 2, column: "fold", got: "one")
    ),
  ])
  func badText(_ text: String, _ expected: EvaluationError) {
    #expect(throws: expected) { try ScoreTable(csv: text) }
    #expect(!expected.description.isEmpty)
  }

  @Test func errorsNameTheLine() {
    let error = EvaluationError.invalidNumber(line: 3, column: "score", got: "nan")
    #expect(error.description == "line 3: score is \"nan\"; expected a finite number")
    #expect(EvaluationError.noImpostorPairs(genuine: 4).description.contains("no impostor pairs"))
    #expect(EvaluationError.noGenuinePairs(impostor: 4).description.contains("no genuine pairs"))
  }

  @Test func identitiesFromNames() {
    #expect(ScoredPair.identity(ofImage: "s1/3.pgm") == "s1")
    #expect(ScoredPair.identity(ofImage: "data/faces/s1/3.pgm") == "s1")
    #expect(ScoredPair.identity(ofImage: "3.pgm") == "3.pgm")
    #expect(ScoredPair.identity(ofImage: "") == "")
    #expect(ScoredPair.identity(ofImage: "/3.pgm") == "/3.pgm")
    #expect(ScoredPair.identity(ofImage: "Zoë/ü.png") == "Zoë")
    let named = ScoredPair(
      probe: "1.png", reference: "2.png", same: true, score: 0, probeIdentity: "Ann",
      referenceIdentity: "Ann")
    #expect(named.probeIdentity == "Ann" && named.referenceIdentity == "Ann")
  }
}
