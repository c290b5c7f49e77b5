import FacetFiles
import Foundation

/// The head of one field in a protobuf message.
struct ProtobufField {
  /// How a field's value is laid out.
  enum Wire: UInt8 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case groupStart = 3
    case groupEnd = 4
    case fixed32 = 5

    var name: String {
      switch self {
      case .varint: "a varint"
      case .fixed64: "8 bytes"
      case .lengthDelimited: "length-delimited"
      case .groupStart: "the start of a group"
      case .groupEnd: "the end of a group"
      case .fixed32: "4 bytes"
      }
    }
  }

  let number: Int
  let wire: Wire
  /// Where its tag is, in bytes from the file's start.
  let offset: Int
}

/// A walk over the fields of protobuf messages in a file, in a window that moves along: what is
/// skipped, such as the weights of a model, isn't read.
///
/// The format is https://protobuf.dev/programming-guides/encoding. A file is not trusted: every length
/// is held against the message it is in, nesting is limited, and each error tells the byte and the
/// path of messages that lead to it.
struct ProtobufReader {
  /// What a nested message hides of the one around it.
  struct Frame {
    fileprivate let end: Int
  }

  /// How deep messages and groups may nest; that of Google's own readers.
  static let depthLimit = 100
  /// How many messages a file may have. An empty one takes two bytes in a file and a hundred as a
  /// value; the largest models have some hundred thousand.
  static let messageLimit = 5_000_000
  private static let windowSize = 16_384

  let bytes: FileBytes
  /// The byte that is read next.
  private(set) var position: Int
  /// Where the current message ends.
  private(set) var end: Int
  /// The messages around `position`, outermost first.
  private var steps: [(name: String, index: Int?)]
  private var messageCount = 0
  private var window: [UInt8] = []
  private var windowStart = 0

  /// Starts at the message called `name` that takes `range` of the file.
  init(_ bytes: FileBytes, range: Range<Int>, name: String) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    steps = [(name, nil)]
  }

  /// The head of the current message's next field; `nil` at its end.
  mutating func nextField() throws(ZooError) -> ProtobufField? {
    guard position < end else { return nil }
    let offset = position
    let tag = try varint("a tag")
    guard tag <= UInt64(UInt32.max), tag >> 3 > 0,
      let wire = ProtobufField.Wire(rawValue: UInt8(tag & 7))
    else {
      throw malformed(offset, nil, "\(tag) is no tag of a field; is the file damaged, or not ONNX?")
    }
    guard wire != .groupEnd else {
      throw malformed(offset, nil, "a group (field \(tag >> 3)) ends that didn't start")
    }
    return ProtobufField(number: Int(tag >> 3), wire: wire, offset: offset)
  }

  /// Goes into the message that is the field's value.
  mutating func enter(_ field: ProtobufField, _ name: String, index: Int? = nil) throws(ZooError)
    -> Frame
  {
    let range = try payload(field, name)
    guard steps.count < Self.depthLimit else {
      throw malformed(
        field.offset, name, "messages nest deeper than \(Self.depthLimit) levels")
    }
    messageCount += 1
    guard messageCount <= Self.messageLimit else {
      throw malformed(
        field.offset, name, "the file has more than \(Self.messageLimit) messages; is it damaged?")
    }
    let frame = Frame(end: end)
    steps.append((name, index))
    position = range.lowerBound
    end = range.upperBound
    return frame
  }

  /// Goes on behind the current message.
  mutating func leave(_ frame: Frame) {
    position = end
    end = frame.end
    steps.removeLast()
  }

  /// The place of the field's length-delimited value, which is stepped over and not read.
  mutating func payload(_ field: ProtobufField, _ name: String) throws(ZooError) -> Range<Int> {
    try expect(.lengthDelimited, field, name)
    let length = try length(name)
    position += length
    return position - length..<position
  }

  /// The field's value as an integer in two's complement.
  mutating func int(_ field: ProtobufField, _ name: String) throws(ZooError) -> Int {
    try expect(.varint, field, name)
    return Int(truncatingIfNeeded: try varint(name))
  }

  /// The field's value as a 32-bit float.
  mutating func float(_ field: ProtobufField, _ name: String) throws(ZooError) -> Float {
    try expect(.fixed32, field, name)
    return Float(bitPattern: UInt32(truncatingIfNeeded: try fixed(4, name)))
  }

  /// The bytes of a length-delimited field.
  mutating func data(_ field: ProtobufField, _ name: String) throws(ZooError) -> [UInt8] {
    let range = try payload(field, name)
    if range.lowerBound >= windowStart, range.upperBound <= windowStart + window.count {
      return Array(window[range.lowerBound - windowStart..<range.upperBound - windowStart])
    }
    return [UInt8](try read(range))
  }

  /// A field of text, in UTF-8.
  mutating func string(_ field: ProtobufField, _ name: String) throws(ZooError) -> String {
    guard let text = String(validating: try data(field, name), as: UTF8.self) else {
      throw malformed(field.offset, name, "the text isn't UTF-8")
    }
    return text
  }

  /// Hands out a repeated field's varints: one, or, packed, all that its value holds.
  mutating func varints(
    _ field: ProtobufField, _ name: String, _ body: (UInt64) throws(ZooError) -> Void
  ) throws(ZooError) {
    if field.wire == .varint { return try body(try varint(name)) }
    let outer = try enter(field, name)
    while position < end { try body(try varint("a packed element")) }
    leave(outer)
  }

  /// Hands out a repeated field's values of `size` bytes (4 or 8), little-endian: one, or, packed, all.
  mutating func fixeds(
    _ field: ProtobufField, size: Int, _ name: String, _ body: (UInt64) throws(ZooError) -> Void
  ) throws(ZooError) {
    if field.wire == (size == 4 ? .fixed32 : .fixed64) { return try body(try fixed(size, name)) }
    let outer = try enter(field, name)
    guard (end - position) % size == 0 else {
      throw malformed(
        position, nil, "\(end - position) packed bytes are no whole number of \(size)-byte elements"
      )
    }
    while position < end { try body(try fixed(size, "a packed element")) }
    leave(outer)
  }

  /// Steps over a field that isn't wanted or known.
  mutating func skip(_ field: ProtobufField) throws(ZooError) {
    let name = "field \(field.number)"
    switch field.wire {
    case .varint: _ = try varint(name)
    case .fixed32: try advance(4, name)
    case .fixed64: try advance(8, name)
    case .lengthDelimited: try advance(try length(name), name)
    case .groupStart: try skipGroup(field)
    case .groupEnd: throw malformed(field.offset, name, "a group ends that didn't start")
    }
  }

  /// An error in the current message; `offset` is in bytes from the file's start.
  func malformed(_ offset: Int, _ field: String?, _ reason: String) -> ZooError {
    var path = steps.map { step in step.name + (step.index.map { "[\($0)]" } ?? "") }
    if let field { path.append(field) }
    // A path of a hundred messages is no help to anyone.
    if path.count > 16 { path.replaceSubrange(8..<path.count - 6, with: ["..."]) }
    return .malformed(
      path: bytes.path, offset: offset, reason: "\(path.joined(separator: ".")): \(reason)")
  }

  // MARK: - Bytes

  private mutating func skipGroup(_ field: ProtobufField) throws(ZooError) {
    var open = [field.number]
    while let innermost = open.last {
      let offset = position
      let tag = try varint("the group \(innermost)")
      guard tag <= UInt64(UInt32.max), tag >> 3 > 0,
        let wire = ProtobufField.Wire(rawValue: UInt8(tag & 7))
      else { throw malformed(offset, "the group \(innermost)", "\(tag) is no tag of a field") }
      let inner = ProtobufField(number: Int(tag >> 3), wire: wire, offset: offset)
      switch wire {
      case .groupStart:
        guard open.count < Self.depthLimit else {
          throw malformed(offset, nil, "groups nest deeper than \(Self.depthLimit) levels")
        }
        open.append(inner.number)
      case .groupEnd:
        guard inner.number == innermost else {
          throw malformed(offset, nil, "the group \(innermost) ends as group \(inner.number)")
        }
        open.removeLast()
      default: try skip(inner)
      }
    }
  }

  private func expect(_ wire: ProtobufField.Wire, _ field: ProtobufField, _ name: String)
    throws(ZooError)
  {
    guard field.wire == wire else {
      throw malformed(
        field.offset, name,
        "the value is \(field.wire.name); \(wire.name) was expected (is the file ONNX?)")
    }
  }

  private mutating func length(_ name: String) throws(ZooError) -> Int {
    let offset = position
    let claimed = try varint(name)
    guard let length = Int(exactly: claimed), length <= end - position else {
      throw malformed(
        offset, name, "a length of \(claimed) bytes where its message has \(end - position) left")
    }
    return length
  }

  private mutating func advance(_ count: Int, _ name: String) throws(ZooError) {
    guard count <= end - position else {
      throw malformed(position, name, "\(count) bytes where its message has \(end - position) left")
    }
    position += count
  }

  private mutating func varint(_ name: String) throws(ZooError) -> UInt64 {
    let offset = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw malformed(offset, name, "a varint is cut off") }
      let byte = try nextByte()
      // The tenth byte has room for the 64th bit only.
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw malformed(offset, name, "a varint is longer than 64 bits")
  }

  private mutating func fixed(_ size: Int, _ name: String) throws(ZooError) -> UInt64 {
    guard size <= end - position else {
      throw malformed(position, name, "\(size) bytes where its message has \(end - position) left")
    }
    var value: UInt64 = 0
    for byte in 0..<UInt64(size) { value |= UInt64(try nextByte()) << (8 * byte) }
    return value
  }

  private mutating func nextByte() throws(ZooError) -> UInt8 {
    if position < windowStart || position >= windowStart + window.count {
      window = [UInt8](try read(position..<min(position + Self.windowSize, bytes.count)))
      windowStart = position
    }
    // Empty only when the file's end was asked for, which a message's end never exceeds.
    guard window.indices.contains(position - windowStart) else {
      throw malformed(position, nil, "the file ends inside a message")
    }
    position += 1
    return window[position - 1 - windowStart]
  }

  private func read(_ range: Range<Int>) throws(ZooError) -> Data {
    do { return try bytes.read(range) } catch { throw .file(error) }
  }
}
