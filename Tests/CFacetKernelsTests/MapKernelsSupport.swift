import CFacetKernels
import Testing

/// The tables that this processor can run.
enum InstructionSet: String, CaseIterable, Sendable {
  case avx512, avx2, portable

  static let supported = allCases.filter { set in
    switch set {
    case .avx512: facet_supports_avx512() != 0
    case .avx2: facet_supports_avx2() != 0
    case .portable: true
    }
  }

  var kernels: facet_map_kernels {
    switch self {
    case .avx512: facet_map_kernels_avx512
    case .avx2: facet_map_kernels_avx2
    case .portable: facet_map_kernels_portable
    }
  }
}

/// Seeded numbers (SplitMix64).
struct Numbers {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// Between -1 and 1.
  mutating func float() -> Float { Float(next() >> 40) * 0x1p-23 - 1 }

  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }

  /// Few different values, so that many are equal, and now and then an infinity or a NaN.
  mutating func coarse(_ count: Int, special: Bool) -> [Float] {
    (0..<count).map { _ in
      switch special ? integer(0...60) : 9 {
      case 0: .nan
      case 1: .infinity
      case 2: -.infinity
      default: Float(integer(-3...3))
      }
    }
  }
}

/// What lies between the blocks of maps and around arrays; no kernel may change it.
let guardValue: Float = 12345

/// Memory that lives as long as the closure that it is given to.
final class Memory {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var guards: [UnsafeMutablePointer<Float>] = []
  private let guardCount = 17

  private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
    blocks.append(block)
    return block
  }

  /// Between guards, and aligned to no more than a float.
  func floats(_ values: [Float]) -> UnsafeMutablePointer<Float> {
    let all = allocate((values.count + 2 * guardCount) * 4).bindMemory(
      to: Float.self, capacity: values.count + 2 * guardCount)
    all.initialize(repeating: guardValue, count: values.count + 2 * guardCount)
    let base = all + guardCount
    for (i, value) in values.enumerated() { base[i] = value }
    guards += [all, base + values.count]
    return base
  }

  func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    floats(Array(repeating: -77, count: count))
  }

  func doubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    let base = allocate(count * 8).bindMemory(to: Double.self, capacity: count)
    base.initialize(repeating: -77, count: count)
    return base
  }

  func spans(_ values: [facet_span]) -> UnsafeMutablePointer<facet_span> {
    let base = allocate(values.count * MemoryLayout<facet_span>.stride).bindMemory(
      to: facet_span.self, capacity: values.count)
    base.initialize(from: values, count: values.count)
    return base
  }

  /// For each channel of whole blocks, zeros beyond the last.
  func channels(_ values: [Float]) -> UnsafeMutablePointer<Float> {
    floats(values + Array(repeating: 0, count: (values.count + 15) / 16 * 16 - values.count))
  }

  var guardsAreIntact: Bool {
    guards.allSatisfy { base in (0..<guardCount).allSatisfy { base[$0] == guardValue } }
  }

  fileprivate func free() { for block in blocks { block.deallocate() } }
}

func withMemory<T>(_ body: (Memory) throws -> T) rethrows -> T {
  let memory = Memory()
  defer { memory.free() }
  let result = try body(memory)
  #expect(memory.guardsAreIntact, "a kernel wrote outside its arrays")
  return result
}

/// One image's map in blocks of 16 channels, with a gap behind each block.
struct BlockMap {
  let channels: Int
  let pixels: Int
  let base: UnsafeMutablePointer<Float>

  /// `values` are planes, one after the other; nil for a map to be written.
  init(_ memory: Memory, channels: Int, pixels: Int, _ values: [Float]? = nil) {
    (self.channels, self.pixels) = (channels, pixels)
    let stride = pixels * 16 + 32
    let blocks = (channels + 15) / 16
    var storage = [Float](repeating: guardValue, count: blocks * stride)
    for c in 0..<blocks * 16 {
      for p in 0..<pixels {
        let known = values.map { c < channels ? $0[c * pixels + p] : 0 }
        storage[c / 16 * stride + p * 16 + c % 16] = known ?? -77
      }
    }
    base = memory.floats(storage)
  }

  var blocks: Int { (channels + 15) / 16 }
  /// From one block to the next.
  var stride: Int { pixels * 16 + 32 }

  /// As planes. Records an issue if padding lanes don't hold zeros or gaps were written.
  func planes(paddingIsZero: Bool = true) -> [Float] {
    var values = [Float](repeating: 0, count: channels * pixels)
    var padding: [Float] = []
    for c in 0..<blocks * 16 {
      for p in 0..<pixels {
        let value = base[c / 16 * stride + p * 16 + c % 16]
        if c < channels { values[c * pixels + p] = value } else { padding.append(value) }
      }
    }
    if paddingIsZero {
      #expect(padding.allSatisfy { $0 == 0 }, "lanes that are no channels hold something")
    }
    for block in 0..<blocks {
      let gap = (pixels * 16..<stride).map { base[block * stride + $0] }
      #expect(gap.allSatisfy { $0 == guardValue }, "a kernel wrote between the blocks")
    }
    return values
  }
}

/// Results against a reference, to a part of each one's scale (what rounding is relative to).
func expectClose(
  _ values: [Float], _ reference: [Double], scale: [Double]? = nil, tolerance: Double = 1e-6,
  _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == reference.count, comment, sourceLocation: sourceLocation)
  for (i, (value, wanted)) in zip(values, reference).enumerated() {
    if wanted.isNaN || wanted.isInfinite {
      let same = wanted.isNaN ? value.isNaN : Double(value) == wanted
      #expect(
        same, "\(comment) at \(i): \(value), not \(wanted)", sourceLocation: sourceLocation)
      if !same { return }
      continue
    }
    let distance = abs(Double(value) - wanted)
    let allowed = tolerance * max(scale?[i] ?? abs(wanted), 1e-3)
    if !(distance <= allowed) {
      Issue.record(
        "\(comment) at \(i): \(value), not \(wanted)", sourceLocation: sourceLocation)
      return
    }
  }
}

/// Equal to the bit.
func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.map(\.bitPattern) == b.map(\.bitPattern)
}

/// 0..<count in two or three parts.
func parts(of count: Int, _ numbers: inout Numbers) -> [Range<Int>] {
  guard count > 1 else { return [0..<count] }
  let first = numbers.integer(1...count - 1)
  let second = numbers.integer(first...count)
  return [0..<first, first..<second, second..<count].filter { !$0.isEmpty }
}

let rectified = facet_epilogue(
  activation: Int32(FACET_CLAMP.rawValue), low: 0, high: .infinity)
let unchanged = facet_epilogue(activation: Int32(FACET_NONE.rawValue), low: 0, high: 0)
let sloped = facet_epilogue(activation: Int32(FACET_PRELU.rawValue), low: 0, high: 0)
