import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// The jobs beside the report, end to end.
  @Suite("Jobs") struct JobTests {
    @Test("crops")
    func crops() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let said = try FacetProgram.succeed(
        "crops", "--model", network.model, "--data", network.photos, "--output",
        folder.file("crops"), "--images", "2")
      #expect(said.contains("Open \(folder.file("crops"))/report.html"))
      let results = try JSON(contentsOf: folder.file("crops/results.json"))
      #expect(results.command.string == "crops")
      #expect(results.keys == ["command", "facet", "provenance", "result", "schema"])
      #expect(results.provenance.sha256.keys == ["data", "model"])
      #expect(results.result.heatmaps.count == 2)
      for index in 0..<2 {
        let maps = results.result.heatmaps[index].maps
        #expect(maps.count == 5)
        for position in 0..<5 {
          let map = try NumPyArray.read(
            folder.file("crops/\(#require(maps[position].string))"))
          #expect(map.shape.rank == 2)
        }
      }
      #expect(try names(in: folder.path) == ["crops"])
    }

    @Test("a fully convolutional network gives the same logits, and a report of its own")
    func convert() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let converted = folder.file("dense.safetensors")
      let said = try FacetProgram.succeed(
        "convert", "--fully-convolutional", network.model, converted)
      #expect(said.contains("embedding, classifier: convolutions, the first of 6x6"))
      #expect(said.contains("T6 reshaped back: the same bits"))
      for (name, model) in [("own", network.model), ("dense", converted)] {
        try FacetProgram.succeed(
          "predict", "--model", model, "--input", network.photos, "--output",
          folder.file("\(name).npy"))
      }
      let own = try NumPyArray.read(folder.file("own.npy"))
      let dense = try NumPyArray.read(folder.file("dense.npy"))
      #expect(own.shape == dense.shape)
      #expect(own.zip(dense) { abs($0 - $1) }.maximum < 1e-4)
      #expect(own.maximum > own.minimum)
      try FacetProgram.succeed(
        "report", "--model", converted, "--data", network.photos, "--output",
        folder.file("report"), "--methods", "gradcam", "--images", "1")
      let accuracy = try [network.report, folder.file("report")].map {
        try JSON(contentsOf: $0 + "/results.json").result.classification.accuracy.canonical
      }
      #expect(accuracy[0] == accuracy[1])
      #expect(
        try FacetProgram.refuse(
          65, "convert", "--fully-convolutional", converted, folder.file("twice.safetensors")
        ).hasPrefix("Error: "))
      #expect(
        try names(in: folder.path) == ["dense.npy", "dense.safetensors", "own.npy", "report"])
    }

    @Test("inspection prints what --json says")
    func inspect() throws {
      let network = try TrainedNetwork.shared()
      let text = try FacetProgram.succeed("inspect", network.model)
      let json = try JSON(text: FacetProgram.succeed("inspect", network.model, "--json"))
      #expect(json.keys == ["card", "layers", "multiplyAccumulates", "parameters", "sha256"])
      #expect(json.parameters.number == 96_116)
      #expect(text.contains("96,116 parameters"))
      #expect(text.contains("4 classes: ada, bruno"))
      #expect(text.contains(/classifier +linear +4 +132/))
      #expect(json.card.classes.count == 4)
      #expect(try json.card.training.train.count == network.parts().train)
    }

    @Test("an ensemble")
    func ensemble() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let arguments = [
        "ensemble", "--data", network.photos, "--output", folder.file("out"), "--candidates", "3",
        "--members", "2", "--epochs", "3", "--seed", "2",
      ]
      let outcome = try FacetProgram.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors == "")
      let results = try JSON(contentsOf: folder.file("out/results.json"))
      #expect(results.command.string == "ensemble")
      #expect(results.provenance.options.candidates.string == "3")
      #expect(results.provenance.sha256.keys == ["data"])
      #expect(FileManager.default.fileExists(atPath: folder.file("out/report.html")))
      let models = try names(in: folder.file("out/models"))
      #expect(models.count == 2)
      for model in models {
        #expect(
          try FacetProgram.succeed("inspect", folder.file("out/models/\(model)"))
            .contains("small, candidate"))
      }
      #expect(try names(in: folder.path) == ["out"])
    }

    @Test("a demonstration is a report on its own faces and model")
    func demo() throws {
      let folder = try TemporaryFolder()
      try FacetProgram.succeed(
        "demo", "--people", "3", "--photos", "8", "--epochs", "2", in: folder.path)
      #expect(try names(in: folder.path) == ["facet-demo"])
      let output = folder.file("facet-demo")
      #expect(
        try names(in: output).filter { !$0.contains("figures") } == [
          "faces", "heatmaps", "maps", "model.safetensors", "predictions.csv", "report.html",
          "results.json", "scores.csv",
        ])
      // What it wrote is usable: the same report again, by hand.
      try FacetProgram.succeed(
        "report", "--model", output + "/model.safetensors", "--data", output + "/faces/photos",
        "--output", folder.file("again"))
      let results = try [output, folder.file("again")].map {
        try JSON(contentsOf: $0 + "/results.json").result.canonical
      }
      #expect(results[0] == results[1])
    }
  }
}
