import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// `--gallery`, `--against` and the look-alikes of Finer-CAM: why this person and not that one.
  @Suite("Galleries") struct GalleryTests {
    private let folder: TemporaryFolder
    private let network: TrainedNetwork

    init() throws {
      folder = try TemporaryFolder()
      network = try TrainedNetwork.shared()
    }

    private func explain(_ options: String...) throws -> (map: Tensor, manifest: JSON, said: String)
    {
      let output = folder.file("map.npy")
      let outcome = try FacetProgram.run(
        ["explain", "--model", network.model, "--input", network.photo, "--output", output]
          + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return (
        try NumPyArray.read(output), try JSON(contentsOf: folder.file("map.json")), outcome.output
      )
    }

    @Test("a person by name, and against another")
    func named() throws {
      let ada = try explain("--target", "ada")
      let number = try #require(ada.manifest.result.maps[0].target.number)
      #expect(ada.manifest.result.maps[0].targetName.string == "ada")
      #expect(try explain("--target", "\(Int(number))").map == ada.map)
      // A gradient is linear: the margin's map is the difference of the two.
      let bruno = try explain("--target", "bruno")
      let margin = try explain("--target", "ada", "--against", "bruno")
      #expect(margin.map.zip(ada.map - bruno.map) { abs($0 - $1) }.maximum < 1e-5 * ada.map.maximum)
      #expect(margin.manifest.result.maps[0].against[0].string == "bruno")
      #expect(margin.said.contains("gradcam of ada against bruno"))
      let score = try #require(margin.manifest.result.maps[0].score.number)
      let scores = try [ada, bruno].map { try #require($0.manifest.result.maps[0].score.number) }
      #expect(abs(score - (scores[0] - scores[1])) < 1e-4)
    }

    @Test("Finer-CAM names the look-alikes")
    func lookalikes() throws {
      let one = try explain("--method", "finercam", "--rivals", "1")
      #expect(one.manifest.result.maps[0].against.count == 1)
      #expect(one.manifest.provenance.options.rivals.string == "1")
      let rival = try #require(one.manifest.result.maps[0].against[0].string)
      #expect(rival != one.manifest.result.maps[0].targetName.string)
      // Against one rival it is Grad-CAM of the margin.
      let margin = try explain("--against", rival)
      #expect(one.map.zip(margin.map) { abs($0 - $1) }.maximum < 1e-5 * margin.map.maximum)
    }

    @Test("enrolled people in place of the network's classes")
    func gallery() throws {
      let found = try explain("--gallery", network.photos, "--method", "finercam")
      #expect(found.manifest.result.maps[0].targetName.string == "ada")
      #expect(found.manifest.provenance.sha256.keys == ["gallery", "input", "model"])
      #expect(found.said.contains("39 photos of 4 people were enrolled"))
      #expect(found.said.contains("1 photo of the gallery is asked about and so not enrolled"))
      // A cosine times the scale.
      let scale = try #require(
        found.manifest.provenance.options["scale of cosines"].string.flatMap(Double.init))
      #expect(1...64 ~= scale)
      let plain = try explain("--gallery", network.photos)
      #expect(try #require(plain.manifest.result.maps[0].score.number) <= scale * 1.0001)
      let said = try FacetProgram.run([
        "predict", "--model", network.model, "--input", network.photo, "--gallery", network.photos,
      ])
      #expect(said.status == 0 && said.output.contains("ada"), "\(said.errors)")
    }

    @Test("a report on enrolled people leaves their photos out")
    func report() throws {
      // Two photos of each person are the gallery.
      let gallery = folder.file("gallery")
      for person in try names(in: network.photos) {
        try FileManager.default.createDirectory(
          atPath: gallery + "/" + person, withIntermediateDirectories: true)
        for photo in ["0001.png", "0002.png"] {
          try FileManager.default.copyItem(
            atPath: "\(network.photos)/\(person)/\(photo)", toPath: "\(gallery)/\(person)/\(photo)")
        }
      }
      let output = folder.file("report")
      try FacetProgram.succeed(
        "report", "--model", network.model, "--data", network.photos, "--gallery", gallery,
        "--methods", "finercam", "--images", "4", "--output", output)
      let results = try JSON(contentsOf: output + "/results.json")
      let shown = try (0..<#require(results.result.photos.count)).map {
        try #require(results.result.photos[$0].name.string)
      }
      #expect(!shown.isEmpty && !shown.contains { $0.hasSuffix("0001.png") })
      #expect(results.provenance.sha256.gallery.string != nil)
      let page = try String(decoding: bytes(output + "/report.html"), as: UTF8.self)
      #expect(page.contains("8 photos of 4 people were enrolled"))
      #expect(page.contains("<dt>against</dt>"))
      #expect(page.contains("Layer by layer"))
    }

    @Test("what makes no sense is refused")
    func refused() throws {
      for (options, reason) in [
        (["--target", "adda"], "did you mean 'ada'?"),
        (["--target", "4"], "the classes 0 to 3"),
        (["--against", "nobody"], "whom the network doesn't know"),
        (["--method", "finercam", "--against", "ada"], "--against names the rival"),
        (["--method", "finercam", "--rivals", "0"], "--rivals must be at least 1"),
        (["--target", "ada", "--against", "ada"], "nobody differs from himself"),
        (["--rivals", "1"], "--rivals is for --method finercam"),
      ] {
        let outcome = try FacetProgram.run(
          [
            "explain", "--model", network.model, "--input", network.photo, "--output",
            folder.file("no.npy"),
          ] + options)
        #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(outcome.errors)")
      }
      let one = folder.file("one/ada")
      try FileManager.default.createDirectory(atPath: one, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: network.photos + "/ada/0002.png", toPath: one + "/0002.png")
      #expect(
        try FacetProgram.refuse(
          65, "explain", "--model", network.model, "--input", network.photo, "--gallery",
          folder.file("one"), "--output", folder.file("no.npy")
        ).contains("pictures of one identity only"))
    }
  }
}
