import Foundation

/// Writes a zip archive of stored members. Equal members give equal bytes: there is no date but the
/// format's first, 1980-01-01.
struct ZipWriter {
  /// Sizes and places from here on are written in 64 bits.
  private let wideFrom: Int
  private var body = Data()
  private var directory = Data()
  private var count = 0

  init(wideFrom: Int = 0xFFFF_FFFF) { self.wideFrom = min(wideFrom, 0xFFFF_FFFF) }

  /// Adds a member; names must differ.
  mutating func add(_ name: String, _ data: Data) {
    let crc = Inflater.crc(data)
    let offset = body.count
    let size = data.count
    let wide = max(offset, size) >= wideFrom
    // Both sizes and the place at once: readers take them in this order where the field is all ones.
    var extra = Data()
    if wide {
      extra.number(1, 2)
      extra.number(24, 2)
      for number in [size, size, offset] { extra.number(number, 8) }
    }
    let short = wide ? 0xFFFF_FFFF : size
    func common(_ record: inout Data, extra: Data) {
      record.number(wide ? 45 : 20, 2)
      // Bit 11: the name is UTF-8.
      record.number(name.utf8.allSatisfy { $0 < 0x80 } ? 0 : 0x800, 2)
      for number in [0, 0, 0x21] { record.number(number, 2) }
      record.number(Int(crc), 4)
      record.number(short, 4)
      record.number(short, 4)
      record.number(name.utf8.count, 2)
      record.number(extra.count, 2)
    }
    body.number(0x0403_4B50, 4)
    // The local header has no place to give.
    var local = extra.prefix(20)
    if wide { local.replaceSubrange(2..<4, with: [16, 0]) }
    common(&body, extra: local)
    body.append(contentsOf: name.utf8)
    body.append(local)
    body.append(data)

    directory.number(0x0201_4B50, 4)
    directory.number(wide ? 45 : 20, 2)
    common(&directory, extra: extra)
    for number in [0, 0, 0] { directory.number(number, 2) }
    directory.number(0, 4)
    directory.number(wide ? 0xFFFF_FFFF : offset, 4)
    directory.append(contentsOf: name.utf8)
    directory.append(extra)
    count += 1
  }

  /// The archive's bytes.
  func finished() -> Data {
    var end = Data()
    let start = body.count
    let wide = count >= 0xFFFF || max(start, directory.count) >= wideFrom
    if wide {
      end.number(0x0606_4B50, 4)
      end.number(44, 8)
      end.number(45, 2)
      end.number(45, 2)
      end.number(0, 8)
      for number in [count, count, directory.count, start] { end.number(number, 8) }
      end.number(0x0706_4B50, 4)
      end.number(0, 4)
      end.number(start + directory.count, 8)
      end.number(1, 4)
    }
    end.number(0x0605_4B50, 4)
    end.number(0, 4)
    end.number(wide ? 0xFFFF : count, 2)
    end.number(wide ? 0xFFFF : count, 2)
    end.number(wide ? 0xFFFF_FFFF : directory.count, 4)
    end.number(wide ? 0xFFFF_FFFF : start, 4)
    end.number(0, 2)
    return body + directory + end
  }
}

extension Data {
  /// Appends a number of `size` bytes, the lowest first.
  fileprivate mutating func number(_ value: Int, _ size: Int) {
    for i in 0..<size { append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
  }
}
