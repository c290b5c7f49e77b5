import FacetDownload
import Foundation
import Testing

/// Heads of answers, and what they mean for a part.
@Suite("Answers") struct AnswerTests {
  private func answer(_ status: Int, _ fields: [String: String] = [:]) -> Answer {
    Answer(status: status, now: Date(timeIntervalSince1970: 1_445_412_480)) { fields[$0] }
  }

  private func verdict(
    _ status: Int, _ fields: [String: String] = [:], offset: Int = 0, record: ResumeRecord? = nil
  ) -> Verdict {
    Verdict(answer(status, fields), url: "u", offset: offset, record: record)
  }

  private let record = ResumeRecord(
    url: "u", entityTag: "\"a\"", lastModified: "then", total: 100)

  @Test(
    "ranges",
    arguments: [
      ("bytes 0-99/200", 0, 99, 200), ("bytes 5-5/*", 5, 5, nil), ("BYTES 0-0/1", 0, 0, 1),
      ("bytes */200", nil, nil, 200), ("bytes */*", nil, nil, nil),
      ("bytes 5-4/200", nil, nil, nil),
      ("bytes 0-200/200", nil, nil, nil), ("bytes -5-9/10", nil, nil, nil), ("", nil, nil, nil),
      ("bytes 0-99", nil, nil, nil), ("bytes 0-9/10/11", nil, nil, nil),
      ("bytes 0-99999999999999999999/*", nil, nil, nil), ("lines 0-9/10", nil, nil, nil),
      ("bytes 0-9/+10", nil, nil, nil), ("bytes 0-9/", nil, nil, nil),
    ] as [(String, Int?, Int?, Int?)])
  func ranges(_ text: String, _ first: Int?, _ last: Int?, _ total: Int?) {
    let range = answer(206, ["Content-Range": text]).range
    #expect(range?.bytes?.lowerBound == first)
    #expect(range?.bytes?.upperBound == last)
    #expect(range?.total == total)
  }

  @Test(
    "lengths",
    arguments: [
      ("0", 0), ("12", 12), ("-1", nil), ("+1", nil), ("1.0", nil), ("", nil), ("0x10", nil),
      ("99999999999999999999", nil), ("9223372036854775807", Int.max),
    ] as [(String, Int?)])
  func lengths(_ text: String, _ expected: Int?) {
    #expect(answer(200, ["Content-Length": text]).length == expected)
  }

  @Test(
    "waits",
    arguments: [
      ("0", 0), ("120", 120), ("Wed, 21 Oct 2015 07:29:00 GMT", 60),
      ("Wed, 21 Oct 2015 07:00:00 GMT", 0), ("soon", nil), ("-5", nil),
      ("9223372036854775807", 1 << 40),
    ] as [(String, Int?)])
  func waits(_ text: String, _ seconds: Int?) {
    // The moment of these answers is 07:28:00.
    #expect(answer(503, ["Retry-After": text]).retryAfter == seconds.map { .seconds($0) })
  }

  @Test(
    "tags that can't be sent back are none", arguments: ["", "a\u{7}", "caf\u{E9}", "a\r\nb: c"])
  func tags(_ tag: String) {
    #expect(answer(200, ["ETag": tag, "Last-Modified": tag]).entityTag == nil)
    #expect(answer(200, ["ETag": tag, "Last-Modified": tag]).lastModified == nil)
  }

  @Test("the whole file")
  func whole() {
    #expect(
      verdict(200, ["Content-Length": "7", "ETag": "\"a\""], offset: 5, record: record)
        == .whole(ResumeRecord(url: "u", entityTag: "\"a\"", lastModified: nil, total: 7)))
  }

  @Test("the next bytes, only if they are of the same file")
  func next() {
    let good = ["Content-Range": "bytes 40-99/100", "Content-Length": "60", "ETag": "\"a\""]
    #expect(verdict(206, good, offset: 40, record: record) == .next(record))
    for (name, value) in [
      ("Content-Range", "bytes 41-99/100"), ("Content-Range", "bytes 40-99/101"),
      ("Content-Range", "nonsense"), ("Content-Length", "61"), ("ETag", "\"b\""),
    ] {
      let bad = good.merging([name: value]) { $1 }
      guard case .startOver = verdict(206, bad, offset: 40, record: record) else {
        Issue.record("\(name): \(value)")
        continue
      }
    }
    // A tag that is only weak now, or none: the date decides then.
    #expect(
      verdict(206, good.merging(["ETag": "W/\"a\""]) { $1 }, offset: 40, record: record)
        == .next(record))
    var untagged = good
    untagged["ETag"] = nil
    untagged["Last-Modified"] = "then"
    #expect(verdict(206, untagged, offset: 40, record: record) == .next(record))
    untagged["Last-Modified"] = "later"
    #expect(
      verdict(206, untagged, offset: 40, record: record)
        == .startOver("the file on the server has changed"))
    // A part that wasn't asked for.
    guard case .retry = verdict(206, good) else {
      Issue.record("206 to a plain request")
      return
    }
  }

  @Test("a size that comes later is remembered")
  func laterSize() {
    var unknown = record
    unknown.total = nil
    #expect(
      verdict(206, ["Content-Range": "bytes 40-99/100"], offset: 40, record: unknown)
        == .next(record))
  }

  @Test("nothing beyond the part")
  func notSatisfiable() {
    #expect(
      verdict(416, ["Content-Range": "bytes */40"], offset: 40, record: record) == .complete)
    for fields in [["Content-Range": "bytes */41"], [:]] {
      guard case .startOver = verdict(416, fields, offset: 40, record: record) else {
        Issue.record("\(fields)")
        continue
      }
    }
  }

  @Test("redirects without an address")
  func redirects() {
    #expect(verdict(302, ["Location": "x"]) == .redirect("x"))
    guard case .refuse = verdict(302) else {
      Issue.record("302 without Location")
      return
    }
  }
}
