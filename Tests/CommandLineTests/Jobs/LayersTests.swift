import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// `facet layers`: what its folder holds, and what it refuses.
  @Suite("Layers") struct LayersTests {
    private let folder: TemporaryFolder
    private let network: TrainedNetwork

    init() throws {
      folder = try TemporaryFolder()
      network = try TrainedNetwork.shared()
    }

    @Test("sheets, activations, a page and results that tell the same, with any number of threads")
    func outputs() throws {
      for (name, threads) in [("first", "1"), ("second", "2")] {
        let text = try FacetProgram.succeed(
          "layers", "--model", network.model, "--data", network.photos, "--output",
          folder.file(name), "--units", "2", "--images", "3", "--threads", threads)
        #expect(text.contains("What does each layer respond to?"))
      }
      let first = folder.file("first")
      let result = try JSON(contentsOf: first + "/results.json").result
      #expect(result.keys == ["layers", "people", "photos", "skipped", "viewed"])
      #expect(result.photos.number == 40 && result.people.number == 4)
      #expect(result.viewed.string == "ada/0001.png")
      let count = try #require(result.layers.count)
      #expect(count >= 3)
      let page = try text(first + "/report.html")
      for index in 0..<count {
        let layer = result.layers[index]
        let sheet = try #require(layer.sheet.string)
        #expect(try bytes("\(first)/\(sheet)") == bytes(folder.file("second/\(sheet)")))
        let name = try #require(layer.layer.string)
        #expect(page.contains(name))
        let units = try #require(layer.units.count)
        #expect(units <= 2)
        for unit in 0..<units { try check(layer.units[unit]) }
      }
      let again = try JSON(contentsOf: folder.file("second") + "/results.json").result
      #expect(again.canonical == result.canonical)
    }

    private func check(_ unit: JSON) throws {
      let photos = unit.photos
      let count = try #require(photos.count)
      #expect(count == 3)
      var before = Double.infinity
      var names: Set<String> = []
      for index in 0..<count {
        let activation = try #require(photos[index].activation.number)
        #expect(activation <= before)
        before = activation
        names.insert(try #require(photos[index].photo.string))
        let patch = photos[index].patch
        let (row, column) = (try #require(patch[0].number), try #require(patch[1].number))
        let (height, width) = (try #require(patch[2].number), try #require(patch[3].number))
        #expect(row >= 0 && column >= 0 && height > 0 && width > 0)
        #expect(row + height <= 96 && column + width <= 96)
      }
      // A photo counts once.
      #expect(names.count == 3)
    }

    @Test("a sample is drawn by the seed")
    func sample() throws {
      for seed in ["0", "1"] {
        try FacetProgram.succeed(
          "layers", "--model", network.model, "--data", network.photos, "--output",
          folder.file(seed), "--units", "1", "--images", "2", "--sample", "5", "--seed", seed)
      }
      let results = try ["0", "1"].map { try JSON(contentsOf: folder.file($0) + "/results.json") }
      #expect(results[0].result.photos.number == 5)
      #expect(results[0].result.canonical != results[1].result.canonical)
    }

    @Test("what makes no sense is refused, and nothing is written")
    func refused() throws {
      func refuse(_ status: Int32, _ options: String..., data: String? = nil) throws -> String {
        let outcome = try FacetProgram.run(
          [
            "layers", "--model", network.model, "--data", data ?? network.photos, "--output",
            folder.file("out"),
          ] + options)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
        return outcome.errors
      }
      #expect(try refuse(64, "--layers", "conv99").contains("no layer 'conv99'"))
      #expect(try refuse(64, "--layers", "classifier").contains("not maps"))
      #expect(try refuse(64, "--layers", "input").contains("the photo itself"))
      #expect(try refuse(64, "--units", "0").contains("--units"))
      #expect(try refuse(64, "--images", "101").contains("--images"))
      #expect(try refuse(64, "--sample", "0").contains("--sample"))
      let empty = folder.file("empty")
      try FileManager.default.createDirectory(
        atPath: empty, withIntermediateDirectories: true)
      #expect(try refuse(65, data: empty).contains("empty"))
      #expect(try refuse(66, data: folder.file("nowhere")).contains("nowhere"))
    }
  }
}
