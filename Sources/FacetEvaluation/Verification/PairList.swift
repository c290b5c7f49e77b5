/// The pairs of an LFW-style `pairs.txt`, without scores.
///
/// The first line holds the number of folds and of pairs a kind and fold (one number: one fold).
/// Each fold is a block of genuine lines `name n1 n2` and one of impostor lines `name1 n1 name2
/// n2`, separated by tabs or spaces.
public struct PairList: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    /// From 1.
    public let fold: Int
    /// Image paths as LFW names them: `Name/Name_0001.jpg`.
    public let probe: String
    public let reference: String
    public let same: Bool
  }

  public let entries: [Entry]

  /// - Parameter imageExtension: the ending of the images' file names, without the dot.
  public init(text: String, imageExtension: String = "jpg") throws(EvaluationError) {
    var lines: [(number: Int, fields: [String], text: String)] = []
    let raw = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in raw.enumerated() {
      let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).map(String.init)
      if !fields.isEmpty { lines.append((index + 1, fields, String(line))) }
    }
    guard let header = lines.first else { throw .noPairs }
    let sizes = header.fields.compactMap { Int($0) }
    guard sizes.count == header.fields.count, (1...2).contains(sizes.count),
      sizes.allSatisfy({ $0 > 0 })
    else {
      throw .invalidLine(
        line: header.number, expected: "the number of folds and of pairs", got: header.text)
    }
    let folds = sizes.count == 2 ? sizes[0] : 1
    let perKind = sizes[sizes.count - 1]
    let (pairs, overflow) = folds.multipliedReportingOverflow(by: perKind)
    guard !overflow, pairs <= Int.max / 2, lines.count - 1 == 2 * pairs else {
      throw .sizeMismatch(
        what: "lines after the first", expected: "\(folds) x 2 x \(perKind)",
        got: "\(lines.count - 1)")
    }
    func path(_ name: String, _ number: Int) -> String {
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
      return "\(name)/\(name)_\(zeros)\(digits).\(imageExtension)"
    }
    var entries: [Entry] = []
    for (index, line) in lines.dropFirst().enumerated() {
      let same = index / perKind % 2 == 0
      let f = line.fields
      let needed = same ? 3 : 4
      guard f.count == needed, let first = Int(f[1]), let second = Int(f[needed - 1]),
        first >= 0, second >= 0
      else {
        throw .invalidLine(
          line: line.number,
          expected: same ? "a genuine pair, name n1 n2" : "an impostor pair, name1 n1 name2 n2",
          got: line.text)
      }
      entries.append(
        Entry(
          fold: index / (2 * perKind) + 1, probe: path(f[0], first),
          reference: path(same ? f[0] : f[2], second), same: same))
    }
    self.entries = entries
  }
}
