import FacetTestSupport
import Foundation
import Testing

extension WithNetwork {
  /// What a terminal is told while a long method runs.
  @Suite("Progress") struct ProgressTests {
    private static let script = "/usr/bin/script"

    @Test(
      "a terminal hears of a method's steps, a pipe of nothing",
      .enabled(if: FileManager.default.isExecutableFile(atPath: script), "no \(script)"))
    func steps() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let arguments = [
        "explain", "--model", network.model, "--input", network.photo, "--method", "scorecam",
        "--output", folder.file("map.npy"),
      ]
      #expect(try FacetProgram.run(arguments).errors == "")
      let command = ([try FacetProgram.path()] + arguments).map { "'\($0)'" }
        .joined(separator: " ")
      // A terminal of its own, written down.
      let terminal = Process()
      terminal.executableURL = URL(fileURLWithPath: Self.script)
      terminal.arguments = ["-qec", command, folder.file("seen")]
      terminal.standardInput = FileHandle.nullDevice
      terminal.standardOutput = FileHandle.nullDevice
      try terminal.run()
      terminal.waitUntilExit()
      #expect(terminal.terminationStatus == 0)
      let seen = try text(folder.file("seen"))
      #expect(seen.contains(/100 %  Score-CAM (\d+) of \1/), "\(seen)")
      // Drawn over itself: no line is longer than the terminal is wide.
      for line in seen.split(separator: "\r") where line.contains("%") {
        #expect(line.prefix { $0 != "\n" }.count < 80 + 3)
      }
    }
  }
}
