import Foundation

/// One file of the project as the rules see it.
struct SourceFile {
  let target: String
  /// From the package's folder.
  let path: String
  let lines: [String]
  /// The modules that the file imports.
  let imports: [String]

  init(target: String, path: String, text: String) {
    self.target = target
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    imports = lines.compactMap(Self.module)
  }

  /// The module of a line that is an import.
  private static func module(_ line: String) -> String? {
    // A regular expression is slow; few lines need it.
    guard line.utf8.count < 200, line.contains("import ") else { return nil }
    let pattern =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?([A-Za-z_]\w*)/
    return line.firstMatch(of: pattern).map { String($0.1) }
  }

  /// Lines that aren't comments, with their numbers.
  var code: [(number: Int, text: String)] {
    lines.enumerated().filter { !$0.element.drop(while: \.isWhitespace).hasPrefix("//") }
      .map { ($0.offset + 1, $0.element) }
  }

  var isSwift: Bool { path.hasSuffix(".swift") }

  /// What of the project's rules the file breaks; `file:line: rule`.
  var violations: [String] {
    var found: [String] = []
    if lines.count - 1 > House.longestFile { found.append("\(path): \(lines.count - 1) lines") }
    guard isSwift else { return found }
    for module in imports where !mayImport(module) {
      found.append("\(path): \(target) may not import \(module)")
    }
    for (number, text) in code {
      for word in Self.forbidden where text.contains(word) {
        found.append("\(path):\(number): \(word)")
      }
      if text.contains("@unchecked"), !House.mayBeUnchecked.contains(target) {
        found.append("\(path):\(number): @unchecked")
      }
      for place in Self.machinePlaces where text.contains("\"" + place) {
        found.append("\(path):\(number): a path of one machine, \(place)")
      }
    }
    return found
  }

  func mayImport(_ module: String) -> Bool {
    House.toolchain.contains(module) || House.rows[target]?.contains(module) == true
      || House.doors[module]?.contains(target) == true
  }

  private static let forbidden = ["fatalError", "try!", "as!", "import XCTest", "@testable"]
  private static let machinePlaces = ["/home/", "/root/", "/work/", "/Users/", "/tmp/", "/mnt/"]
}

extension SourceFile {
  /// All files of `folder` (Sources, Tests), the target being the folder below it.
  static func all(in folder: URL) throws -> [SourceFile] {
    let root = folder.resolvingSymlinksInPath()
    let targets = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    return try targets.filter { !$0.hasPrefix(".") }.flatMap { target in
      let base = root.appendingPathComponent(target)
      let names = FileManager.default.enumerator(atPath: base.path)?.allObjects ?? []
      return try names.compactMap { $0 as? String }.sorted()
        .filter { name in [".swift", ".c", ".h", ".cpp"].contains { name.hasSuffix($0) } }
        .map { name in
          SourceFile(
            target: target, path: "\(folder.lastPathComponent)/\(target)/\(name)",
            text: String(
              decoding: try Data(contentsOf: base.appendingPathComponent(name)), as: UTF8.self))
        }
    }
  }

  /// The names of the folders in `folder`.
  static func targets(in folder: URL) throws -> Set<String> {
    let root = folder.resolvingSymlinksInPath()
    return Set(try FileManager.default.contentsOfDirectory(atPath: root.path))
      .filter { !$0.hasPrefix(".") }
  }
}
