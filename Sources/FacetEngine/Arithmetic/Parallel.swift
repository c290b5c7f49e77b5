import Dispatch
import Foundation
import Synchronization

/// Work on several cores.
///
/// Work is cut into items by geometry alone, never by the number of threads, and no item writes what
/// another reads; so results have the same bits whatever the number of threads.
struct Parallel: Sendable {
  let threads: Int

  /// Runs `body` for every item in `0..<count`; items are taken in order by whichever thread is free.
  func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let workers = min(threads, count)
    guard workers > 1 else {
      for item in 0..<max(count, 0) { body(item) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard item < count else { return }
        body(item)
      }
    }
  }

  /// Runs `body` for ranges that cover `0..<count` in blocks of at most `block`.
  func forBlocks(of block: Int, in count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    forEach((count + block - 1) / block) { item in
      body(item * block..<min((item + 1) * block, count))
    }
  }

  /// As many threads as the environment's `FACET_THREADS` says, else as the machine has cores.
  static var defaultThreads: Int {
    if let text = ProcessInfo.processInfo.environment["FACET_THREADS"], let count = Int(text),
      count > 0
    {
      return count
    }
    return ProcessInfo.processInfo.activeProcessorCount
  }
}
