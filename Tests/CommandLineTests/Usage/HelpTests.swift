import FacetTestSupport
import Foundation
import Testing

/// What users read first, word by word. `FACET_UPDATE_SNAPSHOTS=1` writes the texts anew.
@Suite("Help") struct HelpTests {
  static let pages: [[String]] = [
    [], ["demo"], ["train"], ["report"], ["trust"], ["layers"], ["crops"], ["ensemble"],
    ["evaluate"], ["verify"], ["predict"], ["explain"], ["inspect"], ["convert"], ["weights"],
    ["weights", "list"], ["weights", "fetch"], ["weights", "verify"], ["faces"],
    ["faces", "render"],
  ]

  private static func snapshot(_ page: [String]) -> String {
    SharedData.fixture("help/\((["facet"] + page).joined(separator: "-")).txt")
  }

  @Test("the text is the snapshot", arguments: pages)
  func page(_ page: [String]) throws {
    let outcome = try FacetProgram.run(page + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    for line in outcome.output.split(separator: "\n") where !line.hasPrefix("USAGE") {
      #expect(line.count <= 80, "\(line)")
    }
    let path = Self.snapshot(page)
    if ProcessInfo.processInfo.environment["FACET_UPDATE_SNAPSHOTS"] == "1" {
      try write(outcome.output, to: path)
    }
    #expect(try outcome.output == text(path))
  }

  @Test("every command has a snapshot")
  func complete() throws {
    let root = try FacetProgram.run(["--help"]).output
    let listed = root.matches(of: /(?m)^  ([a-z]+) {2,}\S/).map { String($0.1) }
    #expect(Set(listed) == Set(Self.pages.filter { $0.count == 1 }.map { $0[0] }))
    let files = try names(in: SharedData.fixture("help"))
    #expect(
      Set(files)
        == Set(Self.pages.map { URL(fileURLWithPath: Self.snapshot($0)).lastPathComponent }))
  }

  @Test("the ways to ask are one")
  func ways() throws {
    let root = try FacetProgram.run(["--help"]).output
    for arguments in [["-h"], ["help"], []] {
      let outcome = try FacetProgram.run(arguments)
      #expect(outcome.output == root)
      #expect(outcome.status == 0)
    }
    #expect(
      try FacetProgram.run(["help", "train"]).output
        == FacetProgram.run(["train", "--help"]).output)
  }

  @Test func version() throws {
    let outcome = try FacetProgram.run(["--version"])
    #expect(outcome.output.contains(/^\d+\.\d+\.\d+\n$/))
    #expect(outcome.status == 0)
  }
}
