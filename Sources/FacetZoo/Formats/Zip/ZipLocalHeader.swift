import FacetFiles

/// The header in front of a member's bytes, which says again what the directory says.
struct ZipLocalHeader {
  /// Where the member's bytes begin.
  let start: Int
  /// Where the next member may begin.
  let end: Int

  /// - Parameter limit: where the archive's directory begins.
  init(_ member: ZipMember, _ bytes: FileBytes, before limit: Int) throws(ZooError) {
    func refuse(_ reason: String) -> ZooError {
      .malformed(
        path: bytes.path, offset: member.header, reason: "member '\(member.name)' \(reason)")
    }
    guard limit >= 30, member.header <= limit - 30 else {
      throw refuse("begins after the archive's members")
    }
    let fixed = RecordFields(try bytes.bytes(member.header..<member.header + 30))
    guard fixed.u32(0) == 0x0403_4B50 else { throw refuse("has no local header") }
    let (nameLength, extraLength) = (fixed.u16(26), fixed.u16(28))
    let start = member.header + 30 + nameLength + extraLength
    guard start <= limit, member.compressed <= limit - start else {
      throw refuse("goes on after the archive's members")
    }
    self.start = start
    let variable = RecordFields(try bytes.bytes(member.header + 30..<start))
    guard variable[0..<nameLength].elementsEqual(member.name.utf8) else {
      throw refuse("has another name in its local header")
    }
    if member.method == .stored || member.method == .deflated {
      guard fixed.u16(8) == (member.method == .stored ? 0 : 8), fixed.u16(6) & 0x2041 == 0 else {
        throw refuse("is compressed in another way in its local header")
      }
    }
    // A writer that adds a descriptor may leave these fields empty.
    var extra = ZipExtra(variable, nameLength..<nameLength + extraLength)
    let crc = fixed.u32(14)
    var sizes: [Int] = []
    for at in [22, 18] {
      let narrow = fixed.u32(at)
      sizes.append(narrow == 0xFFFF_FFFF ? extra.next() ?? narrow : narrow)
    }
    let empty = member.hasDescriptor && sizes == [0, 0]
    guard empty || sizes == [member.size, member.compressed] else {
      throw refuse(
        "has \(sizes[1]) bytes in its local header, \(member.compressed) in the directory")
    }
    guard crc == Int(member.crc) || member.hasDescriptor && crc == 0 else {
      throw refuse("has another CRC-32 in its local header")
    }
    end = start + member.compressed + (member.hasDescriptor ? 12 : 0)
    if member.hasDescriptor { try Self.checkDescriptor(member, start, bytes, limit, refuse) }
  }

  /// The descriptor has a signature or none, and sizes of 32 or 64 bits; nothing tells which.
  private static func checkDescriptor(
    _ member: ZipMember, _ start: Int, _ bytes: FileBytes, _ limit: Int,
    _ refuse: (String) -> ZooError
  ) throws(ZooError) {
    let at = start + member.compressed
    let record = RecordFields(try bytes.bytes(at..<min(at + 24, limit)))
    for signature in [4, 0] where record.count >= signature + 12 {
      guard signature == 0 || record.u32(0) == 0x0807_4B50 else { continue }
      guard record.u32(signature) == Int(member.crc) else { continue }
      if record.u32(signature + 4) == member.compressed, record.u32(signature + 8) == member.size {
        return
      }
      if record.count >= signature + 20, record.u64(signature + 4) == member.compressed,
        record.u64(signature + 12) == member.size
      {
        return
      }
    }
    throw refuse("is followed by no descriptor of its sizes and checksum")
  }
}
