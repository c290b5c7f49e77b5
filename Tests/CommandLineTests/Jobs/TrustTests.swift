import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// `facet trust`, end to end.
  @Suite("Trust") struct TrustTests {
    @Test("with photos: figures, controls, truth, and a label in every picture that needs one")
    func photos() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      try scenes(network, folder.file("scenes"))
      let said = try FacetProgram.succeed(
        "trust", "--model", network.model, "--data", network.photos, "--output",
        folder.file("trust"), "--images", "6", "--methods", "gradcam,guided-backprop", "--seed",
        TrainedNetwork.seed, "--scenes", folder.file("scenes"))
      #expect(said.contains("Open \(folder.file("trust"))/report.html"))
      let results = try JSON(contentsOf: folder.file("trust/results.json"))
      #expect(results.command.string == "trust")
      #expect(results.provenance.sha256.keys == ["data", "model"])
      let result = results.result
      #expect(result.drawn.photos.number == 6 && result.drawn.recognised.number != nil)
      #expect(result.real.photos.number == 6)
      #expect(result.controls.count == 5 && result.methods.count == 2)
      for index in 0..<4 {
        let control = result.controls[index]
        let infidelity = try #require(control.drawn.infidelity["value"].number)
        #expect(0...1 ~= infidelity && control.real.infidelity["value"].number != nil)
        let sensitivity = try #require(control.maxSensitivity["value"].number)
        #expect((sensitivity == 0) == (control.control.string == "centre"))
      }
      // Area alone orders no pixels.
      #expect(result.controls[4].drawn.value == nil && result.controls[4].groundTruth.value != nil)
      #expect(result.budget.value == nil && result.parts.count == 7)
      for index in 0..<7 {
        #expect(result.parts[index].used.number == result.parts[index].planned.number)
      }
      for index in 0..<2 {
        let method = result.methods[index]
        #expect(method.randomisation.stages.count == 5)
        #expect(method.drawn.road["value"].number != nil)
        #expect(
          method.drawn.aboveControls.keys == [
            "centre", "edges", "inverted", "randomMap", "randomPixels",
          ])
        #expect(method.groundTruth.partOrderAboveControls.keys.contains("uniform"))
        // Four people decide nothing, and so nothing is claimed.
        #expect(method.verdict.won.number == 0 && method.verdict.lost.number == 0)
        #expect(method.verdict.level.string == "doubt" && method.tests.count == 4)
        #expect(method.tests[0].comparison.p.number == nil)
        #expect(method.options.value != nil)
        #expect(method.groundTruth.partOrder["value"].number != nil)
        #expect(method.drawnRegions.regions.count ?? 0 >= 6)
        #expect(method.verdict.sentence.string?.hasSuffix(".") == true)
        for scores in [method.drawn, method.real] {
          #expect(
            scores.infidelityBelowControls.keys == ["centre", "edges", "randomMap", "randomPixels"])
        }
        #expect(
          method.sensitivityBelowControls.keys == ["centre", "edges", "randomMap", "randomPixels"])
        let name = try #require(method.method.string)
        let map = try NumPyArray.read(folder.file("trust/maps/drawn-1-\(name).npy"))
        #expect(map.shape == (name == "gradcam" ? [12, 12] : [3, 96, 96]))
        // A picture with a label is enlarged until the text can be read.
        let picture = try bytes(folder.file("trust/heatmaps/photos-1-\(name).png"))
        let width = Int(picture[18]) << 8 | Int(picture[19])
        let isLabelled = try #require(method.labels.count) > 0
        #expect(width == (isLabelled ? 288 : 96))
      }
      let files = try (0..<#require(result.files.count)).map {
        try #require(result.files[$0].file.string)
      }
      #expect(try files.sorted() == names(in: folder.file("trust/maps")).map { "maps/" + $0 })
      #expect(result.maps[0].layer.string == "features.block4.relu")
      // Half of the boxes hold the whole scene and the others a corner pixel.
      let pointing = result.pointing
      #expect(pointing.scenes.number == 4 && pointing.people.number == 4)
      #expect(pointing.skipped.number == 1)
      #expect(abs((pointing.boxArea.number ?? 0) - 0.5) < 0.01)
      #expect(pointing.methods.count == 2 && pointing.controls.count == 4)
      for index in 0..<2 { #expect(pointing.methods[index].hits.number ?? 0 >= 2) }
      for index in 0..<4 {
        let control = pointing.controls[index]
        #expect(control.map.string != "centre" || control.hits.number == 2)
        #expect(try #require(control.inside["value"].number) < 0.52)
      }
      let page = try String(decoding: bytes(folder.file("trust/report.html")), as: UTF8.self)
      #expect(
        page.contains("Does it point at the face?") && page.contains("1 picture of the table"))
      #expect(try names(in: folder.path) == ["scenes", "trust"])
    }

    /// Photos of four people with boxes of all or of next to nothing, and one that isn't there.
    private func scenes(_ network: TrainedNetwork, _ folder: String) throws {
      var table = "file,identity,x0,y0,x1,y1\nabsent.png,ada,0,0,1,1\n"
      for (index, person) in try names(in: network.photos).enumerated() {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(person)", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: "\(network.photos)/\(person)/0001.png", toPath: "\(folder)/\(person)/1.png")
        let end = index % 2 == 0 ? 63 : 0
        table += "1.png,\(person),0,0,\(end),\(end)\n"
      }
      try table.write(toFile: folder + "/boxes.csv", atomically: true, encoding: .utf8)
    }

    @Test("enough people decide: guided backprop is labelled in every one of its pictures")
    func labelled() throws {
      let folder = try TemporaryFolder()
      try FacetProgram.succeed(
        "faces", "render", "--output", folder.file("faces"), "--people", "9", "--photos", "4",
        "--size", "64", "--seed", "5")
      try FacetProgram.succeed(
        "train", "--data", folder.file("faces/photos"), "--output",
        folder.file("small.safetensors"), "--epochs", "1", "--seed", "5")
      // Another seed: the people are still those of the training.
      try FacetProgram.succeed(
        "trust", "--model", folder.file("small.safetensors"), "--output", folder.file("trust"),
        "--images", "9", "--methods", "guided-backprop", "--seed", "6")
      let result = try JSON(contentsOf: folder.file("trust/results.json")).result
      #expect(result.drawn.world.number == 5 && result.drawn.people.number == 9)
      let method = result.methods[0]
      #expect(method.labels[0].string == "ignoresWeights")
      #expect(method.verdict.level.string == "reject")
      #expect(
        method.verdict.sentence.string?.hasPrefix("Much the same with random weights") == true)
      #expect(method.randomisation.magnitude.interval.low.number ?? 0 >= 0.5)
      #expect(method.randomisation.floor["value"].number != nil)
      #expect(method.tests[0].comparison.p.number != nil)
      for photo in 1...4 {
        let picture = try bytes(
          folder.file("trust/heatmaps/drawn-\(photo)-guided-backprop.png"))
        #expect(Int(picture[18]) << 8 | Int(picture[19]) == 288)
      }
      let page = try String(decoding: bytes(folder.file("trust/report.html")), as: UTF8.self)
      #expect(page.contains("ignores the weights"))
    }

    @Test("without photos, the same bytes with any number of threads; a budget is kept to and told")
    func again() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      for (name, threads) in [("one", "1"), ("two", "2")] {
        try FacetProgram.succeed(
          "trust", "--model", network.model, "--output", folder.file(name), "--images", "4",
          "--methods", "layercam", "--threads", threads)
      }
      let first = try JSON(contentsOf: folder.file("one/results.json")).result
      #expect(
        try first.canonical == JSON(contentsOf: folder.file("two/results.json")).result.canonical)
      #expect(first.real.value == nil)
      for file in try listing(folder.file("one")) where file.hasSuffix(".npy") {
        #expect(try bytes(folder.file("one/\(file)")) == bytes(folder.file("two/\(file)")))
      }
      try FacetProgram.succeed(
        "trust", "--model", network.model, "--output", folder.file("short"), "--images", "12",
        "--methods", "layercam", "--budget", "0.001")
      let short = try JSON(contentsOf: folder.file("short/results.json")).result
      #expect(short.drawn.photos.number == 4 && short.budget.number == 0.001)
      // One round of each, whatever it takes; the swaps played depend on those found.
      var used: [String: Double] = [:]
      for index in 0..<(short.parts.count ?? 0) {
        let part = short.parts[index]
        let (name, count) = (try #require(part.part.string), part.used.number)
        used[name] = count
      }
      let swaps = used.removeValue(forKey: "swapGame")
      #expect(try #require(swaps) <= 4)
      #expect(
        used == [
          "drawnFaces": 4, "partRemoval": 2, "swapSearch": 2, "randomWeights": 3, "sensitivity": 2,
        ])
      #expect(short.methods[0].maxSensitivity.images.number == 2)
      #expect(short.methods[0].groundTruth.partOrder.images.number.map { $0 <= 2 } == true)
      let page = try text(folder.file("short/report.html"))
      #expect(page.contains("faithfulness on drawn faces used 4 of 12 drawn faces"))
      #expect(page.contains("cut by the budget"))
    }

    @Test("options without sense are refused before anything is written")
    func refusals() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      for (option, value) in [("--images", "1"), ("--budget", "0"), ("--methods", "gradcan")] {
        try FacetProgram.refuse(
          64, "trust", "--model", network.model, "--output", folder.file("out"), option, value)
      }
      #expect(try names(in: folder.path) == [])
    }
  }
}
