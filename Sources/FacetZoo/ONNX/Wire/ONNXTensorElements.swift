import FacetFiles
import Foundation

extension ONNXTensor {
  /// How many elements `dims` ask for.
  ///
  /// - Throws: `malformed` for a negative size or a product beyond `Int`.
  public var count: Int {
    get throws(ZooError) { try source.count(of: dims, called: name) }
  }

  /// The elements in row-major order as 32-bit floats; whole numbers beyond 2^24 are rounded.
  ///
  /// - Throws: `unsupported` for strings, complex numbers and elements of less than a byte;
  ///   `malformed` when there are more or fewer elements than `dims` say, or external data isn't there.
  public func floats() throws(ZooError) -> [Float] {
    let type = try elementType
    let count = try checkedByteCount() / type.size
    if case .floats(let floats) = storage { return floats }
    var floats: [Float] = []
    floats.reserveCapacity(count)
    try forEachChunk { chunk throws(ZooError) in floats += type.floats(chunk) }
    return floats
  }

  /// The elements in row-major order, for whole numbers and booleans (0 and 1).
  ///
  /// - Throws: as ``floats()``; `unsupported` for floating-point types; `malformed` for a `UINT64`
  ///   beyond `Int64`.
  public func int64s() throws(ZooError) -> [Int64] {
    let type = try elementType
    switch type {
    case .float64, .float32, .float16, .bfloat16:
      throw .unsupported(
        path: source.path,
        reason: "whole numbers were expected of the tensor '\(name)', which is \(dataType.name)")
    default: break
    }
    let count = try checkedByteCount() / type.size
    if case .int64s(let numbers) = storage { return numbers }
    var numbers: [Int64] = []
    numbers.reserveCapacity(count)
    var isTooLarge = false
    try forEachChunk { chunk throws(ZooError) in
      chunk.withUnsafeBytes { raw in
        for at in stride(from: 0, to: raw.count, by: type.size) {
          let number = Self.wholeNumber(raw, at, type)
          isTooLarge = isTooLarge || number == nil
          numbers.append(number ?? 0)
        }
      }
    }
    guard !isTooLarge else {
      throw source.malformed("the tensor '\(name)' has a number beyond \(Int64.max)")
    }
    return numbers
  }

  /// One element; `nil` when it is beyond `Int64`, or no whole number.
  private static func wholeNumber(_ raw: UnsafeRawBufferPointer, _ at: Int, _ type: ElementType)
    -> Int64?
  {
    switch type {
    case .int64: raw.loadUnaligned(fromByteOffset: at, as: Int64.self)
    case .int32: Int64(raw.loadUnaligned(fromByteOffset: at, as: Int32.self))
    case .int16: Int64(raw.loadUnaligned(fromByteOffset: at, as: Int16.self))
    case .int8: Int64(raw.loadUnaligned(fromByteOffset: at, as: Int8.self))
    case .uint64: Int64(exactly: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    case .uint32: Int64(raw.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    case .uint16: Int64(raw.loadUnaligned(fromByteOffset: at, as: UInt16.self))
    case .uint8: Int64(raw[at])
    case .bool: raw[at] == 0 ? 0 : 1
    case .float64, .float32, .float16, .bfloat16: nil
    }
  }
}

extension ONNXTensor: Equatable {
  /// Whether name, axes, type and the bytes of all elements are the same, wherever they are stored.
  /// Both are read for that; a tensor that can't be read equals none.
  public static func == (one: ONNXTensor, other: ONNXTensor) -> Bool {
    guard one.name == other.name, one.dims == other.dims, one.dataType == other.dataType else {
      return false
    }
    do {
      // Chunks needn't be cut alike.
      var bytes = Data()
      bytes.reserveCapacity(try one.storedByteCount())
      try one.forEachChunk { chunk throws(ZooError) in bytes += chunk }
      guard try other.storedByteCount() == bytes.count else { return false }
      var position = 0
      var areEqual = true
      try other.forEachChunk { chunk throws(ZooError) in
        areEqual = areEqual && bytes[position..<position + chunk.count] == chunk
        position += chunk.count
      }
      return areEqual && position == bytes.count
    } catch {
      return false
    }
  }

  /// ``checkedByteCount()``, or, for types that aren't read, how many bytes of `raw_data` there are.
  func storedByteCount() throws(ZooError) -> Int {
    if dataType.elementType == nil {
      switch storage {
      case .raw(_, let range): return range.count
      case .none: return 0
      default: break
      }
    }
    return try checkedByteCount()
  }
}
