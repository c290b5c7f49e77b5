import FacetFiles
import FacetTestSupport
import FacetWorkbench
import Foundation
import Testing

/// A folder that appears whole or not at all. One after another: removal on a signal is for all
/// folders of the program.
@Suite("Output folder", .serialized) struct OutputFolderTests {
  private let place: TemporaryFolder
  private var path: String { place.file("out") }

  init() throws { place = try TemporaryFolder() }

  private func names(_ folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: place.file(folder)).sorted()
  }

  private func make(_ file: String) throws {
    try AtomicFile.write("mine", to: place.file(file))
  }

  private func text(_ file: String) throws -> String {
    String(decoding: try FileReading.data(at: place.file(file)), as: UTF8.self)
  }

  @Test("nothing is there before the commit, everything after")
  func commit() throws {
    let folder = try OutputFolder(path)
    try AtomicFile.write("1", to: folder.file("a.txt"))
    try AtomicFile.write("2", to: folder.file("deep/down/b.txt"))
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try names().allSatisfy { $0.hasPrefix(".") })
    try folder.commit()
    #expect(try names() == ["out"])
    #expect(try names("out") == ["a.txt", "deep"])
    #expect(try text("out/deep/down/b.txt") == "2")
  }

  @Test("without a commit nothing stays, not even folders made for it")
  func abandoned() throws {
    func begin(_ path: String) throws {
      let folder = try OutputFolder(path)
      try AtomicFile.write("1", to: folder.file("a.txt"))
    }
    try begin(path)
    try begin(place.file("x/y/out"))
    #expect(try names() == [])
    try make("kept/mine.txt")
    try begin(place.file("kept/out"))
    #expect(try names("kept") == ["mine.txt"])
  }

  @Test("what holds something is refused at the beginning", arguments: ["mine.txt", ".hidden"])
  func exists(_ name: String) throws {
    try make("out/\(name)")
    #expect(throws: WorkbenchError.outputExists(path: path)) { try OutputFolder(path) }
    #expect(try names("out") == [name])
    #expect(try names() == ["out"])
  }

  @Test("an empty folder is used")
  func empty() throws {
    try AtomicFile.makeDirectory(path)
    let folder = try OutputFolder(path)
    try AtomicFile.write("1", to: folder.file("a.txt"))
    try folder.commit()
    #expect(try names() == ["out"])
    #expect(try names("out") == ["a.txt"])
  }

  @Test("a folder that was filled meanwhile is refused at the end and kept")
  func filledMeanwhile() throws {
    do {
      let folder = try OutputFolder(path)
      try AtomicFile.write("1", to: folder.file("a.txt"))
      try make("out/mine.txt")
      #expect(throws: WorkbenchError.outputExists(path: path)) { try folder.commit() }
    }
    #expect(try names() == ["out"])
    #expect(try text("out/mine.txt") == "mine")
  }

  @Test("replacing takes the place of the old folder on commit and not before")
  func replaces() throws {
    try make("out/mine.txt")
    do {
      let folder = try OutputFolder(path, replacing: true)
      try AtomicFile.write("1", to: folder.file("a.txt"))
    }
    #expect(try names("out") == ["mine.txt"])
    let folder = try OutputFolder(path, replacing: true)
    try AtomicFile.write("1", to: folder.file("a.txt"))
    #expect(try text("out/mine.txt") == "mine")
    try folder.commit()
    #expect(try names("out") == ["a.txt"])
    #expect(try names() == ["out"])
  }

  @Test("a file is refused, replaced or not")
  func isFile() throws {
    try make("out")
    for replaces in [false, true] {
      #expect(throws: WorkbenchError.outputIsFile(path: path)) {
        try OutputFolder(path, replacing: replaces)
      }
      #expect {
        try OutputFolder(path + "/below", replacing: replaces)
      } throws: {
        guard case .notWritable(let named, _) = $0 as? FileError else { return false }
        return named == path + "/below"
      }
    }
    #expect(try text("out") == "mine")
    #expect(try names() == ["out"])
  }

  @Test("a program that is told to stop removes what is unfinished, and only that")
  func stopped() throws {
    try make("out/mine.txt")
    let done = try OutputFolder(place.file("done"))
    try AtomicFile.write("1", to: done.file("a.txt"))
    try done.commit()
    let first = try OutputFolder(path, replacing: true)
    let second = try OutputFolder(place.file("other"))
    for folder in [first, second] { try AtomicFile.write("1", to: folder.file("deep/a.txt")) }
    #expect(try names().count == 4)
    OutputFolder.removeUnfinished()
    #expect(try names() == ["done", "out"])
    #expect(try names("out") == ["mine.txt"])
    #expect(try names("done") == ["a.txt"])
    withExtendedLifetime((first, second)) {}
  }

  @Test("names with signs, and a slash at the end", arguments: ["it's \"a\" <b> süß", "o/"])
  func signs(_ name: String) throws {
    let folder = try OutputFolder(place.file(name))
    try AtomicFile.write("1", to: folder.file("a.txt"))
    try folder.commit()
    #expect(try names(name) == ["a.txt"])
    #expect(try names().count == 1)
  }
}
