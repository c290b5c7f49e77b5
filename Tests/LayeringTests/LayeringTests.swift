import FacetTestSupport
import Foundation
import Testing

@Suite("Layering")
struct LayeringTests {
  private let sources = SharedData.packageFolder.appendingPathComponent("Sources")
  private let tests = SharedData.packageFolder.appendingPathComponent("Tests")

  @Test("every file keeps the rules of its target")
  func rules() throws {
    let files = try SourceFile.all(in: sources)
    #expect(files.filter(\.isSwift).count > 50, "the sources weren't found")
    for file in files { #expect(file.violations.isEmpty, "\(file.violations)") }
  }

  @Test("the table has a row for every target and no other")
  func targets() throws {
    #expect(try SourceFile.targets(in: sources) == Set(House.rows.keys))
  }

  @Test("a package from outside is imported by the targets that are its doors")
  func packages() throws {
    let files = try SourceFile.all(in: sources)
    for package in House.packages {
      let users = Set(files.filter { $0.imports.contains(package) }.map(\.target))
      #expect(users.isSubset(of: House.doors[package] ?? []), "\(package): \(users)")
    }
    let known = House.toolchain.union(House.doors.keys).union(House.rows.keys)
    for file in files { #expect(Set(file.imports).isSubset(of: known), "\(file.path)") }
  }

  @Test("the table has no circles, and a target may import what its neighbours below may")
  func table() {
    for (target, below) in House.rows {
      for neighbour in below {
        let further = House.rows[neighbour] ?? [target]
        #expect(!further.contains(target), "\(target) and \(neighbour)")
        // Files are the exception: who gets images needn't see the disk.
        #expect(further.subtracting(["FacetFiles"]).isSubset(of: below), "\(target), \(neighbour)")
      }
    }
    #expect(House.rows["FacetExplain"]?.contains("FacetZoo") == false)
    #expect(House.rows["FacetEvaluation"]?.contains("FacetEngine") == false)
    #expect(House.rows["FacetReport"]?.contains("FacetGraph") == false)
  }

  @Test("tests use the public interface and stay short")
  func testFiles() throws {
    for file in try SourceFile.all(in: tests) where file.isSwift {
      #expect(file.lines.count - 1 <= House.longestFile, "\(file.path)")
      #expect(!file.imports.contains("XCTest"), "\(file.path)")
      for (number, text) in file.code {
        #expect(!text.hasPrefix("@testable"), "\(file.path):\(number)")
      }
    }
  }
}

/// The rules themselves, on files that break them.
@Suite("Layering: the rules can fail")
struct RuleTests {
  private func violations(_ target: String, _ text: String) -> [String] {
    SourceFile(target: target, path: "Sources/\(target)/File.swift", text: text).violations
  }

  @Test("imports in every form are found")
  func imports() {
    let text = """
      import A
      @preconcurrency import B
      public import C
      @_spi(Inner) internal import D
        import struct E.Inner
      // import F
      let important = 1
      import G.H
      @testable import I
      """
    let file = SourceFile(target: "x", path: "x.swift", text: text)
    #expect(file.imports == ["A", "B", "C", "D", "E", "G", "I"])
  }

  @Test(
    "forbidden imports",
    arguments: [
      ("FacetTensor", "FacetGraph"), ("FacetExplain", "FacetZoo"), ("FacetReport", "FacetEngine"),
      ("FacetEvaluation", "FacetEngine"), ("FacetTraining", "FacetFiles"),
      ("FacetWorkbench", "ArgumentParser"), ("FacetExplain", "CFacetKernels"),
      ("FacetWorkbench", "Mustache"), ("FacetGraph", "Unheard"), ("Unknown", "FacetTensor"),
      ("FacetWorkbench", "facet"),
    ])
  func forbiddenImports(_ target: String, _ module: String) {
    #expect(violations(target, "import \(module)\n").count == 1)
  }

  @Test(
    "allowed imports",
    arguments: [
      ("FacetGraph", "FacetTensor"), ("FacetFaces", "FacetFiles"), ("facet", "ArgumentParser"),
      ("FacetReport", "Mustache"), ("FacetReport", "CCairo"), ("FacetEngine", "Foundation"),
    ])
  func allowedImports(_ target: String, _ module: String) {
    #expect(violations(target, "import \(module)\n").isEmpty)
  }

  @Test(
    "forbidden words",
    arguments: [
      "let x = try! f()", "let x = y as! Int", "fatalError(\"no\")",
      "struct S: @unchecked Sendable {}", "open(\"/home/me/file\")", "let p = \"/tmp/x\"",
    ])
  func words(_ line: String) {
    #expect(violations("FacetGraph", "import FacetTensor\n\(line)\n").count == 1)
    #expect(violations("FacetGraph", "  // \(line)\n").isEmpty)
  }

  @Test("only the engine may promise what isn't checked")
  func unchecked() {
    let line = "struct S: @unchecked Sendable {}\n"
    #expect(violations("FacetEngine", line).isEmpty)
    #expect(violations("FacetFaces", line).count == 1)
  }

  @Test("a file of 400 lines is short enough, one of 401 isn't")
  func length() {
    #expect(violations("FacetGraph", String(repeating: "\n", count: 400)).isEmpty)
    #expect(violations("FacetGraph", String(repeating: "\n", count: 401)).count == 1)
  }
}
