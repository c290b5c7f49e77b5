/// How convolutions may be computed.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  /// Direct and Winograd convolution, whichever is faster for a layer. Both are float32; their
  /// rounding differs by about 1e-6 of a layer's largest value (Lavin and Gray 2016).
  case fast
  /// Direct convolution only, so that an image's values have the same bits in every batch.
  case exact
}
