import FacetFiles
import Foundation

/// The central directory at the end of a zip archive (PKWARE's APPNOTE.TXT, 4.3 and 4.4), with zip64.
///
/// Archives over several disks, and archives with bytes in front that the directory doesn't count, are
/// refused.
struct ZipDirectory {
  private(set) var members: [ZipMember] = []
  /// Where the directory begins; the members lie before.
  let start: Int

  init(_ bytes: FileBytes) throws(ZooError) {
    let end = try End(bytes)
    start = end.directory.lowerBound
    let path = bytes.path
    let record = RecordFields(try bytes.bytes(end.directory))
    var place = 0
    while place < record.count {
      func refuse(_ reason: String) -> ZooError {
        .malformed(path: path, offset: end.directory.lowerBound + place, reason: reason)
      }
      guard record.count - place >= 46, record.u32(place) == 0x0201_4B50 else {
        throw refuse("an entry of the zip archive's directory was expected")
      }
      let length = 46 + record.u16(place + 28) + record.u16(place + 30) + record.u16(place + 32)
      guard length <= record.count - place else {
        throw refuse("an entry of the zip archive's directory goes on after its end")
      }
      members.append(try Self.member(record, place, refuse))
      place += length
    }
    guard members.count == end.count else {
      throw .malformed(
        path: path, offset: start,
        reason: "the zip archive's directory has \(members.count) entries; \(end.count) were said")
    }
  }

  private static func member(
    _ record: RecordFields, _ at: Int, _ refuse: (String) -> ZooError
  ) throws(ZooError) -> ZipMember {
    let flags = record.u16(at + 8)
    let nameEnd = at + 46 + record.u16(at + 28)
    guard let name = String(validating: record[at + 46..<nameEnd], as: UTF8.self) else {
      throw refuse("the member's name is not UTF-8")
    }
    // A field of ones stands in the zip64 extra, in this order.
    var wide = [
      (record.u32(at + 24), 0xFFFF_FFFF), (record.u32(at + 20), 0xFFFF_FFFF),
      (record.u32(at + 42), 0xFFFF_FFFF),
    ]
    var extra = ZipExtra(record, nameEnd..<nameEnd + record.u16(at + 30))
    for i in wide.indices where wide[i].0 == wide[i].1 {
      guard let number = extra.next() else {
        throw refuse("member '\(name)' lacks a size or place of 64 bits")
      }
      wide[i].0 = number
    }
    let (size, compressed, header) = (wide[0].0, wide[1].0, wide[2].0)
    let method: ZipMember.Method =
      switch (flags & 0x2041, record.u16(at + 10)) {
      case (0, 0): .stored
      case (0, 8): .deflated
      case (0, let other): .unreadable("compressed by method \(other); only deflate is read")
      default: .unreadable("encrypted")
      }
    guard method != .stored || size == compressed else {
      throw refuse("member '\(name)' is stored, but its two sizes differ")
    }
    return ZipMember(
      name: name, method: method, crc: UInt32(truncatingIfNeeded: record.u32(at + 16)),
      compressed: compressed, size: size, hasDescriptor: flags & 8 != 0, header: header)
  }
}

/// The 64-bit numbers of a record's zip64 extra field, one after the other.
struct ZipExtra {
  private let record: RecordFields
  private var place = 0
  private var end = 0

  init(_ record: RecordFields, _ range: Range<Int>) {
    self.record = record
    var at = range.lowerBound
    while range.upperBound - at >= 4 {
      let size = record.u16(at + 2)
      guard size <= range.upperBound - at - 4 else { return }
      if record.u16(at) == 1 {
        (place, end) = (at + 4, at + 4 + size)
        return
      }
      at += 4 + size
    }
  }

  mutating func next() -> Int? {
    guard end - place >= 8 else { return nil }
    place += 8
    return record.u64(place - 8)
  }
}

extension ZipDirectory {
  /// The record that ends an archive and says where the directory is.
  private struct End {
    let directory: Range<Int>
    let count: Int

    init(_ bytes: FileBytes) throws(ZooError) {
      let path = bytes.path
      let tail = max(0, bytes.count - 22 - 0xFFFF)
      let record = RecordFields(try bytes.bytes(tail..<bytes.count))
      // The comment, which comes last, may hold anything, even another such record.
      let last = stride(from: record.count - 22, through: 0, by: -1).first { at in
        record.u32(at) == 0x0605_4B50 && record.u16(at + 20) == record.count - at - 22
      }
      guard let last else {
        throw .malformed(
          path: path, offset: tail,
          reason: "the zip archive has no end record; the file is truncated")
      }
      let place = tail + last
      func refuse(_ reason: String) -> ZooError {
        .malformed(path: path, offset: place, reason: reason)
      }
      guard record.u16(last + 4) == 0 || record.u16(last + 4) == 0xFFFF,
        record.u16(last + 8) == record.u16(last + 10)
      else { throw refuse("the zip archive is spread over several files") }
      var (count, size, start) = (
        record.u16(last + 10), record.u32(last + 12), record.u32(last + 16)
      )
      var end = place
      if let wide = try Self.zip64(bytes, before: place) {
        (count, size, start, end) = wide
      }
      guard start <= end, size == end - start, count <= size / 46 else {
        throw refuse(
          "the zip archive's directory of \(count) entries is said to be \(size) bytes from "
            + "\(start), its end is at \(end)")
      }
      directory = start..<end
      self.count = count
    }

    /// What the zip64 end record says, when there is one.
    private static func zip64(
      _ bytes: FileBytes, before place: Int
    ) throws(ZooError) -> (count: Int, size: Int, start: Int, end: Int)? {
      guard place >= 20 else { return nil }
      let locator = RecordFields(try bytes.bytes(place - 20..<place))
      guard locator.u32(0) == 0x0706_4B50 else { return nil }
      guard let at = locator.u64(8), at <= place - 20 - 56 else {
        throw .malformed(
          path: bytes.path, offset: place - 20, reason: "the zip64 end record is outside the file")
      }
      let record = RecordFields(try bytes.bytes(at..<at + 56))
      guard record.u32(0) == 0x0606_4B50, let length = record.u64(4),
        length == place - 20 - at - 12,
        let count = record.u64(32), record.u64(24) == count, let size = record.u64(40),
        let start = record.u64(48)
      else {
        throw .malformed(path: bytes.path, offset: at, reason: "the zip64 end record is not valid")
      }
      return (count, size, start, at)
    }
  }
}
