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
    let key = UInt64(crc32(name)) + seed << 32
    let count = shape.count
    if name.hasSuffix("running_var") || (name.hasSuffix("weight") && shape.rank == 1) {
      return Tensor(shape, uniform(key, count).map { Float(0.5 + $0) })
    }
    let draws = uniform(key, 4 * count)
    let scale =
      shape.rank > 1 ? (2 / Double(shape.dropFirst().count)).squareRoot() : 0.1
    return Tensor(
      shape,
      (0..<count).map { i in
        let sum = draws[i] + draws[count + i] + draws[2 * count + i] + draws[3 * count + i]
        return Float((sum - 2) * 3.0.squareRoot() * scale)
      })
  }

  private static func uniform(_ key: UInt64, _ count: Int) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(count + 3)
    var counter: UInt64 = 0
    while numbers.count < count {
      counter += 1
      for word in philox(key, counter) { numbers.append(Double(word >> 40) * 0x1p-24) }
    }
    return Array(numbers.prefix(count))
  }

  private static func philox(_ key: UInt64, _ counter: UInt64) -> [UInt64] {
    var (c0, c1, c2, c3) = (counter, UInt64(0), UInt64(0), UInt64(0))
    var (k0, k1) = (key, UInt64(0))
    for _ in 0..<10 {
      let a = c0.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
      let b = c2.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
      (c0, c1, c2, c3) = (b.high ^ c1 ^ k0, b.low, a.high ^ c3 ^ k1, a.low)
      k0 &+= 0x9E37_79B9_7F4A_7C15
      k1 &+= 0xBB67_AE85_84CA_A73B
    }
    return [c0, c1, c2, c3]
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
