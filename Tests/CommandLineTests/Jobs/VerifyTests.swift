import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// What doesn't need a network.
@Suite("Verify, asked wrongly") struct VerifyUsageTests {
  @Test(
    "options that don't go together are refused by name",
    arguments: [
      ([], "give two photos, or --pairs FILE and --images FOLDER; there is none"),
      (["a.png"], "there is 1"),
      (["a.png", "b.png", "c.png"], "there are 3"),
      (["a.png", "b.png", "--pairs", "p"], "give either two photos or --pairs, not both"),
      (["--pairs", "p"], "--pairs FILE needs --images FOLDER"),
      (["--pairs", "p", "--images", "i", "--scores", "s", "--calibration", "c"], "not both"),
      (["--pairs", "p", "--images", "i", "--worst", "0"], "--worst must be at least 1"),
      (["--pairs", "p", "--images", "i", "--sample", "1"], "--sample must be at least 2"),
      (["a.png", "b.png", "--worst", "3"], "--worst is for --pairs"),
      (["a.png", "b.png", "--sample", "3"], "--sample is for --pairs"),
      (["a.png", "b.png", "--scores", "s", "--calibration", "c"], "not both"),
      (
        ["a.png", "b.png", "--calibration", "c"],
        "--calibration FILE and --images FOLDER go together"
      ),
      (["a.png", "b.png", "--images", "i"], "--calibration FILE and --images FOLDER go together"),
      (["a.png", "b.png", "--methods", "gradcm"], "did you mean 'gradcam'?"),
      (
        ["a.png", "b.png", "--methods", "corrrise", "--layer", "x"],
        "--layer is for --methods gradcam"
      ),
      (["a.png", "b.png", "--masks", "1"], "--masks must be at least 2"),
      (["a.png", "b.png", "--budget", "0"], "--budget must be a number of seconds above 0"),
      (
        ["a.png", "b.png", "--methods", "gradcam", "--budget", "3"],
        "--budget is for methods that may stop early (corrrise and occlusion)"
      ),
      (["--pairs", "p", "--images", "i", "--budget", "3"], "--budget is for two photos"),
    ])
  func usage(_ arguments: [String], _ expected: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try FacetProgram.run(
      ["verify", "--model", "m.safetensors", "--output", folder.file("out")] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(expected), "\(outcome.errors)")
    #expect(try names(in: folder.path).isEmpty)
  }
}

extension WithNetwork {
  @Suite("Verification of a pair") struct VerifyTests {
    @Test("two photos and a table of scores: decision, maps on both faces, and their evidence")
    func pair() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let output = folder.file("out")
      let other = network.photos + "/ada/0002.png"
      let said = try VerifyProgram.run(
        output, network.photo, other, "--scores", network.report + "/scores.csv")
      #expect(said.contains(/Cosine +.?[01]\.\d{4}/))
      #expect(said.contains("Threshold") && said.contains("FNMR at the threshold"))
      #expect(said.contains("No alignment was done"))
      #expect(!said.contains("another model file"))
      let results = try JSON(contentsOf: output + "/results.json")
      #expect(results.command.string == "verify")
      #expect(results.provenance.sha256.keys == ["data", "first", "model", "second"])
      let result = results.result
      let cosine = try #require(result.cosine.number)
      let threshold = try #require(result.threshold["value"].number)
      #expect(result.decision.string == (cosine >= threshold ? "accepted" : "rejected"))
      #expect(result.methods.count == 4)
      let expected = ["first", "second"].flatMap { face in
        ["additive", "corrrise", "gradcam", "occlusion"].map { "\(face)-\($0)" }
      }
      #expect(try names(in: output + "/maps") == expected.map { $0 + ".npy" })
      #expect(
        try names(in: output + "/heatmaps")
          == expected.flatMap { ["\($0)-dissimilarity.png", "\($0)-similarity.png"] })
      // The raw map and the remainder in the results make up the cosine.
      for (place, face) in ["first", "second"].enumerated() {
        let map = try NumPyArray.read(output + "/maps/\(face)-additive.npy")
        let sum = map.scalars.reduce(0.0) { $0 + Double($1) }
        let remainder = try #require(result.methods[1].maps[place].remainder.number)
        #expect(abs(sum + remainder - cosine) <= 1e-5)
      }
      #expect(result.removal.count == 2)
      #expect(result.removal[0].methods.count == 4)
      #expect(result.removal[1].controls.randomMaps.low.number != nil)
      #expect(result.removal[0].methods[0].similarity.reading.string != nil)
      try VerifyProgram.checkManifest(result.files, output, pictures: 16, maps: 8)
      #expect(result.randomisation.methods.count == 4 && result.randomisation.faces.number == 2)
      let page = try text(output + "/report.html")
      #expect(page.contains("What speaks for one person?") && page.contains("What speaks against?"))
      #expect(!page.contains("predicted <b>"))
      #expect(page.contains("Nothing was detected"))
    }

    @Test("the order of the photos only changes places; without a calibration there is no decision")
    func undecided() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let other = network.photos + "/ada/0002.png"
      let said = try VerifyProgram.run(
        folder.file("a"), network.photo, other, "--methods", "additive,gradcam")
      #expect(said.contains("No decision: without calibration pairs there is no threshold."))
      #expect(!said.contains("Threshold  "))
      _ = try VerifyProgram.run(
        folder.file("b"), other, network.photo, "--methods", "gradcam,additive", "--threads", "1")
      for method in ["additive", "gradcam"] {
        #expect(
          try bytes(folder.file("a/maps/first-\(method).npy"))
            == bytes(folder.file("b/maps/second-\(method).npy")))
      }
      let result = try JSON(contentsOf: folder.file("a/results.json")).result
      #expect(result.decision.string == nil && result.threshold["value"].number == nil)
      #expect(try names(in: folder.file("a/maps")).count == 4)
    }

    @Test(
      "an embedding that is no sum over cells goes without the additive map, unless it is asked for"
    )
    func notAdditive() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let photo = network.photos + "/ada/0003.png"
      _ = try VerifyProgram.run(folder.file("out"), network.photo, photo, "--embedding", "relu")
      let result = try JSON(contentsOf: folder.file("out/results.json")).result
      #expect(result.methods.count == 3)
      #expect(result.refused.keys == ["additive"])
      #expect(try text(folder.file("out/report.html")).contains("Additive map can&#39;t be had"))
      let asked = try FacetProgram.refuse(
        64, "verify", "--model", network.model, network.photo, photo, "--embedding", "relu",
        "--methods", "additive", "--output", folder.file("none"))
      #expect(asked.contains("'relu' (relu) is not linear"))
    }

    @Test("a budget is kept to, and the page says of how many windows a map is")
    func budget() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let photos = try listing(network.photos).filter { $0.hasSuffix(".png") }
        .map { "\(network.photos)/\($0)" }
      _ = try VerifyProgram.run(
        folder.file("out"), photos[0], photos[1], "--methods", "occlusion,corrrise", "--budget",
        "0.000001")
      let results = try JSON(contentsOf: folder.file("out/results.json"))
      #expect(results.provenance.options.budget.string == "1e-06 s")
      // 96 pixels under windows of 13, moved by 12 where 6 was asked for; masks are one round.
      for (index, samples) in [64.0, 24].enumerated() {
        let maps = results.result.methods[index].maps
        #expect(maps[0].samples.number == samples && maps[1].samples.number == samples)
      }
      #expect(results.result.methods[0].options["stride asked for"].string == "6x6")
      let page = try text(folder.file("out/report.html"))
      #expect(page.contains("Occlusion is of 64 and 64 windows"))
      #expect(page.contains("CorrRISE is of 24 and 24 of 24 masks"))
    }

    @Test("photos that aren't there or are no pictures are refused, and nothing is left")
    func refused() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      try write("no picture", to: folder.file("text.png"))
      func refuse(_ status: Int32, _ photo: String, _ more: String...) throws -> String {
        let outcome = try FacetProgram.run(
          [
            "verify", "--model", network.model, "--output", folder.file("out"), network.photo,
            photo,
          ]
            + more)
        #expect(outcome.status == status)
        #expect(outcome.output == "")
        #expect(try names(in: folder.path) == ["text.png"])
        return outcome.errors
      }
      #expect(try refuse(66, folder.file("none.png")).contains("none.png"))
      #expect(try refuse(65, folder.file("text.png")).contains("text.png"))
      #expect(try refuse(66, network.photo, "--scores", "none.csv").contains("none.csv"))
      #expect(try refuse(64, network.photo, "--layer", "featurs").contains("features"))
    }
  }
}
