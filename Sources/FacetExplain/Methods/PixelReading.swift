/// What one number is made of a pixel's channels, to order pixels by or to show them.
public enum PixelReading: Sendable {
  /// The channels' sum with its sign: parts of the score, which add up over channels as over pixels.
  case sum
  /// The largest magnitude of the channels: slopes, whose signs say which way to change a pixel and not
  /// whether it speaks for or against.
  case magnitude
  /// Any of them, with its sign: they are the same.
  case equal
}

extension Method {
  /// How maps of the method on pixels are read.
  public var pixelReading: PixelReading {
    switch self {
    case .integratedGradients, .inputXGradient, .lrp: .sum
    case .occlusion, .rise: .equal
    default: .magnitude
    }
  }
}
