import FacetEvaluation
import FacetTestSupport
import FacetWorkbench
import Foundation
import Testing

@Suite("Kept embeddings") struct EmbeddingCacheTests {
  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test("a second run embeds nothing and gives the same")
  func secondRun() throws {
    let set = try RenderedProtocol()
    let first = try set.run(set.job(kept: true))
    #expect(first.network?.embedded == 36 && first.network?.fromCache == 0)
    let file = try set.cacheFile()
    #expect(try permissions(file) == 0o600)
    #expect(try permissions(set.cache) == 0o700)
    let kept = try bytes(file)
    let second = try set.run(set.job(kept: true))
    #expect(second.network?.embedded == 0 && second.network?.fromCache == 36)
    #expect(second.pairs == first.pairs && second.verification == first.verification)
    #expect(try bytes(file) == kept)
    try set.write("1\nP_0 1 2\nP_0 1 P_1 1\n", to: "fewer.txt")
    let fewer = try set.run(set.job(pairs: "fewer.txt", kept: true))
    #expect(fewer.network?.embedded == 0 && fewer.network?.fromCache == 3)
    try FileManager.default.removeItem(atPath: set.file(0, 2))
    try FileManager.default.copyItem(atPath: set.file(7, 3), toPath: set.file(0, 2))
    _ = try set.run(set.job(kept: true))
    #expect(try bytes(file) == kept, "bytes that are known under another name are not new")
  }

  @Test("new images are added to the file")
  func added() throws {
    let set = try RenderedProtocol()
    try set.write("1\nP_0 1 2\nP_0 1 P_1 1\n", to: "fewer.txt")
    _ = try set.run(set.job(pairs: "fewer.txt", kept: true))
    let file = try set.cacheFile()
    let begun = try bytes(file)
    let all = try set.run(set.job(kept: true))
    #expect(all.network?.embedded == 33 && all.network?.fromCache == 3)
    let grown = try bytes(file)
    #expect(grown.starts(with: begun) && grown.count > begun.count)
    #expect(try permissions(file) == 0o600)
    #expect(try set.run().pairs == all.pairs)
    #expect(try set.run(set.job(kept: true)).network?.embedded == 0)
  }

  @Test("another model is another file")
  func keys() throws {
    let set = try RenderedProtocol()
    let first = try set.run(set.job(kept: true))
    try set.saveModel(seed: 2)
    let second = try set.run(set.job(kept: true))
    #expect(second.network?.embedded == 36)
    #expect(second.pairs != first.pairs)
    #expect(try FileManager.default.contentsOfDirectory(atPath: set.cache).count == 2)
    #expect(try second.pairs == set.run().pairs)
  }

  /// One record of the file: hash, perceptual hash, 32 values, checksum.
  private static let record = 64 + 16 + 4 * 32 + 16

  @Test("a damaged file is noticed wherever the damage is, and repaired", arguments: 0..<8)
  func damaged(_ kind: Int) throws {
    let set = try RenderedProtocol()
    let clean = try set.run(set.job(kept: true))
    let file = try set.cacheFile()
    let whole = try bytes(file)
    let header = whole.count % Self.record
    #expect((whole.count - header) / Self.record == 36)
    var data = whole
    var lost = 36
    switch kind {
    case 0: data[3] ^= 1
    case 1: data[header - 2] ^= 1  // The width: every record is cut wrongly.
    case 2: (data[header + 5], lost) = (data[header + 5] ^ 1, 1)  // An image's hash.
    case 3: (data[header + 100], lost) = (data[header + 100] ^ 0x80, 1)  // A value.
    case 4: (data[whole.count - 1], lost) = (data[whole.count - 1] ^ 2, 1)  // A checksum.
    case 5: (data, lost) = (whole.dropLast(50), 1)
    case 6: data = Data("something else".utf8)
    default: data = Data()
    }
    try data.write(to: URL(fileURLWithPath: file))
    let again = try set.run(set.job(kept: true))
    #expect(again.pairs == clean.pairs)
    #expect(again.network?.embedded == lost)
    #expect(again.network?.fromCache == 36 - lost)
    #expect(again.network?.notes.count == 1)
    #expect(again.network?.notes.first?.contains("computed anew") == true)
    #expect(try permissions(set.cacheFile()) == 0o600)
    let repaired = try set.run(set.job(kept: true))
    #expect(repaired.network?.embedded == 0 && repaired.network?.notes == [])
    #expect(repaired.pairs == clean.pairs)
  }

  @Test("records of another file are not taken for this one's")
  func foreignRecords() throws {
    let set = try RenderedProtocol()
    _ = try set.run(set.job(kept: true))
    let first = try set.cacheFile()
    try set.saveModel(seed: 2)
    let clean = try set.run(set.job(kept: true))
    let names = try FileManager.default.contentsOfDirectory(atPath: set.cache)
    let second = try #require(names.map { set.cache + "/" + $0 }.first { $0 != first })
    // The other model's records under this model's header.
    let header = try bytes(second).count % Self.record
    let mixed = try bytes(second).prefix(header) + bytes(first).dropFirst(header)
    try mixed.write(to: URL(fileURLWithPath: second))
    let again = try set.run(set.job(kept: true))
    #expect(again.network?.embedded == 36)
    #expect(again.pairs == clean.pairs)
  }

  @Test("a place that can't be written to costs a note, nothing else")
  func unwritable() throws {
    let set = try RenderedProtocol()
    try set.write("a file", to: "cache")
    let result = try set.run(set.job(kept: true))
    #expect(result.network?.embedded == 36)
    #expect(result.network?.notes.count == 1)
    #expect(result.network?.notes.first?.contains("not kept") == true)
    #expect(try result.pairs == set.run().pairs)
  }
}
