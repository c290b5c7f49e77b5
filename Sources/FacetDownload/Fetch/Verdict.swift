import Foundation

/// What a server's answer means for the part that is there.
package enum Verdict: Equatable, Sendable {
  /// The bytes that follow are the file's from its beginning.
  case whole(ResumeRecord)
  /// The bytes that follow are the part's next.
  case next(ResumeRecord)
  /// The part is the whole file already.
  case complete
  case redirect(String)
  /// The part can't be used; ask for the whole file.
  case startOver(String)
  /// Ask again, after a pause that the server may have named.
  case retry(String, after: Duration?)
  /// Asking again is of no use.
  case refuse(String)

  /// - Parameters:
  ///   - url: what was asked for, before redirects.
  ///   - offset: the part's bytes; more than 0 when the rest was asked for.
  ///   - record: the part's.
  package init(_ answer: Answer, url: String, offset: Int, record: ResumeRecord?) {
    let packed = "the server packs the file (Content-Encoding), which it was asked not to do"
    switch answer.status {
    case 200:
      self = answer.isEncoded ? .refuse(packed) : .whole(Self.record(answer, url, answer.length))
    case 206:
      self = answer.isEncoded ? .refuse(packed) : Self.partial(answer, url, offset, record)
    case 416: self = Self.notSatisfiable(answer, offset)
    case 301, 302, 303, 307, 308:
      self =
        answer.location.map { .redirect($0) } ?? .refuse("the server redirects without an address")
    case 401, 403, 407:
      self = .refuse("the server demands a permission (HTTP \(answer.status))")
    case 404, 410: self = .refuse("the server doesn't have it (HTTP \(answer.status))")
    case 408, 425, 429, 500, 502, 503, 504:
      self = .retry("the server can't answer now (HTTP \(answer.status))", after: answer.retryAfter)
    default: self = .refuse("the server answers with HTTP \(answer.status)")
    }
  }

  private static func record(_ answer: Answer, _ url: String, _ total: Int?) -> ResumeRecord {
    ResumeRecord(
      url: url, entityTag: answer.entityTag, lastModified: answer.lastModified, total: total)
  }

  private static func partial(
    _ answer: Answer, _ url: String, _ offset: Int, _ record: ResumeRecord?
  ) -> Verdict {
    guard offset > 0, let record else {
      return .retry("the server sends a part where the whole was asked for", after: nil)
    }
    guard let range = answer.range, let bytes = range.bytes, bytes.lowerBound == offset,
      answer.length.map({ $0 == bytes.count }) ?? true
    else { return .startOver("the server sends another part than was asked for") }
    let sameSize = record.total == nil || range.total == nil || record.total == range.total
    guard sameSize, record.agrees(with: answer) else {
      return .startOver("the file on the server has changed")
    }
    var updated = record
    updated.total = record.total ?? range.total
    return .next(updated)
  }

  private static func notSatisfiable(_ answer: Answer, _ offset: Int) -> Verdict {
    guard offset > 0 else {
      return .retry("the server refuses a range that was not asked for (HTTP 416)", after: nil)
    }
    return answer.range?.total == offset
      ? .complete : .startOver("the server's file isn't as long as what is there")
  }
}
