import Foundation

/// The head of a server's answer, as far as a download looks at it.
package struct Answer: Equatable, Sendable {
  /// Which of a file's bytes an answer holds (RFC 9110, 14.4).
  package struct ContentRange: Equatable, Sendable {
    /// `nil` when none could be given (416).
    package let bytes: ClosedRange<Int>?
    /// The file's size, when told.
    package let total: Int?
  }

  package let status: Int
  /// `Content-Length`.
  package let length: Int?
  package let range: ContentRange?
  package let entityTag: String?
  package let lastModified: String?
  package let location: String?
  /// How long the server asks to wait.
  package let retryAfter: Duration?
  /// Whether the bytes are packed, so that neither their number nor their order is the file's.
  package let isEncoded: Bool

  /// - Parameter field: a header field's value by its name; the name's case must not matter.
  package init(status: Int, now: Date = Date(), field: (String) -> String?) {
    func plain(_ name: String) -> String? { field(name).flatMap { Self.isPlain($0) ? $0 : nil } }
    self.status = status
    length = field("Content-Length").flatMap(Self.number)
    range = field("Content-Range").flatMap(Self.contentRange)
    entityTag = plain("ETag")
    lastModified = plain("Last-Modified")
    location = field("Location")
    retryAfter = field("Retry-After").flatMap { Self.pause($0, now) }
    isEncoded = field("Content-Encoding").map { $0.lowercased() != "identity" } ?? false
  }

  /// Whether a value can be sent back in a request: printable ASCII of a sensible length.
  static func isPlain(_ value: String) -> Bool {
    (1...1024).contains(value.utf8.count) && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// A number of bytes: digits only, and not beyond what an `Int` holds.
  private static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  /// `bytes 0-99/200`, `bytes 0-99/*`, `bytes */200`.
  private static func contentRange(_ text: String) -> ContentRange? {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let halves = words[1].split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let total = number(halves[1])
    guard total != nil || halves[1] == "*" else { return nil }
    if halves[0] == "*" { return total.map { ContentRange(bytes: nil, total: $0) } }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = number(ends[0]), let last = number(ends[1]), first <= last,
      last < total ?? Int.max
    else { return nil }
    return ContentRange(bytes: first...last, total: total)
  }

  /// `120` or a date, which may be past.
  private static func pause(_ text: String, _ now: Date) -> Duration? {
    if let seconds = number(text) { return .seconds(min(seconds, 1 << 40)) }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = formatter.date(from: text) else { return nil }
    return .seconds(max(0, min(date.timeIntervalSince(now), 1e12)))
  }
}
