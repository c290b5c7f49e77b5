import FacetTestSupport
import Foundation
import Testing

extension WithNetwork {
  @Suite("Verification of a list of pairs") struct VerifyListTests {
    @Test("a list of pairs: rates, the worst with their maps, and removal curves; the same again")
    func list() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let people = try names(in: network.photos)
      var lines = ["img1,img2,same"]
      for (index, person) in people.enumerated() {
        let other = people[(index + 1) % people.count]
        for photo in 1...3 {
          lines.append("\(person)/000\(photo).png,\(person)/000\(photo + 3).png,1")
          lines.append("\(person)/000\(photo).png,\(other)/000\(photo + 3).png,0")
        }
      }
      try write(lines.joined(separator: "\n") + "\n", to: folder.file("pairs.csv"))
      func run(_ output: String, _ threads: String) throws -> JSON {
        let said = try VerifyProgram.run(
          folder.file(output), "--pairs", folder.file("pairs.csv"), "--images", network.photos,
          "--no-cache", "--worst", "2", "--sample", "6", "--methods", "additive,gradcam",
          "--threads", threads)
        #expect(said.contains("Deletion over 6 pairs.") && said.contains("Insertion over 6 pairs."))
        return try JSON(contentsOf: folder.file("\(output)/results.json"))
      }
      let results = try run("a", "2")
      let result = results.result
      #expect(result.pairs.listed.number == 24)
      #expect(result.genuine.number == 12)
      let explained = try #require(result.explained.count)
      #expect((2...6).contains(explained))
      #expect(try names(in: folder.file("a/maps")).count == 4 * explained)
      #expect(try names(in: folder.file("a/heatmaps")).count == 4 * explained)
      #expect(result.removal.pairs.number == 6 && result.removal.genuine.number == 3)
      let curves = try #require(result.removal.curves.count)
      #expect(
        (0..<curves).map { result.removal.curves[$0].order.string }
          == ["additive", "gradcam", "random map", "random pixels", "centre"])
      for i in 0..<curves {
        let curve = result.removal.curves[i]
        // All start at the clean accuracy, and end where nothing of the probe is left.
        for (a, b) in [(curve.deletion, curve.insertion)] {
          #expect(a.accuracy.count == 11)
          #expect(a.accuracy[0].number == b.accuracy[10].number)
          #expect(a.accuracy[10].number == b.accuracy[0].number)
        }
        #expect(
          curve.deletion.accuracy[0].number == result.removal.curves[0].deletion.accuracy[0].number)
      }
      let comparisons = result.removal.curves[0].comparisons
      #expect((0..<2).map { comparisons[$0].direction.string } == ["deletion", "insertion"])
      #expect(
        (0..<3).map { comparisons[1].controls[$0].name.string }
          == ["random map", "random pixels", "centre"])
      #expect(result.removal.curves[2].comparisons.count == 0)
      try VerifyProgram.checkManifest(
        result.files, folder.file("a"), pictures: 4 * explained, maps: 4 * explained)
      #expect(result.randomisation.methods.count == 2)
      #expect(try run("b", "1").result.canonical == result.canonical)
      let page = try text(folder.file("a/report.html"))
      #expect(page.contains("Do the maps find what counts?"))
      #expect(page.contains("Do the maps need the network?"))
      #expect(result.removal.thresholdSource.string == "testPairs")
      #expect(result.randomisation.faces.number == 6)
    }

    @Test("a list is decided at the threshold of scores, if they are this network's")
    func calibratedList() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let people = try names(in: network.photos)
      var lines = ["img1,img2,same"]
      for (index, person) in people.enumerated() {
        lines.append("\(person)/0001.png,\(person)/0004.png,1")
        lines.append("\(person)/0001.png,\(people[(index + 1) % people.count])/0004.png,0")
      }
      try write(lines.joined(separator: "\n") + "\n", to: folder.file("pairs.csv"))
      let asked = [
        "--pairs", folder.file("pairs.csv"), "--images", network.photos, "--no-cache", "--worst",
        "1", "--sample", "2", "--methods", "additive",
      ]
      func run(_ output: String, _ more: String...) throws -> FacetProgram.Outcome {
        try FacetProgram.run(
          ["verify", "--model", network.model, "--output", folder.file(output)] + asked + more)
      }
      let known = try run("a", "--scores", network.report + "/scores.csv")
      #expect(known.status == 0, "\(known.errors)")
      #expect(unwrapped(known.output).contains("at the threshold of the calibration pairs"))
      #expect(!unwrapped(known.output).contains("is not known"))
      let result = try JSON(contentsOf: folder.file("a/results.json")).result
      #expect(result.decision.source.string == "developmentSet")
      #expect(result.removal.thresholdSource.string == "developmentSet")
      #expect(result.removal.threshold.number == result.decision.threshold.number)
      // Without the results beside it nothing is known of the table, with another's it is refused.
      try copy(network.report + "/scores.csv", to: folder.file("scores/scores.csv"))
      let unknown = try run("b", "--scores", folder.file("scores/scores.csv"))
      #expect(unwrapped(unknown.output).contains("is not known"))
      try write(
        #"{"provenance": {"sha256": {"model": "0123456789abcdef"}}}"#,
        to: folder.file("scores/results.json"))
      let other = try run("c", "--scores", folder.file("scores/scores.csv"))
      #expect(
        other.status == 65 && unwrapped(other.errors).contains("computed by another model file"))
      #expect(try names(in: folder.path).contains("c") == false)
      let again = try run("d", "--calibration", folder.file("pairs.csv"))
      #expect(again.status == 0, "\(again.errors)")
      #expect(
        try JSON(contentsOf: folder.file("d/results.json")).result.decision.source.string
          == "developmentSet")
    }
  }
}
