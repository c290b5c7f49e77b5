import FacetFiles
import Foundation

/// The bytes of a pickle, read a piece at a time: in PyTorch's older files pickles stand in front of
/// the elements, and nothing says where they end.
struct PickleInput {
  private let bytes: FileBytes
  /// What is added to a place in `bytes` to give one in the file.
  private let base: Int
  private var place: Int
  private var window: [UInt8] = []
  private var windowStart = 0
  private static let windowSize = 1 << 16

  /// - Parameters:
  ///   - place: where the pickle begins.
  ///   - base: where `bytes` begin in the file that errors speak of.
  init(_ bytes: FileBytes, at place: Int = 0, base: Int = 0) {
    self.bytes = bytes
    self.base = base
    self.place = place
  }

  /// The number of bytes, of which the pickle may be a part.
  var count: Int { bytes.count }

  /// The place of the next byte, from the start of the bytes.
  var position: Int { place }

  func refuse(_ reason: String, at position: Int? = nil) -> ZooError {
    .malformed(path: bytes.path, offset: base + (position ?? place), reason: reason)
  }

  /// Makes the window hold the next `count` bytes.
  private mutating func ensure(_ count: Int) throws(ZooError) {
    if place >= windowStart, count <= windowStart + window.count - place { return }
    guard count <= bytes.count - place else {
      throw refuse(
        "the pickle goes on for \(count) more bytes; \(bytes.count - place) are left; the file is "
          + "truncated or damaged")
    }
    let end = min(bytes.count, place + max(count, Self.windowSize))
    window = [UInt8](try bytes.bytes(place..<end))
    windowStart = place
  }

  mutating func byte() throws(ZooError) -> UInt8 {
    try ensure(1)
    defer { place += 1 }
    return window[place - windowStart]
  }

  /// A little-endian number of at most 8 bytes.
  mutating func number(_ size: Int) throws(ZooError) -> UInt64 {
    try ensure(size)
    var number: UInt64 = 0
    for i in 0..<size { number |= UInt64(window[place - windowStart + i]) << UInt64(8 * i) }
    place += size
    return number
  }

  /// A length of `size` bytes; the pickle must be able to hold that many.
  mutating func length(_ size: Int) throws(ZooError) -> Int {
    let number = try number(size)
    guard number <= UInt64(bytes.count - place) else {
      throw refuse(
        "a value claims \(number) bytes; \(bytes.count - place) are left; the file is truncated "
          + "or damaged")
    }
    return Int(number)
  }

  /// The next `count` bytes, which have been found to be there by ``length(_:)``.
  mutating func take(_ count: Int) throws(ZooError) -> [UInt8] {
    try ensure(count)
    defer { place += count }
    return Array(window[place - windowStart..<place - windowStart + count])
  }

  mutating func skip(_ count: Int) { place += count }

  /// The bytes up to the end of the line, which is passed.
  mutating func line() throws(ZooError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let byte = try byte()
      if byte == 0x0A { return line }
      line.append(byte)
    }
  }
}
