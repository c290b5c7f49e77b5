import FacetTestSupport
import Foundation
import Testing

/// The notebooks, executed from start to end where Jupyter is installed.
@Suite struct NotebookTests {
  private static let folder = SharedData.packageFolder.appendingPathComponent("Notebooks").path

  /// `jupyter` on the `PATH`; `nil` where it, its converter or what the notebooks import is missing.
  private static let jupyter: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let found = folders.map { $0 + "/jupyter" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let found, (try? run(found, ["nbconvert", "--version"]))?.status == 0 else { return nil }
    // The kernel is the Python beside it.
    let python =
      URL(fileURLWithPath: found).deletingLastPathComponent().appendingPathComponent("python3").path
    let imports = ["-c", "import ipykernel, matplotlib, numpy"]
    return (try? run(python, imports))?.status == 0 ? found : nil
  }()

  @Test("maps.ipynb runs", .enabled(if: jupyter != nil, "needs jupyter nbconvert on the PATH"))
  func mapsRuns() throws {
    let jupyter = try #require(Self.jupyter)
    let place = try TemporaryFolder()
    let outcome = try Self.run(
      jupyter,
      [
        "nbconvert", "--to", "notebook", "--execute", "--output-dir", place.path, "--output",
        "done.ipynb", Self.folder + "/maps.ipynb",
      ], facet: FacetProgram.path())
    try #require(outcome.status == 0, "\(outcome.errors)")

    let cells = try Self.cells(place.file("done.ipynb"))
    let text = cells.flatMap(\.text).joined(separator: "\n")
    #expect(text.contains("held-out photos are named rightly"))
    #expect(text.contains("Rank correlation of the two methods: "))
    #expect(text.contains("Grad-CAM's densest part is the "))
    #expect(!text.contains("RuntimeWarning"), "\(text)")
    #expect(cells.reduce(0) { $0 + $1.pictures } == 3)
  }

  @Test func notebooksAreKeptWithoutOutputs() throws {
    let notebooks = try names(in: Self.folder).filter { $0.hasSuffix(".ipynb") }
    #expect(notebooks.contains("maps.ipynb"))
    for name in notebooks {
      let cells = try JSON(contentsOf: Self.folder + "/" + name).cells
      let count = try #require(cells.count)
      for index in 0..<count where cells[index].cell_type.string == "code" {
        #expect(cells[index].outputs.count == 0, "\(name), cell \(index + 1)")
        #expect(cells[index].execution_count.value is NSNull, "\(name), cell \(index + 1)")
      }
    }
  }

  /// What one cell printed, and its pictures.
  private struct Cell {
    let text: [String]
    let pictures: Int
  }

  private static func cells(_ path: String) throws -> [Cell] {
    let cells = try JSON(contentsOf: path).cells
    return (0..<(cells.count ?? 0)).map { index in
      let outputs = cells[index].outputs
      let each = (0..<(outputs.count ?? 0)).map { outputs[$0] }
      return Cell(
        text: each.map { ($0.text.value as? [String] ?? []).joined() },
        pictures: each.count { $0.data["image/png"].string != nil })
    }
  }

  /// Runs a program with the environment of the tests and waits.
  private static func run(_ program: String, _ arguments: [String], facet: String? = nil) throws
    -> (status: Int32, errors: String)
  {
    let place = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: place.file("errors")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["FACET"] = facet
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(
      forWritingTo: URL(fileURLWithPath: place.file("errors")))
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try text(place.file("errors")))
  }
}
