import FacetTestSupport
import Foundation
import Testing

/// Files and folders that aren't there (66) or hold nothing to work with (65).
@Suite("Missing and empty") struct MissingFileTests {
  @Test("what isn't there is named")
  func missing() throws {
    let folder = try TemporaryFolder()
    let nothing = folder.file("nothing")
    let output = folder.file("output")
    for arguments in [
      ["report", "--model", nothing, "--data", folder.path, "--output", output],
      ["crops", "--model", nothing, "--data", folder.path, "--output", output],
      ["train", "--data", nothing, "--output", output],
      ["ensemble", "--data", nothing, "--output", output],
      ["evaluate", "--scores", nothing], ["inspect", nothing],
      ["convert", nothing, output + ".safetensors"],
      ["predict", "--model", nothing, "--input", folder.path],
      ["explain", "--model", nothing, "--input", folder.path, "--output", output + ".npy"],
      ["predict", "--arch", "small", "--weights", nothing, "--input", folder.path],
    ] {
      let outcome = try FacetProgram.run(arguments)
      #expect(outcome.status == 66, "\(arguments)")
      #expect(outcome.errors == "Error: \(nothing): no such file or folder\n")
    }
    #expect(try names(in: folder.path) == [])
  }

  @Test("a file for a folder, and a folder for a file")
  func kinds() throws {
    let folder = try TemporaryFolder()
    try write("x", to: folder.file("file"))
    #expect(
      try FacetProgram.refuse(66, "train", "--data", folder.file("file"), "--output", "o")
        .contains("is a file; a folder was expected"))
    #expect(
      try FacetProgram.refuse(66, "evaluate", "--scores", folder.path)
        .contains("is a folder; a file was expected"))
    #expect(try FacetProgram.refuse(66, "inspect", folder.path).contains("is a folder"))
  }

  @Test("an empty folder")
  func empty() throws {
    let folder = try TemporaryFolder()
    let message = try FacetProgram.refuse(65, "train", "--data", folder.path, "--output", "o")
    #expect(message.contains("is an empty folder"))
    #expect(message.contains("person/photo.jpg"))
  }

  @Test("a folder without pictures names one of its files and why it is none")
  func noPictures() throws {
    let folder = try TemporaryFolder()
    try write("Dear diary", to: folder.file("ada/notes.txt"))
    try write("%PDF-1.4", to: folder.file("bruno/paper.jpg"))
    let message = try FacetProgram.refuse(65, "train", "--data", folder.path, "--output", "o")
    #expect(message.contains("no usable picture"))
    #expect(message.contains("2 files looked at; for example ada/notes.txt"))
  }

  @Test("one person is not enough")
  func onePerson() throws {
    let folder = try TemporaryFolder()
    try copy(SharedData.fixture("images/colour.jpg"), to: folder.file("ada/1.jpg"))
    let message = try FacetProgram.refuse(65, "train", "--data", folder.path, "--output", "o")
    #expect(message.contains("one identity only (ada, 1 pictures)"))
  }

  @Test(
    "a file without permission", .enabled(if: geteuid() != 0, "root may read everything"))
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try write("probe,reference,same,score\n", to: folder.file("scores.csv"))
    chmod(folder.file("scores.csv"), 0)
    #expect(
      try FacetProgram.refuse(66, "evaluate", "--scores", folder.file("scores.csv"))
        .contains("Permission denied"))
  }

  @Test("a table that is none")
  func tables() throws {
    let folder = try TemporaryFolder()
    let scores = folder.file("scores.csv")
    try write("a,b\n1,2\n", to: scores)
    #expect(
      try FacetProgram.refuse(65, "evaluate", "--scores", scores)
        .contains(
          "\(scores): line 1: expected a header with the columns probe,reference,same,score"))
    try write("probe,reference,same,score\na/1,a/2,1,0.5\na/1,b/1,0,high\n", to: scores)
    #expect(
      try FacetProgram.refuse(65, "evaluate", "--scores", scores)
        .contains("\(scores): line 3: score is \"high\""))
    try write("probe,reference,same,score\na/1,a/2,1,0.5\n", to: scores)
    #expect(
      try FacetProgram.refuse(65, "evaluate", "--scores", scores).contains("no impostor pairs"))
    try write("probe,reference,same,score\na/1,a/2,1,0.5\na/1,b/1,0,0.1\n", to: scores)
    #expect(
      try FacetProgram.refuse(64, "evaluate", "--scores", scores, "--threshold", "nan")
        .contains("threshold is nan"))
  }
}
