import Foundation

/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
///
/// A block of four words is a pure function of a 64-bit key and a 128-bit counter, so a random
/// number belongs to a place (seed, stream, index) and not to the order in which work was done:
/// results don't depend on threads or batches.
public struct Philox: Sendable {
  private let key: (UInt32, UInt32)

  public init(key: UInt64) {
    self.key = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
  }

  /// The four random words that belong to `counter`.
  public func block(_ counter: (UInt32, UInt32, UInt32, UInt32)) -> (UInt32, UInt32, UInt32, UInt32)
  {
    var (c0, c1, c2, c3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let a = c0.multipliedFullWidth(by: 0xD251_1F53)
      let b = c2.multipliedFullWidth(by: 0xCD9E_8D57)
      (c0, c1, c2, c3) = (b.high ^ c1 ^ k0, b.low, a.high ^ c3 ^ k1, a.low)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
}

/// A reproducible sequence of random numbers named by a seed and a path of stream numbers.
///
/// `RandomStream(seed: 7, 3, 12)` is, say, the numbers of image 12 in epoch 3: the same on every
/// machine and whatever was drawn elsewhere. It is a `RandomNumberGenerator`, so the standard
/// library's `shuffled(using:)` and `Int.random(in:using:)` take it.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let philox: Philox
  private let stream: (UInt32, UInt32)
  private var index: UInt64 = 0
  private var buffered: UInt64?

  /// - Parameters:
  ///   - seed: the user's seed.
  ///   - path: up to any number of non-negative integers that name the use; they are mixed into the
  ///     counter's upper half.
  public init(seed: UInt64, _ path: Int...) {
    philox = Philox(key: seed)
    var mixed: UInt64 = 0xCBF2_9CE4_8422_2325
    for part in path {
      mixed = (mixed ^ UInt64(bitPattern: Int64(part))) &* 0x0000_0100_0000_01B3
      mixed ^= mixed >> 29
    }
    stream = (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
  }

  public mutating func next() -> UInt64 {
    if let second = buffered {
      buffered = nil
      return second
    }
    let low = UInt32(truncatingIfNeeded: index)
    let high = UInt32(truncatingIfNeeded: index >> 32)
    let (a, b, c, d) = philox.block((low, high, stream.0, stream.1))
    index += 1
    buffered = UInt64(c) << 32 | UInt64(d)
    return UInt64(a) << 32 | UInt64(b)
  }

  /// The next number, uniform in [0, 1), with 24 random bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// The next number, uniform in `range`.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// The next standard normal number (Box-Muller, in double precision).
  public mutating func normal() -> Float {
    let radius = 1 - Double(next() >> 11) * 0x1p-53
    let angle = 2 * Double.pi * Double(next() >> 11) * 0x1p-53
    return Float((-2 * log(radius)).squareRoot() * cos(angle))
  }

  /// Whether an event of the given probability happens.
  public mutating func happens(_ probability: Float) -> Bool { uniform() < probability }
}
