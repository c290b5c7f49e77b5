/// What can be wrong with numbers a user handed over to be evaluated.
///
/// Lines are counted from 1, the header being line 1. No case carries a file's path: this target
/// reads text, and whoever read the file knows its name.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// The text or the list holds no pairs at all.
  case noPairs
  /// Every pair is of two people: rates of genuine pairs can't be computed.
  case noGenuinePairs(impostor: Int)
  /// Every pair is of one person: rates of impostor pairs can't be computed.
  case noImpostorPairs(genuine: Int)
  case missingColumns(line: Int, expected: String, got: String)
  case fieldCount(line: Int, expected: Int, got: Int)
  case brokenQuote(line: Int)
  case invalidLabel(line: Int, got: String)
  case invalidNumber(line: Int, column: String, got: String)
  case invalidLine(line: Int, expected: String, got: String)
  /// A score that is NaN or infinite, by its place in the list (from 0).
  case nonFiniteScore(index: Int, got: Double)
  /// Two lists that should have equal lengths or shapes.
  case sizeMismatch(what: String, expected: String, got: String)
  /// An index outside its range, such as a label without a class.
  case outOfRange(what: String, index: Int, got: Int, count: Int)
  case nothingToEvaluate(what: String)
  case tooFewIdentities(got: Int, needed: Int)
  case differentIdentities(onlyInFirst: [String], onlyInSecond: [String])
  case tooFewFolds(got: Int)
  case tooFewCandidates(kept: Int, of: Int, needed: Int)
  case emptyMaps(candidate: String)
  case invalidOption(name: String, expected: String, got: String)

  public var description: String {
    switch self {
    case .noPairs:
      "there are no pairs to evaluate; expected a header and one line a pair"
    case .noGenuinePairs(let impostor):
      "no genuine pairs (same = 1) among \(impostor) pairs; error rates need both kinds"
    case .noImpostorPairs(let genuine):
      "no impostor pairs (same = 0) among \(genuine) pairs; error rates need both kinds"
    case .missingColumns(let line, let expected, let got):
      "line \(line): expected a header with the columns \(expected), got \"\(got)\""
    case .fieldCount(let line, let expected, let got):
      "line \(line): expected \(expected) fields as in the header, got \(got)"
    case .brokenQuote(let line):
      "line \(line): a quoted field is not closed or is followed by other text; "
        + "write a quote inside a quoted field twice"
    case .invalidLabel(let line, let got):
      "line \(line): same is \"\(got)\"; expected 0, 1, true or false"
    case .invalidNumber(let line, let column, let got):
      "line \(line): \(column) is \"\(got)\"; expected a finite number"
    case .invalidLine(let line, let expected, let got):
      "line \(line): expected \(expected), got \"\(got)\""
    case .nonFiniteScore(let index, let got):
      "score \(index) is \(got); scores must be finite"
    case .sizeMismatch(let what, let expected, let got):
      "\(what): expected \(expected), got \(got)"
    case .outOfRange(let what, let index, let got, let count):
      "\(what) \(index) is \(got); expected 0 to \(count - 1)"
    case .nothingToEvaluate(let what):
      "there are no \(what) to evaluate"
    case .tooFewIdentities(let got, let needed):
      "\(got) identities; the bootstrap over identities needs at least \(needed)"
    case .differentIdentities(let first, let second):
      "the two systems were not tested on the same people: "
        + "\(first.count) only in the first (\(first.prefix(3).joined(separator: ", "))), "
        + "\(second.count) only in the second (\(second.prefix(3).joined(separator: ", ")))"
    case .tooFewFolds(let got):
      "\(got) folds; a threshold from the other folds needs at least 2"
    case .tooFewCandidates(let kept, let all, let needed):
      "\(kept) of \(all) candidates are within the tolerance of the best, \(needed) are needed; "
        + "ask for fewer members or widen the tolerance"
    case .emptyMaps(let candidate):
      "candidate \(candidate) has no usable saliency map on an image that another one has; "
        + "its maps are empty after ReLU or constant"
    case .invalidOption(let name, let expected, let got):
      "\(name) is \(got); expected \(expected)"
    }
  }
}
