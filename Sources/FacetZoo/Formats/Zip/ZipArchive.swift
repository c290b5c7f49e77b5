import FacetFiles
import Foundation

/// A zip archive of stored and deflated members (PKWARE's APPNOTE.TXT), read by its directory.
///
/// An archive is not trusted. When it is opened, each local header must agree with the directory, and
/// members may not share bytes: an archive that packs one run of bytes into many members unpacks to
/// far more than deflate can reach. A deflated member may not claim more than ``maximumRatio`` times
/// its bytes. When a member is read whole, its size and checksum must be what was said.
struct ZipArchive: Sendable {
  /// No more than this can deflate make of a byte (zlib's technical details).
  static let maximumRatio = 1032
  /// All members together may not claim more bytes.
  static let maximumTotal = 64 << 30

  let bytes: FileBytes
  /// The members in the order of their bytes.
  let members: [ZipMember]
  private let places: [String: Int]

  var path: String { bytes.path }

  /// The member called `name`.
  subscript(name: String) -> ZipMember? { places[name].map { members[$0] } }

  init(_ bytes: FileBytes) throws(ZooError) {
    let directory = try ZipDirectory(bytes)
    var members = directory.members
    members.sort { ($0.header, $0.size) < ($1.header, $1.size) }
    var places: [String: Int] = [:]
    var (place, total) = (0, 0)
    for i in members.indices {
      let member = members[i]
      func refuse(_ reason: String) -> ZooError {
        .malformed(
          path: bytes.path, offset: member.header, reason: "member '\(member.name)' \(reason)")
      }
      guard member.header >= place else { throw refuse("overlaps another") }
      let local = try ZipLocalHeader(member, bytes, before: directory.start)
      guard places.updateValue(i, forKey: member.name) == nil else {
        throw refuse("is there twice")
      }
      guard member.size / Self.maximumRatio <= member.compressed else {
        throw refuse(
          "claims \(member.size) bytes in \(member.compressed); deflate can't pack so tightly")
      }
      let sum = total.addingReportingOverflow(member.size)
      guard !sum.overflow, sum.partialValue <= Self.maximumTotal else {
        throw refuse("brings the archive over \(Self.maximumTotal) bytes")
      }
      total = sum.partialValue
      members[i].start = local.start
      place = local.end
    }
    self.bytes = bytes
    self.members = members
    self.places = places
  }

  /// The member's bytes, whose number and checksum are as the directory says.
  func read(_ member: ZipMember) throws(ZooError) -> Data {
    let data = try prefix(member, member.size)
    try check(member, Inflater.crc(data))
    return data
  }

  /// The member's first `count` bytes, or all when it has fewer; their checksum can't be told.
  func prefix(_ member: ZipMember, _ count: Int) throws(ZooError) -> Data {
    let count = min(count, member.size)
    switch member.method {
    case .stored: return try bytes.bytes(member.start..<member.start + count)
    case .deflated:
      return try Inflater.inflate(
        bytes, at: member.start..<member.start + member.compressed, count: count,
        whole: count == member.size, name: member.name)
    case .unreadable(let reason):
      throw .unsupported(path: path, reason: "member '\(member.name)' is \(reason)")
    }
  }

  /// Throws unless `crc` is the member's.
  func check(_ member: ZipMember, _ crc: UInt32) throws(ZooError) {
    guard crc == member.crc else {
      throw .malformed(
        path: path, offset: member.start,
        reason: "member '\(member.name)' is damaged: its CRC-32 is "
          + "\(String(crc, radix: 16)), \(String(member.crc, radix: 16)) was expected; "
          + "fetch the file again")
    }
  }
}
