import Glibc
import Synchronization

/// Memory for floats on a 64-byte line, given back to ``BufferStore`` when nobody holds it.
///
/// Only the run that took it writes it, before anyone else sees it; then it is read only.
final class Buffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  /// Floats there is room for, at least as many as were asked for.
  let capacity: Int

  /// Uninitialised memory.
  init(_ count: Int) {
    (base, capacity) = BufferStore.take(BufferStore.capacity(for: count))
  }

  deinit { BufferStore.give(base, capacity) }
}

/// Freed buffers, kept to be used again.
///
/// A network's values are megabytes each; fresh pages for them at every run would cost as much as some
/// of its layers. What is kept and what is in use are never more together than what was once in use
/// at the same time, so keeping costs no memory that the process could have done without.
enum BufferStore {
  /// From here on memory is asked for in pages of 2 MB.
  private static let hugePage = 1 << 21

  private struct Shelf: @unchecked Sendable {
    /// By capacity, those that were given back last at the end.
    var free: [Int: [UnsafeMutablePointer<Float>]] = [:]
    var freeCount = 0
    var usedCount = 0
    var mostUsed = 0

    /// The smallest free block that is large enough and no more than half empty, with its capacity.
    ///
    /// Layers ask for ever other sizes; if only equal ones were used again, each would drive another's
    /// block out and fetch fresh pages, which the system clears.
    mutating func reuse(for capacity: Int) -> (block: Blocks, capacity: Int)? {
      var best: Int?
      for (other, blocks) in free
      where other >= capacity && other / 2 <= capacity && !blocks.isEmpty {
        best = min(best ?? other, other)
      }
      guard let best, let block = free[best]?.popLast() else { return nil }
      freeCount -= best
      return (Blocks(blocks: [block]), best)
    }

    mutating func use(_ capacity: Int) {
      usedCount += capacity
      mostUsed = max(mostUsed, usedCount)
    }

    /// Takes out blocks until free and used ones are no more than the most that were ever used.
    mutating func surplus() -> Blocks {
      var surplus: [UnsafeMutablePointer<Float>] = []
      // The largest first: few blocks go, and the many small ones stay.
      for capacity in free.keys.sorted(by: >) {
        while freeCount + usedCount > mostUsed, let block = free[capacity]?.popLast() {
          surplus.append(block)
          freeCount -= capacity
        }
        if freeCount + usedCount <= mostUsed { break }
      }
      return Blocks(blocks: surplus)
    }
  }

  /// Blocks that are on their way out of the lock, to one owner.
  private struct Blocks: @unchecked Sendable {
    var blocks: [UnsafeMutablePointer<Float>]

    func deallocate() { for block in blocks { UnsafeMutableRawPointer(block).deallocate() } }
  }

  private static let shelf = Mutex(Shelf())

  /// Sizes are rounded up to an eighth of a power of two, so that similar runs share blocks.
  static func capacity(for count: Int) -> Int {
    let floats = max(count, 16)
    let step = max(16, 1 << (Int.bitWidth - floats.leadingZeroBitCount - 4))
    return (floats + step - 1) / step * step
  }

  /// Memory for at least so many floats, and for how many it is.
  static func take(_ capacity: Int) -> (base: UnsafeMutablePointer<Float>, capacity: Int) {
    let (reused, found, surplus) = shelf.withLock { shelf -> (Blocks, Int, Blocks) in
      if let (block, found) = shelf.reuse(for: capacity) {
        shelf.use(found)
        return (block, found, Blocks(blocks: []))
      }
      shelf.use(capacity)
      return (Blocks(blocks: []), capacity, shelf.surplus())
    }
    if let block = reused.blocks.first { return (block, found) }
    surplus.deallocate()
    let bytes = capacity * MemoryLayout<Float>.stride
    let alignment = bytes >= hugePage / 4 ? hugePage : 64
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: alignment == hugePage ? max(bytes, hugePage) : bytes, alignment: alignment)
    if alignment == hugePage { madvise(block, max(bytes, hugePage), MADV_HUGEPAGE) }
    return (block.assumingMemoryBound(to: Float.self), capacity)
  }

  static func give(_ block: UnsafeMutablePointer<Float>, _ capacity: Int) {
    let block = Blocks(blocks: [block])
    shelf.withLock { shelf in
      shelf.free[capacity, default: []] += block.blocks
      shelf.freeCount += capacity
      shelf.usedCount -= capacity
    }
  }
}
