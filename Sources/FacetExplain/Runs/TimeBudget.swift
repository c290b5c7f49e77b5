/// How long a method that is made of samples may go on.
///
/// With a budget a map depends on the clock: how many samples it is made of is recorded
/// (``Explanation/samples``), and it doesn't repeat bit for bit. Every image gets an equal share, and
/// at least one round of samples whatever it takes.
public struct TimeBudget: Hashable, Sendable {
  /// For all images of a call together.
  public var seconds: Double

  public init(seconds: Double) { self.seconds = seconds }
}

/// A call's clock against its budget.
struct Deadline: Sendable {
  private let start: ContinuousClock.Instant

  init() { start = ContinuousClock.now }

  /// Whether the share of the first `images` of `count` images is used up; never without a budget.
  func isOver(_ budget: TimeBudget?, images: Int, of count: Int) -> Bool {
    guard let budget else { return false }
    let share = budget.seconds * Double(images) / Double(count)
    return ContinuousClock.now - start >= .seconds(share)
  }
}
