import FacetTestSupport
import Foundation
import Testing

extension WithNetwork {
  /// The same seed gives the same bytes, with any number of threads.
  @Suite("The same seed twice") struct DeterminismTests {
    @Test("a model file")
    func train() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      for (name, options) in [
        ("again", ["--seed", TrainedNetwork.seed, "--threads", "1"]), ("other", ["--seed", "8"]),
      ] {
        let outcome = try FacetProgram.run(
          ["train", "--data", network.photos, "--output", folder.file(name), "--epochs", "10"]
            + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      #expect(try bytes(folder.file("again")) == bytes(network.model))
      #expect(try bytes(folder.file("other")) != bytes(network.model))
    }

    @Test("a report")
    func report() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      try FacetProgram.succeed(
        "report", "--model", network.model, "--data", network.photos, "--output",
        folder.file("report"), "--images", "4", "--seed", TrainedNetwork.seed, "--threads", "1")
      let (first, second) = (network.report, folder.file("report"))
      let files = try listing(first)
      #expect(try files == listing(second))
      for file in files where file.contains(".") {
        switch file {
        case "report.html": continue  // It says when and how it was made.
        case "results.json":
          #expect(try timeless(first) == timeless(second))
        default:
          #expect(try bytes("\(first)/\(file)") == bytes("\(second)/\(file)"), "\(file)")
        }
      }
    }

    private func timeless(_ folder: String) throws -> String {
      let results = try JSON(contentsOf: folder + "/results.json")
      #expect(results.provenance.seconds.number.map { $0 > 0 } == true)
      return results.replacing("provenance", with: results.provenance.without("seconds")).canonical
    }

    @Test("rendered faces")
    func faces() throws {
      let folder = try TemporaryFolder()
      for (name, seed) in [("first", "3"), ("second", "3"), ("other", "4")] {
        try FacetProgram.succeed(
          "faces", "render", "--output", folder.file(name), "--people", "2", "--photos", "2",
          "--size", "32", "--seed", seed)
      }
      let photo = "photos/ada/0001.png"
      #expect(try bytes(folder.file("first/\(photo)")) == bytes(folder.file("second/\(photo)")))
      #expect(try bytes(folder.file("first/\(photo)")) != bytes(folder.file("other/\(photo)")))
      #expect(
        try bytes(folder.file("first/codes.json")) == bytes(folder.file("second/codes.json")))
    }
  }
}
