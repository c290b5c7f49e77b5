import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// What doesn't need a network.
@Suite("Evaluate, asked wrongly") struct EvaluateUsageTests {
  @Test(
    "options that don't go together are refused by name",
    arguments: [
      ([], "give either --scores FILE, or a network, --pairs FILE and --images FOLDER"),
      (["--scores", "a.csv", "--pairs", "b"], "it can't go with --pairs"),
      (["--scores", "a.csv", "--model", "b"], "it can't go with --model"),
      (["--scores", "a.csv", "--no-cache"], "it can't go with --no-cache"),
      (["--model", "a"], "--pairs FILE is missing"),
      (["--model", "a", "--pairs", "b"], "--images FOLDER is missing"),
      (
        ["--pairs", "a", "--images", "b"], "give either --model FILE or --arch NAME --weights FILE"
      ),
      (
        ["--model", "a", "--arch", "small", "--pairs", "b", "--images", "c"],
        "give either --model FILE or --arch NAME --weights FILE"
      ),
      (["--arch", "small", "--pairs", "b", "--images", "c"], "--arch and --weights go together"),
    ])
  func usage(_ arguments: [String], _ expected: String) throws {
    let outcome = try FacetProgram.run(["evaluate"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(expected), "\(outcome.errors)")
  }

  @Test("a table with folds is decided fold by fold")
  func folds() throws {
    let folder = try TemporaryFolder()
    try write(
      "fold,img1,img2,same,cosine\n1,a/1,a/2,1,0.9\n1,a/1,b/1,0,0.5\n2,c/1,c/2,1,0.8\n"
        + "2,c/1,d/1,0,0.3\n3,e/1,e/2,1,0.4\n3,e/1,f/1,0,0.6\n", to: folder.file("scores.csv"))
    let said = try FacetProgram.succeed(
      "evaluate", "--scores", folder.file("scores.csv"), "--output", folder.file("out"))
    #expect(said.contains(/Accuracy +50.00% +± 0.00% standard error, mean of 3 folds of 2 pairs/))
    let results = try JSON(contentsOf: folder.file("out/results.json")).result
    #expect(results.foldedAccuracy.mean.number == 0.5)
    #expect(results.foldedAccuracy.folds.count == 3)
    #expect(results.foldedAccuracy.folds[1].threshold.number == 0.9)
  }
}

extension WithNetwork {
  @Suite("Evaluation of a network") struct EvaluateTests {
    /// All pairs of the first photos of each of the four people, in two folds.
    private func list(_ folder: TemporaryFolder) throws -> String {
      let people = try names(in: TrainedNetwork.shared().photos)
      var lines = ["fold,img1,img2,same"]
      for (index, person) in people.enumerated() {
        let other = people[index % 2 == 0 ? index + 1 : index - 1]
        for photo in 1...4 {
          let name = "\(person)/000\(photo).png"
          lines.append("\(index / 2 + 1),\(name),\(person)/000\(photo + 1).png,1")
          lines.append("\(index / 2 + 1),\(name),\(other)/000\(photo + 1).png,0")
        }
      }
      let path = folder.file("pairs.csv")
      try write(lines.joined(separator: "\n") + "\n", to: path)
      return path
    }

    @Test("a model file, and its table of scores by itself, give the same rates")
    func model() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let said = try FacetProgram.succeed(
        "evaluate", "--model", network.model, "--pairs", list(folder), "--images", network.photos,
        "--no-cache", "--output", folder.file("out"))
      #expect(said.contains("standard error, mean of 2 folds of 16 pairs"))
      #expect(said.contains("Open \(folder.file("out"))/report.html"))
      #expect(said.contains("The network was trained on"))
      let results = try JSON(contentsOf: folder.file("out/results.json"))
      #expect(results.provenance.sha256.keys == ["images", "model", "pairs"])
      #expect(results.result.pairs.listed.number == 32)
      #expect(results.result.pairs.images.number == 20)
      try FacetProgram.succeed(
        "evaluate", "--scores", folder.file("out/scores.csv"), "--output", folder.file("again"))
      let again = try JSON(contentsOf: folder.file("again/results.json")).result
      for key in ["eer", "eerInterval", "foldedAccuracy", "operatingPoints", "decision", "auc"] {
        #expect(again[key].canonical == results.result[key].canonical, "\(key)")
        #expect(again[key].value != nil, "\(key)")
      }
      #expect(
        try FacetProgram.refuse(
          73, "evaluate", "--scores", folder.file("out/scores.csv"), "--output", folder.file("out")
        ).contains("--force"))
      #expect(try names(in: folder.path) == ["again", "out", "pairs.csv"])
    }

    @Test("another process finds the kept embeddings")
    func cache() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let list = try list(folder)
      func run(_ output: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try FacetProgram.path())
        process.arguments = [
          "evaluate", "--model", network.model, "--pairs", list, "--images", network.photos,
          "--output", folder.file(output),
        ]
        process.environment = ["FACET_CACHE": folder.file("cache"), "LANG": "C.UTF-8"]
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
      }
      /// How many images a page says were embedded and taken from the cache.
      func counts(_ output: String) throws -> [String] {
        let page = try text(folder.file("\(output)/report.html"))
        return try ["Embedded now", "Taken from the cache"].map { term in
          let start = try #require(page.range(of: term)).upperBound
          return String(page[start...].drop { !$0.isNumber }.prefix { $0.isNumber })
        }
      }
      #expect(try run("first") == 0)
      #expect(try counts("first") == ["20", "0"])
      let kept = try names(in: folder.file("cache/embeddings"))
      #expect(kept.count == 1)
      #expect(try run("second") == 0)
      #expect(try counts("second") == ["0", "20"])
      #expect(try names(in: folder.file("cache/embeddings")) == kept)
      let results = try ["first", "second"].map {
        try JSON(contentsOf: folder.file("\($0)/results.json")).result.canonical
      }
      #expect(results[0] == results[1])
    }

    @Test("what can't be used is refused with the file's name")
    func refused() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let list = try list(folder)
      #expect(
        try FacetProgram.refuse(
          65, "evaluate", "--model", network.model, "--pairs", list, "--images", folder.path,
          "--no-cache"
        ).contains("32 of the 32 pairs in \(list) lack an image"))
      try FacetProgram.refuse(
        66, "evaluate", "--model", network.model, "--pairs", list, "--images",
        folder.file("nothing"), "--no-cache")
      try FacetProgram.refuse(
        66, "evaluate", "--model", folder.file("nothing"), "--pairs", list, "--images",
        network.photos, "--no-cache")
      try write("2 300\nAnn 1 2\n", to: folder.file("pairs.txt"))
      #expect(
        try FacetProgram.refuse(
          65, "evaluate", "--model", network.model, "--pairs", folder.file("pairs.txt"),
          "--images", network.photos, "--no-cache"
        ).contains("\(folder.file("pairs.txt")): lines after the first: expected 2 x 2 x 300"))
    }
  }
}
