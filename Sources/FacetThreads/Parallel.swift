import CFacetThreads
import Foundation

/// Work on several cores, by the process's one pool of threads.
///
/// Work is cut into items by geometry alone, never by the number of threads, and no item writes what
/// another reads; so results have the same bits whatever the number of threads.
package struct Parallel: Sendable {
  package let threads: Int

  package init(threads: Int = Parallel.defaultThreads) { self.threads = max(1, threads) }

  /// Runs `body` for every item in `0..<count`; items are taken in order by whichever thread is free.
  /// Inside another item's work, the items run one after the other.
  package func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, count > 1 else {
      for item in 0..<max(count, 0) { body(item) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: Work(body: body)) { work in
        facet_parallel(
          Int32(clamping: threads), count,
          { context, item in context?.assumingMemoryBound(to: Work.self).pointee.body(item) },
          UnsafeMutableRawPointer(mutating: work))
      }
    }
  }

  /// The body in a box that has an address.
  private struct Work { let body: @Sendable (Int) -> Void }

  /// Runs `body` for ranges that cover `0..<count` in blocks of at most `block`.
  package func forBlocks(of block: Int, in count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    forEach((count + block - 1) / block) { item in
      body(item * block..<min((item + 1) * block, count))
    }
  }

  /// `transform` of `0..<count`, in order.
  package func map<T: Sendable>(_ count: Int, _ transform: @Sendable (Int) -> T) -> [T] {
    [T](unsafeUninitializedCapacity: count) { buffer, initialized in
      nonisolated(unsafe) let slots = buffer
      forEach(count) { index in slots.initializeElement(at: index, to: transform(index)) }
      initialized = count
    }
  }

  /// As many threads as the environment's `FACET_THREADS` says, else as the machine has cores.
  package static var defaultThreads: Int {
    if let text = ProcessInfo.processInfo.environment["FACET_THREADS"], let count = Int(text),
      count > 0
    {
      return count
    }
    return ProcessInfo.processInfo.activeProcessorCount
  }
}
