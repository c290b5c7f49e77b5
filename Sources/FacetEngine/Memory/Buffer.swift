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
    capacity = BufferStore.capacity(for: count)
    base = BufferStore.take(capacity)
  }

  deinit { BufferStore.give(base, capacity) }
}

/// Freed buffers, kept to be used again.
///
/// A network's values are megabytes each; fresh pages for them at every run would cost as much as some
/// of its layers.
enum BufferStore {
  /// Floats that are kept at most: 1 GB, of which an idle process gives back what it doesn't reuse.
  private static let limit = 1 << 28
  /// From here on memory is asked for in pages of 2 MB.
  private static let hugePage = 1 << 21

  private struct Free {
    var blocks: [Int: [UnsafeMutablePointer<Float>]] = [:]
    var count = 0
  }

  private struct Shelf: @unchecked Sendable { var free = Free() }

  private static let shelf = Mutex(Shelf())

  /// Sizes are rounded up to an eighth of a power of two, so that similar runs share blocks.
  static func capacity(for count: Int) -> Int {
    let floats = max(count, 16)
    let step = max(16, 1 << (Int.bitWidth - floats.leadingZeroBitCount - 4))
    return (floats + step - 1) / step * step
  }

  static func take(_ capacity: Int) -> UnsafeMutablePointer<Float> {
    let reused = shelf.withLock { shelf in
      guard let block = shelf.free.blocks[capacity]?.popLast() else { return Optional<Int>.none }
      shelf.free.count -= capacity
      return Int(bitPattern: block)
    }
    if let reused, let block = UnsafeMutablePointer<Float>(bitPattern: reused) { return block }
    let bytes = capacity * MemoryLayout<Float>.stride
    let alignment = bytes >= hugePage / 4 ? hugePage : 64
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: alignment == hugePage ? max(bytes, hugePage) : bytes, alignment: alignment)
    if alignment == hugePage { madvise(block, max(bytes, hugePage), MADV_HUGEPAGE) }
    return block.assumingMemoryBound(to: Float.self)
  }

  static func give(_ block: UnsafeMutablePointer<Float>, _ capacity: Int) {
    let address = Int(bitPattern: block)
    let kept = shelf.withLock { shelf in
      guard shelf.free.count + capacity <= limit,
        let block = UnsafeMutablePointer<Float>(bitPattern: address)
      else { return false }
      shelf.free.blocks[capacity, default: []].append(block)
      shelf.free.count += capacity
      return true
    }
    if !kept { UnsafeMutableRawPointer(block).deallocate() }
  }
}
