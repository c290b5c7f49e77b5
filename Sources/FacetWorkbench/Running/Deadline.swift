/// When a job with a budget stops taking new work. What it has is whole, and it says how much that is.
package struct Deadline: Sendable {
  /// `nil` never comes.
  private let end: ContinuousClock.Instant?

  package static let never = Deadline(end: nil)

  private init(end: ContinuousClock.Instant?) { self.end = end }

  /// So many seconds from now; `nil` never.
  package init(seconds: Double?) { end = seconds.map { .now + .seconds($0) } }

  /// A part of the time that is left.
  package func share(_ part: Double) -> Deadline {
    guard let end else { return self }
    let now = ContinuousClock.now
    return Deadline(end: now + (end - now) * part)
  }

  package var isPast: Bool { end.map { $0 <= .now } ?? false }
}
