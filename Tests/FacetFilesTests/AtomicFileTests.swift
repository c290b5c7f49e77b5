import FacetFiles
import FacetTestSupport
import Foundation
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Everything in the folder, hidden files too.
  private func everything() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("a file is what was written, and nothing else is left")
  func writes() throws {
    let path = folder.file("a.bin")
    for bytes in [[], [1], Array(0...255)] as [[UInt8]] {
      try AtomicFile.write(Data(bytes), to: path)
      #expect(try FileReading.data(at: path) == Data(bytes))
      #expect(try everything() == ["a.bin"])
    }
  }

  @Test("text is written as UTF-8")
  func text() throws {
    let path = folder.file("text")
    try AtomicFile.write("Zoë ≠ 名前\n", to: path)
    #expect(try FileReading.data(at: path) == Data("Zoë ≠ 名前\n".utf8))
  }

  @Test("missing parents are made")
  func parents() throws {
    let path = folder.file("a/b/c/file")
    try AtomicFile.write("x", to: path)
    #expect(try FileReading.data(at: path) == Data("x".utf8))
  }

  @Test("when writing fails, the old file is there and no part of the new one")
  func failure() throws {
    // The temporary file's name is longer than the file's and breaks the system's limit of 255.
    let path = folder.file(String(repeating: "n", count: 252))
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    #expect {
      try AtomicFile.write("new", to: path)
    } throws: { error in
      guard case .notWritable(let named, let reason) = error as? FileError else { return false }
      return named == path && !reason.isEmpty
    }
    #expect(try FileReading.data(at: path) == Data("old".utf8))
    #expect(try everything() == [String(repeating: "n", count: 252)])
  }

  @Test("a folder where a file should go is refused and kept")
  func folderInTheWay() throws {
    let path = folder.file("taken")
    try AtomicFile.makeDirectory(path)
    #expect(throws: FileError.isADirectory(path: path)) { try AtomicFile.write("x", to: path) }
    #expect(FileReading.isDirectory(path))
    #expect(try everything() == ["taken"])
  }

  @Test("a file where a folder should be is refused and kept")
  func fileInTheWay() throws {
    let file = folder.file("file")
    try AtomicFile.write("x", to: file)
    #expect(throws: FileError.notADirectory(path: file)) { try AtomicFile.makeDirectory(file) }
    #expect(throws: FileError.notADirectory(path: file)) {
      try AtomicFile.write("y", to: file + "/below")
    }
    #expect(throws: FileError.self) { try AtomicFile.write("y", to: file + "/below/deeper") }
    #expect(try FileReading.data(at: file) == Data("x".utf8))
  }

  @Test("what is no file, such as a device or a pipe, is not replaced")
  func device() throws {
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError.self) { try AtomicFile.write("x", to: pipe) }
    let type = try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType
    #expect(type != .typeRegular)
    #expect(try everything() == ["pipe"])
  }

  @Test("writers at the same time leave one whole file")
  func writersAtOnce() async throws {
    let path = folder.file("shared")
    let contents = (0..<8).map { Data(repeating: UInt8($0), count: 50_000) }
    await withTaskGroup(of: Void.self) { group in
      for data in contents { group.addTask { try? AtomicFile.write(data, to: path) } }
    }
    #expect(contents.contains(try FileReading.data(at: path)))
    #expect(try everything() == ["shared"])
  }
}
