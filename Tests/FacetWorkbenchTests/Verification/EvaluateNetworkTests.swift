import FacetEngine
import FacetEvaluation
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetTestSupport
import FacetWorkbench
import FacetZoo
import Foundation
import Testing

@Suite("A network on a protocol's pairs") struct EvaluateNetworkTests {
  /// One image's embedding by itself: decoded, stretched, normalised, run.
  private func embedding(_ path: String, _ set: RenderedProtocol) throws -> [Double] {
    let model = try ModelFile.read(set.model)
    let image = try ImageDecoder.decode(path: path).resized(width: 96, height: 96)
    var x = Tensor.zeros([1, 3, 96, 96])
    for y in 0..<96 {
      for column in 0..<96 {
        let colour = image[column, y]
        for (c, value) in [colour.red, colour.green, colour.blue].enumerated() {
          x[0, c, y, column] = (Float(value) / 255 - 0.5) / 0.25
        }
      }
    }
    let trace = try Engine().forward(model, x, keeping: .paths(["embedding"]))
    return try trace.value(at: "embedding").scalars.map(Double.init)
  }

  private func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(a, b) / (dot(a, a).squareRoot() * dot(b, b).squareRoot())
  }

  @Test("every score is the cosine of both images' embeddings, in the list's order")
  func scores() throws {
    let set = try RenderedProtocol()
    let result = try set.run()
    #expect(result.pairs.count == 24)
    #expect(result.pairs.count(where: \.same) == 12)
    #expect(result.folds == (1...4).flatMap { [Int](repeating: $0, count: 6) })
    #expect(result.pairs[0].probe == "P_0/P_0_0001.png")
    #expect(result.pairs[0].reference == "P_0/P_0_0002.png")
    #expect(result.pairs[23].probe == "P_11/P_11_0003.png")
    #expect(result.pairs[23].reference == "P_9/P_9_0001.png")
    for pair in result.pairs {
      let slow = try cosine(
        embedding("\(set.images)/\(pair.probe)", set),
        embedding("\(set.images)/\(pair.reference)", set))
      #expect(abs(pair.score - slow) < 1e-5, "\(pair)")
    }
    #expect(Set(result.pairs.map(\.score)).count == 24)
    let network = try #require(result.network)
    #expect((network.listed, network.missing) == (24, 0))
    #expect((network.embedded, network.fromCache) == (36, 0))
    #expect(
      try result.verification.foldedAccuracy
        == FoldedAccuracy(result.pairs, folds: #require(result.folds)))
    #expect(result.verification.identities == 12)
    #expect(!FileManager.default.fileExists(atPath: set.cache), "nothing was to be kept")
  }

  @Test("the worst pairs are those furthest beyond their fold's threshold")
  func hardest() throws {
    let result = try RenderedProtocol().run()
    let accuracy = try #require(result.verification.foldedAccuracy)
    let network = try #require(result.network)
    let thresholds = Dictionary(
      uniqueKeysWithValues: accuracy.folds.map { ($0.fold, $0.threshold ?? .infinity) })
    let folds = try #require(result.folds)
    for (same, hardest) in [(false, network.hardestImpostor), (true, network.hardestGenuine)] {
      let excesses = zip(result.pairs, folds).filter { $0.0.same == same }.map { pair, fold in
        (same ? -1.0 : 1.0) * (pair.score - (thresholds[fold] ?? .infinity))
      }
      let slow = excesses.sorted(by: >)
      #expect(hardest.count == 12)
      for (pair, excess) in zip(hardest, slow) {
        let threshold = try #require(pair.threshold)
        #expect(threshold == pair.fold.flatMap { thresholds[$0] })
        #expect((same ? -1.0 : 1.0) * (pair.score - threshold) == excess)
        #expect(pair.isError == (same ? pair.score < threshold : pair.score >= threshold))
      }
    }
    let wrong = result.pairs.count - accuracy.folds.reduce(0) { $0 + $1.accuracy.successes }
    #expect(
      (network.hardestImpostor + network.hardestGenuine).count(where: \.isError) == wrong)
    #expect(wrong > 0)
  }

  @Test("the folder holds page, results and scores, the same at any number of threads")
  func files() throws {
    let set = try RenderedProtocol()
    let result = try set.job(output: "out").run(JobContext(engine: Engine(threads: 1)))
    _ = try set.job(output: "again").run(JobContext(engine: Engine(threads: 3)))
    let scores = try String(contentsOfFile: set.folder.file("out/scores.csv"), encoding: .utf8)
    #expect(
      try scores == String(contentsOfFile: set.folder.file("again/scores.csv"), encoding: .utf8))
    let table = try ScoreTable(csv: scores)
    #expect(table.pairs == result.pairs && table.folds == result.folds)
    func results(_ name: String) throws -> NSDictionary {
      let data = try Data(contentsOf: URL(fileURLWithPath: set.folder.file(name)))
      let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      return try #require(object["result"] as? NSDictionary)
    }
    let values = try results("out/results.json")
    #expect(try values == results("again/results.json"))
    for key in ["eer", "foldedAccuracy", "operatingPoints", "decision", "pairs", "warnings"] {
      #expect(values[key] != nil, "\(key)")
    }
    let page = try String(contentsOfFile: set.folder.file("out/report.html"), encoding: .utf8)
    for text in [
      "How accurate is it, fold by fold?", "Two people taken for one", "One person taken for two",
      "P_0_0001", "Taken from the cache", "standard error",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(page.components(separatedBy: "data:image/png").count > 20, "24 pairs of photos")
  }

  @Test("a list without folds is decided at the EER's threshold, with a warning")
  func oneFold() throws {
    let set = try RenderedProtocol()
    try set.write(
      "2\nP_0 1 2\nP_1 1 2\nP_0 1 P_1 1\nP_2 1 P_3 1\n", to: "dev.txt")
    try set.write(
      "img1,img2,same\nP_0/P_0_0001.png,P_0/P_0_0002.png,1\nP_1/P_1_0001.png,P_1/P_1_0002.jpg,1\n"
        + "P_0/P_0_0001.jpeg,P_1/P_1_0001,0\nP_2/P_2_0001.png,P_3/P_3_0001.png,0\n",
      to: "dev.csv")
    let results = try ["dev.txt", "dev.csv"].map { try set.run(set.job(pairs: $0)) }
    #expect(results[0].pairs == results[1].pairs, "endings are looked for")
    for result in results {
      #expect(result.folds == nil && result.verification.foldedAccuracy == nil)
      #expect(result.verification.decision.source == .testPairs)
      #expect(result.verification.warnings.contains(.thresholdChosenOnTestPairs))
      #expect(result.report.summary.warnings.contains { $0.contains("chosen on the pairs") })
      #expect(result.network?.embedded == 6)
    }
    let given = try set.run(set.job(pairs: "dev.csv", threshold: 0.25))
    #expect(given.verification.decision.source == .given)
    #expect(given.network?.hardestGenuine.allSatisfy { $0.threshold == 0.25 } == true)
    // Folds have thresholds of their own, so there the warning is beside the point.
    #expect(!(try set.run().report.summary.warnings.contains { $0.contains("chosen on") }))
  }

  @Test("images of the same bytes are embedded once and told of")
  func identical() throws {
    let set = try RenderedProtocol()
    func copy(_ a: (Int, Int), to b: (Int, Int)) throws {
      try FileManager.default.removeItem(atPath: set.file(b.0, b.1))
      try FileManager.default.copyItem(atPath: set.file(a.0, a.1), toPath: set.file(b.0, b.1))
    }
    // A genuine pair of one image, and an impostor pair (P_3 3, P_4 1) of one.
    try copy((0, 1), to: (0, 2))
    try copy((3, 3), to: (4, 1))
    let result = try set.run()
    #expect(result.network?.embedded == 34)
    #expect(result.pairs[0].score == 1)
    let warnings = result.verification.warnings
    #expect(warnings.contains(.identicalGenuinePairs(names: ["P_0_0001 and P_0_0002"])))
    #expect(warnings.contains(.identicalImpostorPairs(names: ["P_3_0003 and P_4_0001"])))
    #expect(result.report.summary.warnings.contains { $0.contains("a label is wrong") })
  }

  @Test("missing and damaged images cost their pairs, with a warning")
  func missing() throws {
    let set = try RenderedProtocol()
    // P_0 1 is in two pairs, P_5 3 in one.
    try FileManager.default.removeItem(atPath: set.file(0, 1))
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: set.file(5, 3)))
    let result = try set.run(set.job(output: "out"))
    let network = try #require(result.network)
    #expect((network.listed, network.missing) == (24, 3))
    #expect(result.pairs.count == 21 && result.folds?.count == 21)
    #expect(result.verification.warnings.first == .missingPairs(missing: 3, of: 24))
    #expect(result.report.summary.warnings.first?.hasPrefix("3 of 24 pairs are missing") == true)
    let page = try String(contentsOfFile: set.folder.file("out/report.html"), encoding: .utf8)
    #expect(page.contains("P_0/P_0_0001.jpg") && page.contains("no such file"))
    #expect(page.contains("P_5/P_5_0003.jpg"))
    let complete = try RenderedProtocol().run()
    let kept = complete.pairs.filter {
      !["P_0/P_0_0001.png", "P_5/P_5_0003.png"].contains($0.probe)
        && $0.reference != "P_0/P_0_0001.png"
    }
    #expect(result.pairs == kept)
    // More than half is too much; so is losing one kind altogether.
    for person in 0..<7 {
      for photo in 1...3 {
        try? FileManager.default.removeItem(atPath: set.file(person, photo))
      }
    }
    #expect {
      try set.run()
    } throws: { error in
      let text = "\(error)"
      return text.contains("pairs in \(set.list) lack an image")
        && text.contains("P_0/P_0_0001.jpg: no such file") && text.contains("Name/Name_0001.jpg")
        && Failure(error).kind == .badData
    }
    try set.write("1\nP_8 1 2\nP_8 1 X 1\n", to: "one.txt")
    #expect {
      try set.run(set.job(pairs: "one.txt"))
    } throws: {
      "\($0)".contains("no impostor pair of \(set.folder.file("one.txt"))")
    }
  }

  @Test(
    "a list that is none is refused with its line",
    arguments: [
      ("1 1\nP_0 1 2\nP_0 one P_1 1\n", "line 3: expected an impostor pair"),
      ("1 2\nP_0 1 2\nP_0 1 P_1 1\n", "lines after the first: expected 1 x 2 x 2, got 2"),
      ("", "there are no pairs"),
      ("img1,img2,same\nP_0/P_0_0001.png,P_0/P_0_0002.png,2\n", "line 2: same is \"2\""),
      (
        "img1,img2,same\nP_0/P_0_0001.png,P_0/P_0_0002.png,1\n../pairs.txt,P_0/P_0_0001.png,0\n",
        "line 3: the image \"../pairs.txt\" is not inside"
      ),
      (
        "img1,img2,same\nP_0/P_0_0001.png,P_0/P_0_0002.png,1\n/etc/passwd,P_0/P_0_0001.png,0\n",
        "line 3: the image \"/etc/passwd\" is not inside"
      ),
    ])
  func badLists(_ text: String, _ expected: String) throws {
    let set = try RenderedProtocol()
    try set.write(text, to: "bad.txt")
    #expect {
      try set.run(set.job(pairs: "bad.txt"))
    } throws: { error in
      "\(error)".contains(expected) && "\(error)".contains("bad.txt")
        && Failure(error).kind == .badData
    }
  }

  @Test("a folder or a list that isn't there")
  func nothing() throws {
    let set = try RenderedProtocol()
    for (pairs, images) in [(set.list, "/nowhere"), ("/nowhere", set.images), (set.list, set.list)]
    {
      let job = EvaluateJob(
        .network(.init(model: .file(set.model), pairs: pairs, images: images, cacheFolder: nil)),
        output: nil)
      #expect {
        try job.run(JobContext())
      } throws: {
        Failure($0).kind == .noInput
      }
    }
  }
}
