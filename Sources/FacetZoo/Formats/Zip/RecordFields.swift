import Foundation

/// The fields of a zip archive's records: little-endian numbers at fixed places.
struct RecordFields {
  private let bytes: [UInt8]

  init(_ data: Data) { bytes = [UInt8](data) }

  var count: Int { bytes.count }

  func u16(_ at: Int) -> Int { Int(number(at, 2)) }
  func u32(_ at: Int) -> Int { Int(number(at, 4)) }

  /// A 64-bit number; `nil` when it is no place in any file.
  func u64(_ at: Int) -> Int? { Int(exactly: number(at, 8)) }

  /// The bytes at `range`, which lies inside the record.
  subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

  private func number(_ at: Int, _ size: Int) -> UInt64 {
    precondition(at >= 0 && at + size <= bytes.count, "a field at \(at) of \(bytes.count) bytes")
    return bytes[at..<at + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
