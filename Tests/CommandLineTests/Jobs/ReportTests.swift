import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// `facet report` and what follows from its files.
  @Suite("Report") struct ReportTests {
    @Test("results.json has its keys, and its digest is the model file's")
    func keys() throws {
      let network = try TrainedNetwork.shared()
      let results = try JSON(contentsOf: network.report + "/results.json")
      #expect(results.keys == ["command", "facet", "provenance", "result", "schema"])
      #expect(results.schema.number == 1)
      #expect(results.command.string == "report")
      #expect(
        try results.facet.string
          == FacetProgram.succeed("--version").trimmingCharacters(
            in: .newlines))
      let provenance = results.provenance
      #expect(provenance.keys == ["machine", "options", "seconds", "seed", "sha256"])
      #expect(provenance.seed.number == Double(TrainedNetwork.seed))
      #expect(provenance.options.images.string == "4")
      #expect(provenance.options.methods.string == "gradcam,guided-backprop,deconvolution")
      #expect(provenance.machine.string?.contains("cores") == true)
      #expect(provenance.sha256.keys == ["data", "model"])
      #expect(
        try provenance.sha256.model.string == SHA256Digest(of: bytes(network.model)).hex)
      #expect(
        results.result.keys == [
          "classification", "controls", "conversion", "maps", "methods", "photos", "skipped",
          "trainedOn", "verification",
        ])
      let parts = try network.parts()
      #expect(parts.train + parts.calibration + parts.test == 40)
      #expect(parts.test >= 8)
      #expect(results.result.trainedOn.number == Double(parts.train))
      #expect(results.result.classification.images.number == Double(parts.test))
    }

    @Test("tables and results tell the same")
    func tables() throws {
      let network = try TrainedNetwork.shared()
      let results = try JSON(contentsOf: network.report + "/results.json").result
      let predictions = try text(network.report + "/predictions.csv").split(separator: "\n")
      #expect(predictions[0] == "image,label,predicted,probability")
      let count = try network.parts().test
      #expect(predictions.count == 1 + count)
      let right = predictions.dropFirst().count { line in
        let fields = line.split(separator: ",")
        #expect(fields[0].hasPrefix(fields[1] + "/"))
        return fields[1] == fields[2]
      }
      #expect(results.classification.accuracy.successes.number == Double(right))
      let scores = try text(network.report + "/scores.csv").split(separator: "\n")
      #expect(scores[0] == "probe,reference,same,score")
      #expect(scores.count == 1 + count * (count - 1) / 2)
      let verification = results.verification
      let pairs = try #require(verification.genuine.number) + #require(verification.impostor.number)
      #expect(pairs == Double(scores.count - 1))
    }

    @Test("every map of the results is there and has the method's shape")
    func maps() throws {
      let network = try TrainedNetwork.shared()
      let result = try JSON(contentsOf: network.report + "/results.json").result
      let photos = result.photos
      let count = try #require(photos.count)
      #expect(count >= 4)
      // What the maps are of, and that the evidence stands beside every control.
      #expect(result.maps.count == 4 && result.controls.count == 4)
      #expect(result.maps[0].layer.string == "features.block4.relu")
      #expect(result.maps[1].layer.value == nil && result.maps[1].objective.string != nil)
      #expect(
        result.methods[0].faithfulness.aboveControls.keys == [
          "centre", "edges", "randomMap", "randomPixels",
        ])
      // The page says under a map what the results say.
      let figures = photos[0].figures.gradcam
      let (own, centre) = try (
        #require(figures.deletion.number), #require(photos[0].centreDeletion.number)
      )
      let said = String(format: "<dd>%.2f (%.2f)</dd>", own, centre)
      #expect(try text(network.report + "/report.html").contains(said))
      for index in 0..<count {
        let maps = photos[index].maps
        #expect(
          maps.keys == [
            "deconvolution-autograd", "deconvolution-zeiler-fergus", "gradcam", "guided-backprop",
          ])
        for method in maps.keys {
          let path = try #require(maps[method].string)
          let map = try NumPyArray.read("\(network.report)/\(path)")
          #expect(map.shape == (method == "gradcam" ? [12, 12] : [3, 96, 96]), "\(method)")
          let picture = path.replacing("maps/", with: "heatmaps/").replacing(".npy", with: ".png")
          #expect(FileManager.default.fileExists(atPath: "\(network.report)/\(picture)"))
        }
      }
    }

    @Test("evidence within a budget is of the first photos, and says of how many")
    func budget() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let output = folder.file("report")
      try FacetProgram.succeed(
        "report", "--model", network.model, "--data", network.photos, "--output", output,
        "--methods", "gradcam", "--images", "6", "--budget", "0.001")
      let results = try JSON(contentsOf: output + "/results.json")
      let budget = results.result.budget
      #expect(budget.seconds.number == 0.001 && budget.parts.count == 3)
      let test = Double(try network.parts().test)
      for (index, used) in [4.0, 4, 3].enumerated() {
        #expect(budget.parts[index].used.number == used)
        #expect(budget.parts[index].planned.number.map { 6...24 ~= $0 && $0 <= test } == true)
      }
      let method = results.result.methods[0]
      #expect(method.randomisation.mean.images.number.map { $0 <= 3 } == true)
      #expect(method.faithfulness.deletion.images.number == 4)
      let page = try text(output + "/report.html")
      #expect(page.contains("deletion and insertion used 4 of"))
      #expect(page.contains("(deletion and insertion) and 3 of"))
      try FacetProgram.refuse(
        64, "report", "--model", network.model, "--data", network.photos, "--output",
        folder.file("no"), "--budget", "-1")
    }

    @Test("scores.csv by itself gives the report's error rates")
    func evaluate() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let said = try FacetProgram.succeed(
        "evaluate", "--scores", network.report + "/scores.csv", "--output", folder.file("out"),
        "--seed", TrainedNetwork.seed)
      #expect(said.contains("Open \(folder.file("out"))/report.html"))
      let results = try JSON(contentsOf: folder.file("out/results.json"))
      #expect(results.command.string == "evaluate")
      #expect(
        try results.provenance.sha256.data.string
          == SHA256Digest(of: bytes(network.report + "/scores.csv")).hex)
      let verification = try JSON(contentsOf: network.report + "/results.json").result.verification
      for key in ["eer", "eerInterval", "auc", "genuine", "impostor", "dPrime"] {
        #expect(results.result[key].canonical == verification[key].canonical, "\(key)")
        #expect(results.result[key].value != nil, "\(key)")
      }
      let printed = try FacetProgram.succeed(
        "evaluate", "--scores", network.report + "/scores.csv", "--threshold", "0.5")
      #expect(printed.contains("EER"))
      #expect(try names(in: folder.path) == ["out"])
    }

    @Test("photos the model was trained on are refused when there are no others")
    func onlyTrained() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let trained = Set(try #require(network.record().train.value as? [String]))
      for file in try listing(network.photos) where file.hasSuffix(".png") {
        let photo = "\(network.photos)/\(file)"
        guard try trained.contains(SHA256Digest(of: bytes(photo)).hex) else { continue }
        try copy(photo, to: folder.file("set/\(file)"))
      }
      #expect(
        try FacetProgram.refuse(
          65, "report", "--model", network.model, "--data", folder.file("set"), "--output",
          folder.file("report")
        ).contains("every photo in \(folder.file("set")) was used to train this model"))
      #expect(try names(in: folder.path) == ["set"])
    }

    @Test(
      "the page opens in a browser without a request or an error",
      .enabled(if: Browser.path != nil, "no chromium on the PATH"))
    func browser() throws {
      let page = try text(TrainedNetwork.shared().report + "/report.html")
      let visit = try Browser.visit(
        page,
        script: """
          const all = (s) => [...document.querySelectorAll(s)];
          say('requests ' + performance.getEntriesByType('resource').filter((e) => !e.name.startsWith('data:')).length);
          say('empty ' + all('img').filter((i) => !i.src.startsWith('data:image/png') && i.closest('#zoom') === null).length);
          say('broken ' + all('img').filter((i) => i.src && i.complete && i.naturalWidth === 0).length);
          say('overflow ' + (document.documentElement.scrollWidth > innerWidth));
          say('ids ' + (new Set(all('[id]').map((e) => e.id)).size === all('[id]').length));
          say('pictures ' + (all('img').length > 4));
          """)
      #expect(visit.messages == [])
      #expect(
        visit.said == [
          "requests 0", "empty 0", "broken 0", "overflow false", "ids true", "pictures true",
        ])
    }
  }
}
