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
