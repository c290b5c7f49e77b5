import Foundation

/// The type of a tensor's elements in a file, whatever the format calls it. Facet computes with 32-bit
/// floats; every type is converted to them when it is read.
public enum ElementType: String, Hashable, Codable, Sendable, CaseIterable {
  case float64
  case float32
  case float16
  case bfloat16
  case int64
  case int32
  case int16
  case int8
  case uint64
  case uint32
  case uint16
  case uint8
  case bool

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The elements in `bytes` as floats; whole numbers beyond 2^24 are rounded.
  func floats(_ bytes: Data, bigEndian: Bool = false) -> [Float] {
    bytes.withUnsafeBytes { raw in
      let count = raw.count / size
      return [Float](unsafeUninitializedCapacity: count) { out, initialized in
        convert(
          raw, bigEndian: bigEndian, into: UnsafeMutableBufferPointer(rebasing: out[..<count]))
        initialized = count
      }
    }
  }

  /// Initialises every element of `out` from the element at its place in `raw`, which holds at least
  /// as many.
  func convert(
    _ raw: UnsafeRawBufferPointer, bigEndian: Bool, into out: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(raw.count / size >= out.count, "\(raw.count) bytes for \(out.count) elements")
    // One loop per type, so that the choice isn't made for every element.
    func words<Word: FixedWidthInteger>(_: Word.Type, _ float: (Word) -> Float) {
      for i in out.indices {
        let word = raw.loadUnaligned(fromByteOffset: i * MemoryLayout<Word>.size, as: Word.self)
        out.initializeElement(at: i, to: float(bigEndian ? word.byteSwapped : word))
      }
    }
    switch self {
    case .float64: words(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float32: words(UInt32.self) { Float(bitPattern: $0) }
    case .float16: words(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: words(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .int64: words(Int64.self) { Float($0) }
    case .int32: words(Int32.self) { Float($0) }
    case .int16: words(Int16.self) { Float($0) }
    case .int8: words(Int8.self) { Float($0) }
    case .uint64: words(UInt64.self) { Float($0) }
    case .uint32: words(UInt32.self) { Float($0) }
    case .uint16: words(UInt16.self) { Float($0) }
    case .uint8: words(UInt8.self) { Float($0) }
    case .bool: words(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }
}
