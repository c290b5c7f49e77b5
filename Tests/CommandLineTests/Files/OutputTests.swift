import FacetTestSupport
import Foundation
import Testing

/// Where results go: a folder appears whole or not at all, and nothing else changes.
@Suite("Output") struct OutputTests {
  /// A job of a fraction of a second.
  private func render(_ output: String, _ more: String...) -> [String] {
    ["faces", "render", "--output", output, "--people", "2", "--photos", "2", "--size", "32"] + more
  }

  @Test("a folder that holds something is not touched", arguments: ["notes.txt", ".hidden"])
  func exists(_ name: String) throws {
    let folder = try TemporaryFolder()
    try write("mine", to: folder.file("faces/\(name)"))
    let outcome = try FacetProgram.run(render(folder.file("faces")))
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("exists and is not empty"))
    #expect(outcome.errors.contains("--force"))
    #expect(try listing(folder.path) == ["faces", "faces/\(name)"])
  }

  @Test("--force replaces it")
  func force() throws {
    let folder = try TemporaryFolder()
    try write("mine", to: folder.file("faces/notes.txt"))
    let outcome = try FacetProgram.run(render(folder.file("faces"), "--force"))
    #expect(outcome.status == 0)
    #expect(try names(in: folder.path) == ["faces"])
    #expect(
      try names(in: folder.file("faces")) == ["codes.json", "masks", "parts.json", "photos"])
  }

  @Test("an empty folder, missing folders above, a slash at the end, the folder one is in")
  func places() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("empty"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: folder.file("here"), withIntermediateDirectories: true)
    for output in [folder.file("empty"), folder.file("a/b/c"), folder.file("slash") + "/"] {
      let outcome = try FacetProgram.run(render(output))
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try names(in: output).count == 4)
    }
    let outcome = try FacetProgram.run(render("."), in: folder.file("here"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try names(in: folder.file("here")).count == 4)
    #expect(try names(in: folder.path) == ["a", "empty", "here", "slash"])
    #expect(try names(in: folder.file("a")) == ["b"])
    #expect(try names(in: folder.file("a/b")) == ["c"])
  }

  @Test("a file where a folder should be")
  func isFile() throws {
    let folder = try TemporaryFolder()
    try write("mine", to: folder.file("file"))
    for (output, reason) in [
      (folder.file("file"), "is a file; name a folder"),
      (folder.file("file/below"), "can't be written: \(folder.file("file")) is a file"),
    ] {
      for more in [[], ["--force"]] {
        let outcome = try FacetProgram.run(render(output) + more)
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains(output + " "))
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
      }
    }
    #expect(try text(folder.file("file")) == "mine")
    #expect(try names(in: folder.path) == ["file"])
  }

  @Test("a folder where a file should be, for every command that writes one")
  func isFolder() throws {
    let folder = try TemporaryFolder()
    for name in ["out.npy", "out.safetensors"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true)
    }
    for arguments in [
      ["train", "--data", "d", "--output", folder.file("out.safetensors")],
      ["convert", "m", folder.file("out.safetensors")],
      ["predict", "--model", "m", "--input", "i", "--output", folder.file("out.npy")],
      ["explain", "--model", "m", "--input", "i", "--output", folder.file("out.npy")],
    ] {
      let outcome = try FacetProgram.run(arguments)
      #expect(outcome.status == 73, "\(arguments)")
      #expect(outcome.errors.contains("it is a folder; name a file"))
    }
    #expect(try listing(folder.path) == ["out.npy", "out.safetensors"])
  }

  @Test(
    "a place that can't be written to, told before any work",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self"), "no /proc here"))
  func notWritable() throws {
    // Not even root writes there.
    let outcome = try FacetProgram.run(render("/proc/nowhere/faces"))
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("/proc/nowhere/faces can't be written"), "\(outcome.errors)")
    #expect(!outcome.errors.contains(".part"))
  }

  @Test(
    "a folder without permission", .enabled(if: geteuid() != 0, "root may write everywhere"))
  func noPermission() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("locked"), withIntermediateDirectories: true)
    chmod(folder.file("locked"), 0o500)
    defer { chmod(folder.file("locked"), 0o700) }
    #expect(try FacetProgram.run(render(folder.file("locked/faces"))).status == 73)
    #expect(
      try FacetProgram.run(["train", "--data", "d", "--output", folder.file("locked/m")]).status
        == 73)
    #expect(try names(in: folder.file("locked")) == [])
  }

  @Test("a job that fails leaves nothing, not even the folders above its output")
  func failure() throws {
    let folder = try TemporaryFolder()
    for output in [folder.file("report"), folder.file("a/b/report")] {
      _ = try FacetProgram.refuse(
        66, "report", "--model", folder.file("none"), "--data", "d", "--output", output)
    }
    #expect(try names(in: folder.path) == [])
  }
}
