import FacetImage
import FacetTestSupport
import Foundation
import Testing

extension WithNetwork {
  @Suite("What verification warns of") struct VerifyWarningTests {
    private func sentences(_ output: String, _ arguments: String...) throws -> String {
      unwrapped(try VerifyProgram.run(output, arguments))
    }

    @Test("a calibration that has the pair itself is told of, and one that scores it otherwise")
    func ownPair() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let table = try text(network.report + "/scores.csv").split(separator: "\n")
      let fields = try #require(table.dropFirst().first).split(separator: ",")
      let photos = fields.prefix(2).map { network.photos + "/" + $0 }
      let said = try sentences(
        folder.file("a"), photos[1], photos[0], "--scores", network.report + "/scores.csv",
        "--methods", "additive")
      #expect(said.contains("This pair is one of the calibration pairs"))
      let moved = [fields[0], fields[1], fields[2], "-0.5"].joined(separator: ",")
      try write(
        ([String(table[0]), moved] + table.dropFirst(2).map(String.init)).joined(separator: "\n")
          + "\n", to: folder.file("moved.csv"))
      let other = try sentences(
        folder.file("b"), photos[0], photos[1], "--scores", folder.file("moved.csv"), "--methods",
        "additive")
      #expect(other.contains("This pair scores \u{2212}0.5000 in"))
      #expect(other.contains("No decision: the scores give this pair \u{2212}0.5000"))
      #expect(!other.contains("FMR at the threshold"))
    }

    @Test("one file twice, wrong proportions and another network's scores are told of")
    func warned() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      try copy(network.report + "/scores.csv", to: folder.file("scores/scores.csv"))
      try write(
        #"{"provenance": {"sha256": {"model": "0123456789abcdef"}}}"#,
        to: folder.file("scores/results.json"))
      // 2 x 1 pixels.
      try write("P6 2 1 255\n\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}", to: folder.file("wide.ppm"))
      let same = try sentences(
        folder.file("a"), network.photo, network.photo, "--scores",
        folder.file("scores/scores.csv"), "--aligned")
      #expect(same.contains("Both photos are the same file, byte for byte"))
      #expect(same.contains("computed by another model file"))
      #expect(same.contains("No decision: both photos are one picture"))
      #expect(same.contains("The maps explain nothing") && !same.contains("Accepted"))
      #expect(!same.contains("No alignment was done"))
      let scored = try sentences(
        folder.file("c"), network.photo, network.photos + "/ada/0002.png", "--scores",
        folder.file("scores/scores.csv"), "--methods", "additive")
      #expect(scored.contains("No decision: the scores were computed by another network"))
      #expect(!scored.contains("FMR at the threshold"))
      let decision = try JSON(contentsOf: folder.file("c/results.json")).result
      #expect(decision.decision.string == nil && decision.noDecision.string != nil)
      let result = try JSON(contentsOf: folder.file("a/results.json")).result
      #expect(abs(try #require(result.cosine.number) - 1) < 1e-6)
      #expect(result.methods[0].isFlat.number == 1)
      let wide = try sentences(
        folder.file("b"), network.photo, folder.file("wide.ppm"), "--aligned", "--methods",
        "occlusion")
      #expect(
        wide.contains("of other proportions than the network's input:")
          && wide.contains("wide (2x1)"))
    }

    @Test("a copy in another format, and pictures without contrast, are told of and not decided")
    func copies() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let image = try ImageDecoder.decode(path: network.photo)
      let header = Array("P6 \(image.width) \(image.height) 255\n".utf8)
      try Data(header + image.pixels).write(to: URL(fileURLWithPath: folder.file("copy.ppm")))
      let scores = network.report + "/scores.csv"
      let copied = try sentences(
        folder.file("a"), network.photo, folder.file("copy.ppm"), "--scores", scores, "--methods",
        "additive")
      #expect(copied.contains("the same pixels in different files"))
      #expect(copied.contains("No decision: both photos are one picture"))
      let grey = [UInt8](repeating: 90, count: 3 * 64 * 64)
      try Data(Array("P6 64 64 255\n".utf8) + grey)
        .write(to: URL(fileURLWithPath: folder.file("grey.ppm")))
      let blank = try sentences(
        folder.file("b"), network.photo, folder.file("grey.ppm"), "--scores", scores, "--methods",
        "additive")
      #expect(blank.contains("next to no contrast on"))
      #expect(!blank.contains("Accepted") && !blank.contains("Rejected"))
    }

    @Test("copies of calibration photos under other names are found by their bytes")
    func copiedCalibration() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let people = try names(in: network.photos)
      var lines = ["img1,img2,same"]
      for (index, person) in people.enumerated() {
        lines.append("\(person)/0001.png,\(person)/0002.png,1")
        lines.append("\(person)/0001.png,\(people[(index + 1) % people.count])/0002.png,0")
      }
      try write(lines.joined(separator: "\n") + "\n", to: folder.file("pairs.csv"))
      try copy(network.photo, to: folder.file("x/x.png"))
      try copy(network.photos + "/ada/0002.png", to: folder.file("x/y.png"))
      let said = try sentences(
        folder.file("a"), folder.file("x/y.png"), folder.file("x/x.png"), "--calibration",
        folder.file("pairs.csv"), "--images", network.photos, "--no-cache", "--methods", "additive")
      #expect(said.contains("This pair is one of the calibration pairs"))
      let half = try sentences(
        folder.file("b"), folder.file("x/x.png"), network.photos + "/ada/0007.png",
        "--calibration", folder.file("pairs.csv"), "--images", network.photos, "--no-cache",
        "--methods", "additive")
      #expect(half.contains("among the calibration images"))
    }
  }
}
