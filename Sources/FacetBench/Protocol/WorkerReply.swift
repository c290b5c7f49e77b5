import Foundation

/// What a worker answers: one JSON object a line on its standard output, and nothing else there.
public struct WorkerReply: Equatable, Codable, Sendable {
  public var ok: Bool
  /// Why not.
  public var error: String?
  /// Packages that aren't installed, by pip's names.
  public var missing: [String]?
  /// Of `load`: what is at work, by name.
  public var versions: [String: String]?
  /// Of `run`: the wall time of each run in seconds.
  public var seconds: [Double]?
  /// Of `run`, where the work is a process of its own: the time its threads computed, in seconds.
  public var userSeconds: [Double]?
  /// Of `result`: paths of `.npy` files by what they hold.
  public var arrays: [String: String]?
  /// Of `memory`, in kB.
  public var peakKB: Int?

  public init(
    ok: Bool = true, error: String? = nil, missing: [String]? = nil,
    versions: [String: String]? = nil, seconds: [Double]? = nil, userSeconds: [Double]? = nil,
    arrays: [String: String]? = nil, peakKB: Int? = nil
  ) {
    self.ok = ok
    self.error = error
    self.missing = missing
    self.versions = versions
    self.seconds = seconds
    self.userSeconds = userSeconds
    self.arrays = arrays
    self.peakKB = peakKB
  }
}

/// The protocol's lines.
public enum WorkerLine {
  /// The longest line that is read; a worker that writes more isn't one.
  public static let limit = 1 << 20

  /// A value as a line, its end included. Keys are sorted, so that equal values give equal lines.
  public static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data([0x0A])
  }

  /// The value of a line without its end; `nil` when it is none.
  public static func value<T: Decodable>(_ type: T.Type, _ line: Data) -> T? {
    try? JSONDecoder().decode(type, from: line)
  }
}
