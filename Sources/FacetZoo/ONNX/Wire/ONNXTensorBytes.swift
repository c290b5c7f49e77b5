import FacetFiles
import Foundation

extension ONNXTensorSource {
  /// The product of `dims`.
  func count(of dims: [Int], called name: String) throws(ZooError) -> Int {
    // An axis of 0 makes a tensor empty, however large the product of the others would be.
    if let negative = dims.first(where: { $0 < 0 }) {
      throw malformed("the tensor '\(name)' has an axis of size \(negative)")
    }
    if dims.contains(0) { return 0 }
    var count = 1
    for size in dims {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard !overflows else {
        throw malformed("the tensor '\(name)' of \(dims) has more elements than can be counted")
      }
      count = product
    }
    return count
  }

  func malformed(_ reason: String) -> ZooError {
    .malformed(path: path, offset: offset, reason: reason)
  }
}

extension ONNXTensor {
  /// Elements are read, converted and written in pieces of this many bytes.
  private static let chunkSize = 1 << 20

  /// The type of the elements, where it is one that is read.
  var elementType: ElementType {
    get throws(ZooError) {
      guard let type = dataType.elementType else {
        throw .unsupported(
          path: source.path,
          reason: "the tensor '\(name)' has elements of type \(dataType.name), which isn't read; "
            + "export the model with FLOAT or whole numbers of 8 to 64 bits")
      }
      return type
    }
  }

  /// The size of all elements in bytes, held against what is stored before anything is allocated.
  func checkedByteCount() throws(ZooError) -> Int {
    let size = try elementType.size
    let count = try count
    let (needed, overflows) = count.multipliedReportingOverflow(by: size)
    guard !overflows else {
      throw source.malformed("the tensor '\(name)' of \(dims) has more bytes than can be counted")
    }
    switch storage {
    case .raw(_, let range):
      guard range.count == needed else {
        throw wrong("\(needed) bytes of raw_data", "\(range.count)")
      }
    case .field(let field, _, let message):
      // An element takes a byte at least; how many there are is known when they are decoded.
      guard count <= message.count else {
        throw wrong("\(count) elements", "a message of \(message.count) bytes with \(field.name)")
      }
    case .floats(let floats):
      guard floats.count == count else { throw wrong("\(count) elements", "\(floats.count)") }
    case .int64s(let numbers):
      guard numbers.count == count else { throw wrong("\(count) elements", "\(numbers.count)") }
    case .external(let external, let folder):
      if needed > 0 { _ = try external.open(in: folder, count: needed, for: self) }
    case .none:
      guard count == 0 else { throw wrong("\(count) elements", "none") }
    }
    return needed
  }

  /// Hands out the elements as little-endian bytes, in pieces of whole elements; their sum is
  /// ``checkedByteCount()``.
  func forEachChunk(_ body: (Data) throws(ZooError) -> Void) throws(ZooError) {
    switch storage {
    case .raw(let bytes, let range): try Self.forEachChunk(of: bytes, range, body)
    case .field(let field, let bytes, let message):
      try forEachChunk(of: field, bytes, message, body)
    case .floats(let floats): try Self.forEachChunk(of: floats, body)
    case .int64s(let numbers): try Self.forEachChunk(of: numbers, body)
    case .external(let external, let folder):
      let needed = try checkedByteCount()
      guard needed > 0 else { return }
      let (bytes, range) = try external.open(in: folder, count: needed, for: self)
      try Self.forEachChunk(of: bytes, range, body)
    case .none: break
    }
  }

  private static func forEachChunk(
    of bytes: FileBytes, _ range: Range<Int>, _ body: (Data) throws(ZooError) -> Void
  ) throws(ZooError) {
    var start = range.lowerBound
    while start < range.upperBound {
      let next = start + min(chunkSize, range.upperBound - start)
      let chunk: Data
      do { chunk = try bytes.read(start..<next) } catch { throw .file(error) }
      try body(chunk)
      start = next
    }
  }

  private static func forEachChunk<Element>(
    of elements: [Element], _ body: (Data) throws(ZooError) -> Void
  ) throws(ZooError) {
    let step = chunkSize / MemoryLayout<Element>.stride
    var start = 0
    while start < elements.count {
      let next = start + min(step, elements.count - start)
      try body(elements[start..<next].withUnsafeBytes { Data($0) })
      start = next
    }
  }

  /// Walks over the tensor's message once more, and decodes the elements on the way.
  private func forEachChunk(
    of field: ONNXElementField, _ bytes: FileBytes, _ message: Range<Int>,
    _ body: (Data) throws(ZooError) -> Void
  ) throws(ZooError) {
    let type = try elementType
    guard field == .holding(type) else {
      throw source.malformed(
        "the tensor '\(name)' of \(dataType.name) has its elements in \(field.name), not in "
          + ONNXElementField.holding(type).name)
    }
    let needed = try checkedByteCount()
    var reader = ProtobufReader(bytes, range: message, name: "TensorProto '\(name)'")
    var chunk = Data()
    var done = 0
    func add(_ bits: UInt64) throws(ZooError) {
      guard done < needed else {
        throw wrong("\(needed / type.size) elements", "more in \(field.name)")
      }
      withUnsafeBytes(of: bits.littleEndian) { chunk.append(contentsOf: $0[0..<type.size]) }
      done += type.size
      if chunk.count >= Self.chunkSize {
        try body(chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    while let head = try reader.nextField() {
      guard head.number == field.rawValue else {
        try reader.skip(head)
        continue
      }
      switch field {
      case .floatData:
        try reader.fixeds(head, size: 4, field.name) { bits throws(ZooError) in try add(bits) }
      case .doubleData:
        try reader.fixeds(head, size: 8, field.name) { bits throws(ZooError) in try add(bits) }
      case .int32Data, .int64Data, .uint64Data, .stringData:
        try reader.varints(head, field.name) { bits throws(ZooError) in
          guard Self.fits(bits, type) else {
            throw source.malformed(
              "the tensor '\(name)' has \(Int64(bitPattern: bits)) in \(field.name), which is no "
                + "\(dataType.name)")
          }
          try add(bits)
        }
      }
    }
    guard done == needed else {
      throw wrong("\(needed / type.size) elements", "\(done / type.size) in \(field.name)")
    }
    if !chunk.isEmpty { try body(chunk) }
  }

  /// Whether a varint is a number, or the bits, of an element.
  private static func fits(_ bits: UInt64, _ type: ElementType) -> Bool {
    let value = Int64(bitPattern: bits)
    return switch type {
    case .int8: Int8(exactly: value) != nil
    case .int16: Int16(exactly: value) != nil
    case .int32: Int32(exactly: value) != nil
    case .uint8: UInt8(exactly: value) != nil
    case .uint16, .float16, .bfloat16: UInt16(exactly: value) != nil
    case .uint32: UInt32(exactly: value) != nil
    case .bool: value == 0 || value == 1
    case .int64, .uint64, .float32, .float64: true
    }
  }

  private func wrong(_ expected: String, _ got: String) -> ZooError {
    source.malformed("the tensor '\(name)' of \(dims) needs \(expected); there are \(got)")
  }
}
