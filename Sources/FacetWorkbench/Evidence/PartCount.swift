import FacetEvaluation
import FacetReport

/// How much of the evidence a part has measured, of what it measures with time enough.
public struct PartCount: Codable, Sendable {
  /// For scripts: `randomWeights`.
  public let part: String
  /// For people: `Random weights`.
  public let title: String
  /// What is counted: `drawn faces`, `photos`, `swaps`.
  public let unit: String
  public let used: Int
  public let planned: Int
  /// Whose they are: an interval over people needs ``FacetEvaluation/MapScore/leastPeople``.
  public let people: Int

  var isWhole: Bool { used >= planned }
  var hasInterval: Bool { people >= MapScore.leastPeople }

  /// - Parameter people: who is on each of those planned, any numbers.
  init(
    _ part: String, _ title: String, _ unit: String, used: Int, of planned: Int, people: [Int]
  ) {
    self.part = part
    self.title = title
    self.unit = unit
    self.used = used
    self.planned = planned
    self.people = Set(people.prefix(used)).count
  }

  /// `10 photos`, or `4 of 10 photos`.
  var text: String {
    isWhole ? counted(used, String(unit.dropLast())) : "\(used) of \(planned) \(unit)"
  }
}

/// What became of the evidence within a budget.
public struct BudgetUse: Codable, Sendable {
  public let seconds: Double
  public let parts: [PartCount]

  init?(seconds: Double?, _ parts: [PartCount]) {
    guard let seconds else { return nil }
    (self.seconds, self.parts) = (seconds, parts)
  }

  /// `30 seconds`.
  var text: String { "\(NumberFormat.significant(3).string(seconds)) seconds" }

  /// What was cut short, in a sentence; `nil` where everything is whole.
  var warning: String? {
    let cut = parts.filter { !$0.isWhole }
    if cut.isEmpty { return nil }
    return "Within the budget of \(text), "
      + listed(cut.map { "\($0.title.lowercasedFirst) used \($0.text)" })
      + ". Fewer samples make wider intervals, so less is shown."
  }

  /// - Throws: where `--budget` is no time.
  static func check(_ seconds: Double?) throws {
    if let seconds, !(seconds > 0 && seconds < 1e6) {
      throw WorkbenchError.usage("--budget must be a number of seconds above 0, not \(seconds)")
    }
  }
}
