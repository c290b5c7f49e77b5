/// PBM, PGM and PPM (netpbm's formats), plain and raw: `P1` to `P6`, up to 16 bits a sample.
///
/// Samples are scaled to 0..255 by `255 v / maxval`, rounded. In PBM 1 is black. When a file holds
/// several pictures the first is read.
enum PortableAnymap {
  static func decode(_ bytes: [UInt8], name: String) throws(ImageError) -> Image {
    var reader = Reader(bytes: bytes, name: name)
    return try reader.picture()
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private struct Reader {
    let bytes: [UInt8]
    let name: String
    /// Past the two bytes of the format.
    var position = 2

    mutating func picture() throws(ImageError) -> Image {
      let kind = Int(bytes[1] - UInt8(ascii: "0"))
      let isBitmap = kind == 1 || kind == 4
      let width = try number("the width")
      let height = try number("the height")
      let maximum = isBitmap ? 1 : try number("the largest value")
      try ImageDecoder.checkSize(
        width: width, height: height, format: .portableAnymap, name: name)
      guard (1...65_535).contains(maximum) else {
        throw damaged("its largest value is \(maximum); it must be from 1 to 65535")
      }
      let channels = kind == 3 || kind == 6 ? 3 : 1
      let count = channels * width * height
      let samples: [UInt8]
      switch kind {
      case 1: samples = try plainBits(count)
      case 2, 3: samples = try plainSamples(count, maximum)
      case 4: samples = try rawBits(width, height)
      default: samples = try rawSamples(count, maximum)
      }
      let pixels = channels == 3 ? samples : samples.flatMap { [$0, $0, $0] }
      return Image(width: width, height: height, pixels: pixels)
    }

    /// The next decimal number, past blanks and comments (`#` to the end of the line).
    private mutating func number(_ what: String) throws(ImageError) -> Int {
      while position < bytes.count {
        if bytes[position] == UInt8(ascii: "#") {
          while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
            position += 1
          }
        } else if isBlank(bytes[position]) {
          position += 1
        } else {
          break
        }
      }
      var value = 0
      let start = position
      while position < bytes.count, case let digit = Int(bytes[position]) - 48, 0...9 ~= digit {
        value = value * 10 + digit
        if value > 1 << 31 { throw damaged("\(what) is a number of too many digits") }
        position += 1
      }
      if position == start {
        if position == bytes.count { throw truncated("\(what) is missing") }
        throw damaged("\(what) is not a number")
      }
      return value
    }

    private mutating func plainSamples(
      _ count: Int, _ maximum: Int
    ) throws(ImageError) -> [UInt8] {
      // A sample takes a digit and a blank, so a lying header is found before memory is taken.
      try requireBytes(2 * count - 1)
      var samples: [UInt8] = []
      samples.reserveCapacity(count)
      for _ in 0..<count {
        samples.append(try scaled(try number("a sample"), maximum))
      }
      return samples
    }

    private mutating func plainBits(_ count: Int) throws(ImageError) -> [UInt8] {
      try requireBytes(count)
      var samples: [UInt8] = []
      samples.reserveCapacity(count)
      while samples.count < count {
        guard position < bytes.count else {
          throw truncated("\(samples.count) of \(count) samples are there")
        }
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") {
          samples.append(byte == UInt8(ascii: "0") ? 255 : 0)
        } else if byte == UInt8(ascii: "#") {
          while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        } else if !isBlank(byte) {
          throw damaged("a sample is neither 0 nor 1")
        }
      }
      return samples
    }

    /// Steps over the one blank between the header and raw samples.
    private mutating func beginRaw(_ count: Int) throws(ImageError) {
      guard position < bytes.count else { throw truncated("the samples are missing") }
      guard isBlank(bytes[position]) else { throw damaged("no blank after the header") }
      position += 1
      try requireBytes(count)
    }

    private mutating func rawBits(_ width: Int, _ height: Int) throws(ImageError) -> [UInt8] {
      let stride = (width + 7) / 8
      try beginRaw(stride * height)
      let start = position
      return [UInt8](unsafeUninitializedCapacity: width * height) { samples, count in
        for y in 0..<height {
          for x in 0..<width {
            let isBlack = bytes[start + y * stride + x / 8] & (0x80 >> (x % 8)) != 0
            samples[y * width + x] = isBlack ? 0 : 255
          }
        }
        count = width * height
      }
    }

    private mutating func rawSamples(_ count: Int, _ maximum: Int) throws(ImageError) -> [UInt8] {
      let isWide = maximum > 255
      try beginRaw(isWide ? 2 * count : count)
      if maximum == 255 { return Array(bytes[position..<position + count]) }
      var samples: [UInt8] = []
      samples.reserveCapacity(count)
      for i in 0..<count {
        let value =
          isWide
          ? Int(bytes[position + 2 * i]) << 8 | Int(bytes[position + 2 * i + 1])
          : Int(bytes[position + i])
        samples.append(try scaled(value, maximum))
      }
      return samples
    }

    private func scaled(_ value: Int, _ maximum: Int) throws(ImageError) -> UInt8 {
      guard value <= maximum else {
        throw damaged("a sample is \(value), above the largest value \(maximum)")
      }
      return UInt8((value * 255 + maximum / 2) / maximum)
    }

    private func requireBytes(_ count: Int) throws(ImageError) {
      let left = bytes.count - position
      if left < count { throw truncated("\(left) bytes of samples where \(count) are needed") }
    }

    private func truncated(_ reason: String) -> ImageError {
      .truncated(path: name, format: .portableAnymap, reason: reason)
    }

    private func damaged(_ reason: String) -> ImageError {
      .damaged(path: name, format: .portableAnymap, reason: reason)
    }
  }
}
