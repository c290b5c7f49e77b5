import FacetFiles
import Foundation

/// What is remembered beside a part, in `NAME.part.json`: whose bytes they are.
package struct ResumeRecord: Codable, Equatable, Sendable {
  /// The address that was asked for, before redirects.
  package var url: String
  package var entityTag: String?
  package var lastModified: String?
  /// The whole file's size in bytes.
  package var total: Int?

  package init(url: String, entityTag: String?, lastModified: String?, total: Int?) {
    self.url = url
    self.entityTag = entityTag
    self.lastModified = lastModified
    self.total = total
  }

  /// What `If-Range` says (RFC 9110, 13.1.5): a strong entity tag, or else the date.
  package var validator: String? {
    if let entityTag, !entityTag.hasPrefix("W/") { return entityTag }
    return lastModified
  }

  /// Whether an answer's bytes belong to the same file as far as the server tells.
  package func agrees(with answer: Answer) -> Bool {
    if let mine = entityTag, let other = answer.entityTag {
      // A weak tag and the strong one of the same file are spelled alike but for the mark.
      func opaque(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }
      return opaque(mine) == opaque(other)
    }
    if let mine = lastModified, let other = answer.lastModified { return mine == other }
    return true
  }

  /// The record in a file; `nil` when it is missing or damaged, which costs a new beginning only.
  static func read(_ path: String) -> ResumeRecord? {
    guard let data = try? FileReading.data(at: path, limit: 1 << 16),
      let record = try? JSONDecoder().decode(ResumeRecord.self, from: data),
      record.total.map({ $0 >= 0 }) ?? true
    else { return nil }
    let tags = [record.entityTag, record.lastModified].compactMap { $0 }
    return tags.allSatisfy(Answer.isPlain) ? record : nil
  }

  func write(to path: String) throws(DownloadError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw .file(.notWritable(path: path, reason: "the record can't be encoded"))
    }
    do {
      try AtomicFile.write(data, to: path)
    } catch {
      throw .file(error)
    }
  }
}
