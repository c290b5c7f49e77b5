import Dispatch
import FacetTensor

/// The golden networks' weights, a function of each parameter's name and shape only: NumPy's
/// Philox4x64-10 bits keyed by the name's CRC-32.
enum GoldenWeights {
  static func tensors(_ shapes: [String: Shape], seed: UInt64) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: shapes.map { ($0, tensor($0, $1, seed: seed)) })
  }

  /// He-scaled weights (sums of four uniforms), small biases, batch-norm scales in [0.5, 1.5).
  static func tensor(_ name: String, _ shape: Shape, seed: UInt64) -> Tensor {
    if name.hasSuffix("running_var") || (name.hasSuffix("weight") && shape.rank == 1) {
      let draws = Draws(name, seed)
      return Tensor(shape, (0..<shape.count).map { Float(0.5 + draws.uniform($0)) })
    }
    return standard(
      name, shape, seed: seed,
      deviation: shape.rank > 1 ? (2 / Double(shape.dropFirst().count)).squareRoot() : 0.1)
  }

  /// Numbers of mean 0: sums of four uniforms, of which the `j`-th of number `i` is draw
  /// `j * count + i`.
  static func standard(_ name: String, _ shape: Shape, seed: UInt64 = 0, deviation: Double = 1)
    -> Tensor
  {
    let draws = Draws(name, seed)
    let count = shape.count
    let part = 1 << 16
    return Tensor(
      shape,
      unsafeUninitialized: { out in
        // Parts of one array are written by one iteration each.
        nonisolated(unsafe) let out = out
        DispatchQueue.concurrentPerform(iterations: (count + part - 1) / part) { index in
          let range = index * part..<min((index + 1) * part, count)
          var sums = [Double](repeating: 0, count: range.count)
          for row in 0..<4 { draws.add(to: &sums, from: row * count + range.lowerBound) }
          for (i, sum) in zip(range, sums) {
            out.initializeElement(at: i, to: Float((sum - 2) * 3.0.squareRoot() * deviation))
          }
        }
      })
  }
}

/// Numbers in [0, 1) of 24 bits, each a function of its place.
private struct Draws {
  private let key: UInt64

  init(_ name: String, _ seed: UInt64) { key = UInt64(Self.crc32(name)) + seed << 32 }

  func uniform(_ index: Int) -> Double {
    Double(philox(UInt64(index / 4) + 1)[index % 4] >> 40) * 0x1p-24
  }

  /// Adds the draws from `start` on.
  func add(to sums: inout [Double], from start: Int) {
    var block = philox(UInt64(start / 4) + 1)
    for i in sums.indices {
      let index = start + i
      if index % 4 == 0 { block = philox(UInt64(index / 4) + 1) }
      sums[i] += Double(block[index % 4] >> 40) * 0x1p-24
    }
  }

  private func philox(_ counter: UInt64) -> SIMD4<UInt64> {
    var (c0, c1, c2, c3) = (counter, UInt64(0), UInt64(0), UInt64(0))
    var (k0, k1) = (key, UInt64(0))
    for _ in 0..<10 {
      let a = c0.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
      let b = c2.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
      (c0, c1, c2, c3) = (b.high ^ c1 ^ k0, b.low, a.high ^ c3 ^ k1, a.low)
      k0 &+= 0x9E37_79B9_7F4A_7C15
      k1 &+= 0xBB67_AE85_84CA_A73B
    }
    return SIMD4(c0, c1, c2, c3)
  }

  private static func crc32(_ text: String) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in text.utf8 {
      crc ^= UInt32(byte)
      for _ in 0..<8 {
        crc = (crc & 1 == 1) ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1
      }
    }
    return ~crc
  }
}
