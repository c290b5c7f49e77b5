import FacetTestSupport
import Foundation
import Testing

/// Ctrl-C and termination in the middle of a job.
@Suite("Interruption", .serialized) struct InterruptionTests {
  /// Polls until something holds, at most a minute.
  private func wait(_ what: String, until holds: () throws -> Bool) throws {
    for _ in 0..<6000 {
      if try holds() { return }
      usleep(10_000)
    }
    Issue.record("\(what) never happened")
  }

  /// Whether the program catches the signal by now: before, it would just be killed.
  private func catches(_ signal: Int32, _ run: FacetProgram.Run) throws -> Bool {
    let status = try text("/proc/\(run.process.processIdentifier)/status")
    guard let mask = status.firstMatch(of: /SigCgt:\s*([0-9a-f]+)/)?.1 else { return false }
    return (UInt64(mask, radix: 16) ?? 0) >> UInt64(signal - 1) & 1 == 1
  }

  private func stop(_ run: FacetProgram.Run, _ signal: Int32) throws {
    try wait("the program's start") { try catches(signal, run) }
    usleep(300_000)
    kill(run.process.processIdentifier, signal)
    let outcome = try run.end()
    #expect(outcome.status == 128 + signal)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("Stopped"))
  }

  @Test(
    "a demonstration leaves nothing, and what was there stays",
    arguments: [(SIGINT, true, false), (SIGINT, false, false), (SIGTERM, false, true)])
  func demo(_ signal: Int32, _ isDrawing: Bool, _ replaces: Bool) throws {
    let folder = try TemporaryFolder()
    if replaces { try write("mine", to: folder.file("out/notes.txt")) }
    let run = try FacetProgram.Run(
      [
        "demo", "--output", folder.file("out"), "--people", isDrawing ? "200" : "8", "--photos",
        "12", "--epochs", "900",
      ] + (replaces ? ["--force"] : []), in: nil)
    // The first photo, or the file that is written after the last one.
    let reached = isDrawing ? "photos" : "codes.json"
    try wait(reached) {
      try names(in: folder.path).contains {
        FileManager.default.fileExists(atPath: folder.file("\($0)/faces/\(reached)"))
      }
    }
    #expect(try names(in: folder.path).contains { $0.hasSuffix(".part") })
    try stop(run, signal)
    #expect(try listing(folder.path) == (replaces ? ["out", "out/notes.txt"] : []))
  }

  @Test("a training leaves nothing", arguments: [SIGINT, SIGTERM, SIGHUP])
  func train(_ signal: Int32) throws {
    let folder = try TemporaryFolder()
    try FacetProgram.succeed(
      "faces", "render", "--output", folder.file("faces"), "--people", "3", "--photos", "8",
      "--size", "32")
    try FileManager.default.createDirectory(
      atPath: folder.file("models"), withIntermediateDirectories: true)
    let run = try FacetProgram.Run(
      [
        "train", "--data", folder.file("faces/photos"), "--output", folder.file("models/m"),
        "--epochs", "9000",
      ], in: nil)
    try stop(run, signal)
    #expect(try names(in: folder.file("models")) == [])
    #expect(try names(in: folder.path) == ["faces", "models"])
  }
}
