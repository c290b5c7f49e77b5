import CZlib
import FacetFiles
import Foundation

/// Unpacking of deflated bytes (RFC 1951) by zlib, and its checksum.
enum Inflater {
  /// The first `count` bytes that `range` of a file unpacks to.
  ///
  /// Memory is as large as what comes out, which is never more than `count`.
  ///
  /// - Parameter whole: whether these must be all, and `range` must end with them.
  static func inflate(
    _ bytes: FileBytes, at range: Range<Int>, count: Int, whole: Bool, name: String
  ) throws(ZooError) -> Data {
    func refuse(_ reason: String) -> ZooError {
      .malformed(
        path: bytes.path, offset: range.lowerBound, reason: "member '\(name)' \(reason)")
    }
    if count == 0, !whole { return Data() }
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw refuse("can't be unpacked: zlib has no memory") }
    defer { inflateEnd(&stream) }

    var out = Data()
    var next = range.lowerBound
    var status = Z_OK
    // One byte more than wanted tells a member that claims too little.
    let wanted = whole ? count + 1 : count
    var room = [UInt8](repeating: 0, count: min(wanted, 1 << 20))
    while status == Z_OK, out.count < wanted, next < range.upperBound {
      let piece = [UInt8](try bytes.bytes(next..<min(next + 1 << 18, range.upperBound)))
      next += piece.count
      status = feed(&stream, piece, &room, &out, wanted)
    }
    guard status == Z_OK || status == Z_STREAM_END else {
      throw refuse("can't be unpacked: its bytes are no deflated data; fetch the file again")
    }
    if whole {
      guard status == Z_STREAM_END, out.count == count, next == range.upperBound,
        stream.avail_in == 0
      else { throw refuse("unpacks to another size than \(count) bytes") }
    } else if out.count < count {
      throw refuse("unpacks to \(out.count) bytes; more were said")
    }
    return out
  }

  /// Unpacks a piece until it is used up or `out` has `wanted` bytes.
  private static func feed(
    _ stream: inout z_stream, _ piece: [UInt8], _ room: inout [UInt8], _ out: inout Data,
    _ wanted: Int
  ) -> Int32 {
    var piece = piece
    return piece.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      defer { stream.next_in = nil }
      var status = Z_OK
      repeat {
        let given = min(room.count, wanted - out.count)
        let got = room.withUnsafeMutableBufferPointer { output in
          stream.next_out = output.baseAddress
          stream.avail_out = uInt(given)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return given - Int(stream.avail_out)
        }
        out.append(contentsOf: room[..<got])
        // Full output may leave more inside even when all input is used.
        if got < given { break }
      } while status == Z_OK && out.count < wanted
      return status == Z_BUF_ERROR ? Z_OK : status
    }
  }

  /// The CRC-32 of `data`, after that of the bytes before.
  static func crc(_ data: Data, after crc: UInt32 = 0) -> UInt32 {
    data.withUnsafeBytes { Self.crc($0, after: crc) }
  }

  static func crc(_ raw: UnsafeRawBufferPointer, after crc: UInt32 = 0) -> UInt32 {
    guard let base = raw.baseAddress else { return crc }
    let bytes = base.assumingMemoryBound(to: UInt8.self)
    return UInt32(truncatingIfNeeded: crc32_z(uLong(crc), bytes, raw.count))
  }
}
