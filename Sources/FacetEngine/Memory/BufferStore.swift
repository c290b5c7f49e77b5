import Glibc
import Synchronization

/// Where buffers come from and go back to.
///
/// A network's values are megabytes each; fresh pages for them at every run would cost as much as some
/// of its layers, since the system clears them. So large buffers are cut from one range of addresses
/// whose freed pieces join again: what a run frees serves the next one, whatever the sizes, and the
/// memory that the process holds is the most that was ever in use, plus what lies between.
///
/// With `FACET_MEMORY=plain` in the environment every buffer is allocated by itself, so that the address
/// sanitizer sees where each one ends.
enum BufferStore {
  /// Smaller buffers, many of them as old as their model, don't cut the range into pieces.
  private static let leastBytes = 1 << 17
  /// Pieces of the range are whole pages.
  private static let page = 1 << 12
  /// Addresses that are taken at a time; memory comes with the first write.
  private static let reservation = 1 << 36

  private static let isPlain = getenv("FACET_MEMORY").map { String(cString: $0) } == "plain"
  private static let range = Mutex(FreeRanges())

  /// Floats that a request for so many gets.
  static func capacity(for count: Int) -> Int {
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    let unit = bytes < leastBytes ? 64 : page
    return (bytes + unit - 1) / unit * unit / MemoryLayout<Float>.stride
  }

  /// Uninitialised memory for a ``capacity(for:)``.
  static func take(_ capacity: Int) -> UnsafeMutablePointer<Float> {
    let bytes = capacity * MemoryLayout<Float>.stride
    guard bytes >= leastBytes, !isPlain else { return allocated(bytes) }
    let address = range.withLock { range -> UInt? in
      if let address = range.take(bytes) { return address }
      guard let fresh = reserve(bytes) else { return nil }
      range.give(fresh)
      return range.take(bytes)
    }
    guard let address, let base = UnsafeMutableRawPointer(bitPattern: address) else {
      preconditionFailure("no addresses for \(bytes) bytes")
    }
    return base.assumingMemoryBound(to: Float.self)
  }

  /// Takes back what ``take(_:)`` gave for the same capacity.
  static func give(_ base: UnsafeMutablePointer<Float>, _ capacity: Int) {
    let bytes = capacity * MemoryLayout<Float>.stride
    guard bytes >= leastBytes, !isPlain else { return UnsafeMutableRawPointer(base).deallocate() }
    let start = UInt(bitPattern: base)
    range.withLock { $0.give(start..<start + UInt(bytes)) }
  }

  private static func allocated(_ bytes: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .assumingMemoryBound(to: Float.self)
  }

  /// New addresses, without memory yet: many, or where the system refuses that just enough.
  private static func reserve(_ bytes: Int) -> Range<UInt>? {
    for size in [max(reservation, bytes), bytes] {
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
      guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED
      else { continue }
      // Pages of 2 MB: a value is read through few of them.
      madvise(base, size, MADV_HUGEPAGE)
      let start = UInt(bitPattern: base)
      return start..<start + UInt(size)
    }
    return nil
  }
}
