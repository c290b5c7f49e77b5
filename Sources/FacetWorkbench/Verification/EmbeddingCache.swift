import FacetFiles
import FacetGraph
import FacetZoo
import Foundation

/// An image's embedding and what else is worth knowing of its pixels.
struct Embedding: Sendable, Equatable {
  /// Not normalised.
  let values: [Float]
  /// The image's ``PerceptualHash``.
  let perceptualHash: UInt64
}

/// Embeddings that earlier runs computed, in one file for each model and preprocessing.
///
/// Embeddings of faces are biometric data: the folder is readable by its owner only (0700, its files
/// 0600), and removing it forgets them. A file is a header and records of one size, each with a
/// checksum over the key, the image's SHA-256 and the values, so a damaged record is found and
/// computed anew, never used. Records are appended; a damaged file is replaced whole.
struct EmbeddingCache {
  let path: String
  /// The embeddings that were asked for and are there, by the SHA-256 of the image's bytes.
  private(set) var entries: [String: Embedding] = [:]
  /// What went wrong with the file, for the reader; the embeddings do not depend on it.
  private(set) var notes: [String] = []

  private let key: String
  private let folder: String
  private var state = State.absent
  private enum State {
    case absent
    case appendable(width: Int)
    case off
  }

  /// Changed with the format or with what is computed; part of every key.
  private static let format = "facet-embeddings-2"
  private static let headerLength = format.utf8.count + 1 + 64 + 1 + 10 + 1
  private static let digits = 64
  private static let checksumDigits = 16
  private static let widest = 1 << 20

  /// What an embedding depends on beside the image: the file's bytes, the graph they became, the
  /// layer and the preprocessing.
  static func key(of loaded: LoadedModel) -> SHA256Digest {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let model = loaded.model
    let graph = (try? encoder.encode(model.graph)) ?? Data()
    let input = (try? encoder.encode(model.card.input)) ?? Data()
    return SHA256Digest(
      of: Data(
        [
          format, facetVersion, loaded.sha256.hex, SHA256Digest(of: graph).hex,
          model.card.embeddingLayer.name, String(decoding: input, as: UTF8.self),
        ].joined(separator: "\n").utf8))
  }

  /// Reads what the folder has of the wanted images.
  ///
  /// - Parameters:
  ///   - key: from ``key(of:)``.
  ///   - wanted: the SHA-256 of each image's bytes.
  init(folder: String, key: SHA256Digest, wanted: Set<String>) {
    self.folder = folder
    self.key = key.hex
    path = folder + "/" + key.hex + ".embeddings"
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try read(FileReading.data(at: path), wanted)
    } catch {
      notes.append("Kept embeddings can't be read, so they are computed anew: \(error)")
    }
  }

  private mutating func read(_ data: Data, _ wanted: Set<String>) throws(FileError) {
    let header = String(decoding: data.prefix(Self.headerLength), as: UTF8.self)
    let fields = header.split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard fields.count == 3, fields[0] == Self.format, fields[1] == key,
      let width = Int(fields[2]), 1...Self.widest ~= width, header == self.header(width: width)
    else {
      notes.append("\(path) is damaged or of another kind; its embeddings are computed anew.")
      return
    }
    let size = Self.recordLength(width: width)
    var good = Data()
    var damaged = 0
    var start = data.startIndex + Self.headerLength
    while start < data.endIndex {
      let record = data[start..<min(start + size, data.endIndex)]
      start += size
      guard let (hash, embedding) = self.embedding(in: record, width: width) else {
        damaged += 1
        continue
      }
      good.append(record)
      if wanted.contains(hash) { entries[hash] = embedding }
    }
    state = .appendable(width: width)
    guard damaged > 0 else { return }
    notes.append(
      "\(path) was damaged: \(counted(damaged, "embedding")) in it can't be used and "
        + "\(damaged == 1 ? "is" : "are") computed anew.")
    keep(Data(self.header(width: width).utf8) + good, isWhole: true)
  }

  /// Keeps new embeddings, all of one width. A failure is noted once and changes nothing else.
  mutating func add(_ new: [(hash: String, embedding: Embedding)]) {
    guard let width = new.first?.embedding.values.count else { return }
    for (hash, embedding) in new { entries[hash] = embedding }
    var records = Data()
    for (hash, embedding) in new { records.append(record(hash, embedding)) }
    switch state {
    case .off: return
    case .appendable(width): keep(records, isWhole: false)
    case .absent, .appendable:
      keep(Data(header(width: width).utf8) + records, isWhole: true)
      if case .absent = state { state = .appendable(width: width) }
    }
  }

  /// - Parameter isWhole: whether `data` replaces the file or follows what is in it.
  private mutating func keep(_ data: Data, isWhole: Bool) {
    do {
      if isWhole {
        try AtomicFile.makeDirectory(folder)
        // First the folder: no one else may see the file even for a moment.
        guard chmod(folder, 0o700) == 0 else {
          throw FileError.notWritable(path: folder, reason: String(cString: strerror(errno)))
        }
        try AtomicFile.write(data, to: path)
        guard chmod(path, 0o600) == 0 else {
          throw FileError.notWritable(path: path, reason: String(cString: strerror(errno)))
        }
      } else {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: data)
      }
    } catch let error as FileError {
      state = .off
      notes.append("Embeddings are not kept for the next run: \(error)")
    } catch {
      state = .off
      notes.append(
        "Embeddings are not kept for the next run: \(path): \(error.localizedDescription)")
    }
  }

  // MARK: - The format

  private func header(width: Int) -> String {
    let digits = String(width)
    return "\(Self.format) \(key) "
      + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + "\n"
  }

  private static func recordLength(width: Int) -> Int {
    digits + checksumDigits + 4 * width + checksumDigits
  }

  /// The image's SHA-256, its perceptual hash (both in hexadecimal digits), the values as
  /// little-endian 32-bit floats, and the first digits of the checksum.
  private func record(_ hash: String, _ embedding: Embedding) -> Data {
    let bits = String(embedding.perceptualHash, radix: 16)
    var data = Data((hash + String(repeating: "0", count: 16 - bits.count) + bits).utf8)
    for value in embedding.values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    data.append(contentsOf: checksum(of: data).utf8)
    return data
  }

  private func embedding(in record: Data, width: Int) -> (String, Embedding)? {
    guard record.count == Self.recordLength(width: width) else { return nil }
    let bytes = [UInt8](record)
    let end = bytes.count - Self.checksumDigits
    guard Array(checksum(of: Data(bytes[..<end])).utf8) == Array(bytes[end...]) else { return nil }
    let head = Self.digits + Self.checksumDigits
    let text = String(decoding: bytes[Self.digits..<head], as: UTF8.self)
    guard let perceptualHash = UInt64(text, radix: 16) else { return nil }
    let values = (0..<width).map { i in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[head + 4 * i + $1]) << (8 * $1) })
    }
    return (
      String(decoding: bytes[..<Self.digits], as: UTF8.self),
      Embedding(values: values, perceptualHash: perceptualHash)
    )
  }

  private func checksum(of data: Data) -> String {
    String(SHA256Digest(of: Data(key.utf8) + data).hex.prefix(Self.checksumDigits))
  }
}

extension EmbeddingCache {
  /// Where embeddings are kept: `embeddings` in `$FACET_CACHE`, `$XDG_CACHE_HOME/facet` or
  /// `~/.cache/facet`; `nil` where none of them is known.
  static func folder(in environment: [String: String]) -> String? {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    // The XDG specification says that a relative path is to be ignored.
    let xdg = value("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 + "/facet" : nil }
    let cache = value("FACET_CACHE") ?? xdg ?? value("HOME").map { $0 + "/.cache/facet" }
    return cache.map { $0 + "/embeddings" }
  }
}
