import CFacetThreads

/// What the process does with memory it has freed.
public enum FreedMemory {
  /// Keeps freed memory for what is allocated next, up to a gigabyte, for programs that make large
  /// values again and again: pages fresh from the system are zeroed first, which costs as much as some
  /// layers.
  ///
  /// It is the program's decision, not a library's: call it once, at the start.
  public static func keep() { facet_keep_freed_memory() }
}
