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

  /// Whether there is so much time left.
  package func leaves(_ duration: Duration) -> Bool { end.map { .now + duration <= $0 } ?? true }

  /// The places `0..<count` in blocks, as long as there is time.
  ///
  /// - Parameter size: of a block, between two looks at the clock.
  package func blocks(of count: Int, by size: Int) -> TimedBlocks {
    TimedBlocks(deadline: self, count: count, size: size)
  }

  /// The same, but all at once where there is no end: an image's numbers may differ in rounding with
  /// the batch it is in, and should not do so for a clock that nobody looks at.
  package func blocks(of count: Int, byIfLimited size: Int) -> TimedBlocks {
    blocks(of: count, by: end == nil ? count : size)
  }
}

/// Blocks of places, one after the other while there is time: the first in any case, another one if it
/// would end in time were it to take as long as the longest so far.
package struct TimedBlocks: Sequence, IteratorProtocol {
  private let deadline: Deadline
  private let count: Int
  private let size: Int
  private var done = 0
  private var begun: ContinuousClock.Instant?
  private var longest = Duration.zero

  init(deadline: Deadline, count: Int, size: Int) {
    (self.deadline, self.count, self.size) = (deadline, count, size)
  }

  package mutating func next() -> Range<Int>? {
    let now = ContinuousClock.now
    if let begun { longest = Swift.max(longest, now - begun) }
    guard done < count, done == 0 || deadline.leaves(longest) else { return nil }
    let block = done..<Swift.min(done + size, count)
    (done, begun) = (block.upperBound, now)
    return block
  }
}
