/// The formats that are decoded, told apart by their first bytes and never by a file's name.
public enum ImageFormat: String, Hashable, Sendable, CustomStringConvertible {
  case png = "PNG"
  case jpeg = "JPEG"
  case gif = "GIF"
  /// PBM, PGM or PPM (`P1` to `P6`).
  case portableAnymap = "PBM/PGM/PPM"

  public var description: String { rawValue }

  /// The format whose signature `bytes` begin with; `nil` when it is none of these.
  public init?(sniffing bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(8))
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if head.starts(with: "GIF87a".utf8) || head.starts(with: "GIF89a".utf8) {
      self = .gif
    } else if head.count > 2, head[0] == UInt8(ascii: "P"),
      (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(head[1]),
      PortableAnymap.isBlank(head[2]) || head[2] == UInt8(ascii: "#")
    {
      self = .portableAnymap
    } else {
      return nil
    }
  }

  /// What bytes that are none of the formats seem to be, for an error: "a WebP picture", "text".
  public static func appearance(of bytes: some Collection<UInt8>) -> String {
    let head = Array(bytes.prefix(512))
    if head.isEmpty { return "an empty file" }
    if let known = signature(of: head) { return known }
    if head.allSatisfy({ $0 == 0 }) { return "nothing but zero bytes" }
    if let text = kindOfText(head) { return text }
    let digits = head.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "binary data beginning with the bytes \(digits.joined(separator: " "))"
  }

  private static func signature(of head: [UInt8]) -> String? {
    let signatures: [(at: Int, bytes: [UInt8], name: String)] = [
      (8, Array("WEBP".utf8), "a WebP picture"),
      (0, Array("BM".utf8), "a BMP picture"),
      (0, [0x49, 0x49, 0x2A, 0x00], "a TIFF picture"),
      (0, [0x4D, 0x4D, 0x00, 0x2A], "a TIFF picture"),
      (4, Array("ftypavif".utf8), "an AVIF picture"),
      (4, Array("ftyphei".utf8), "a HEIC picture"),
      (4, Array("ftypmif1".utf8), "a HEIF picture"),
      (4, Array("ftyp".utf8), "an MP4 or QuickTime video"),
      (0, [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50], "a JPEG 2000 picture"),
      (0, [0x00, 0x00, 0x01, 0x00], "a Windows icon"),
      (0, Array("8BPS".utf8), "a Photoshop document"),
      (0, Array("P7\n".utf8), "a PAM picture"),
      (0, Array("PF\n".utf8), "a PFM picture"),
      (0, Array("Pf\n".utf8), "a PFM picture"),
      (0, [0x93] + Array("NUMPY".utf8), "a NumPy array"),
      (0, Array("PK\u{3}\u{4}".utf8), "a zip archive"),
      (0, [0x1F, 0x8B], "gzip-compressed data"),
      (0, Array("%PDF".utf8), "a PDF document"),
      (0, [0x7F] + Array("ELF".utf8), "a program"),
      (0, Array("version https://git-lfs".utf8), "a Git LFS pointer, not the file itself"),
    ]
    return signatures.first { head.dropFirst($0.at).starts(with: $0.bytes) }?.name
  }

  private static func kindOfText(_ head: [UInt8]) -> String? {
    let isText = head.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    guard isText else { return nil }
    let text = String(decoding: head, as: UTF8.self).lowercased()
    if text.contains("<svg") { return "an SVG drawing" }
    if text.contains("<html") || text.contains("<!doctype html") { return "an HTML page" }
    if text.hasPrefix("<?xml") { return "XML" }
    if text.hasPrefix("{") { return "JSON" }
    return "text"
  }
}
