/// A protobuf message as it grows. Elements of tensors are told by length and fetched at the end, so
/// that weights aren't copied from message to message.
struct ProtobufWriter {
  enum Piece {
    case bytes([UInt8])
    /// All elements of a tensor, little-endian.
    case elements(ONNXTensor)
  }

  private(set) var pieces: [Piece] = []
  /// The message's size in bytes so far.
  private(set) var count = 0

  mutating func int(_ field: Int, _ value: Int) {
    tag(field, .varint)
    varint(UInt64(truncatingIfNeeded: value))
  }

  mutating func float(_ field: Int, _ value: Float) {
    tag(field, .fixed32)
    let bits = value.bitPattern
    append((0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
  }

  mutating func string(_ field: Int, _ value: String) {
    tag(field, .lengthDelimited)
    varint(UInt64(value.utf8.count))
    append(Array(value.utf8))
  }

  /// A string that is left out when it is empty.
  mutating func optionalString(_ field: Int, _ value: String) {
    if !value.isEmpty { string(field, value) }
  }

  mutating func message(_ field: Int, _ message: ProtobufWriter) {
    tag(field, .lengthDelimited)
    varint(UInt64(message.count))
    for piece in message.pieces {
      if case .bytes(let bytes) = piece { append(bytes) } else { pieces.append(piece) }
    }
    count += message.count - message.smallCount
  }

  /// A field of bytes that are a tensor's elements.
  mutating func elements(_ field: Int, of tensor: ONNXTensor, byteCount: Int) {
    tag(field, .lengthDelimited)
    varint(UInt64(byteCount))
    pieces.append(.elements(tensor))
    count += byteCount
  }

  /// Bytes that aren't elements of tensors.
  private var smallCount = 0

  private mutating func tag(_ field: Int, _ wire: ProtobufField.Wire) {
    varint(UInt64(field) << 3 | UInt64(wire.rawValue))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    append(bytes)
  }

  private mutating func append(_ bytes: [UInt8]) {
    count += bytes.count
    smallCount += bytes.count
    if case .bytes(var last)? = pieces.last {
      // Taken out first: two owners would make each addition a copy.
      pieces.removeLast()
      last += bytes
      pieces.append(.bytes(last))
    } else {
      pieces.append(.bytes(bytes))
    }
  }
}
