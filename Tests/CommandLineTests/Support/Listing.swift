import Foundation

/// Everything below a folder, hidden files too, as sorted relative paths.
func listing(_ folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
}

/// What lies directly in a folder, hidden files too.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

/// Writes a file; the folders above it are made.
func write(_ data: Data, to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try data.write(to: url)
}

func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

/// Copies a file or a folder; the folders above the copy are made.
func copy(_ path: String, to other: String) throws {
  try FileManager.default.createDirectory(
    at: URL(fileURLWithPath: other).deletingLastPathComponent(), withIntermediateDirectories: true)
  try FileManager.default.copyItem(atPath: path, toPath: other)
}

/// A JSON value, by keys.
@dynamicMemberLookup
struct JSON {
  let value: Any?

  init(contentsOf path: String) throws {
    value = try JSONSerialization.jsonObject(with: bytes(path), options: .fragmentsAllowed)
  }

  init(text: String) throws {
    value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
  }

  init(_ value: Any?) { self.value = value }

  subscript(dynamicMember key: String) -> JSON { self[key] }
  subscript(key: String) -> JSON { JSON((value as? [String: Any])?[key]) }
  subscript(index: Int) -> JSON { JSON((value as? [Any]).map { $0[index] }) }

  var keys: [String] { ((value as? [String: Any]) ?? [:]).keys.sorted() }
  var count: Int? { (value as? [Any])?.count }
  var string: String? { value as? String }
  var number: Double? { (value as? NSNumber)?.doubleValue }

  /// The same with one key fewer.
  func without(_ key: String) -> JSON {
    var object = (value as? [String: Any]) ?? [:]
    object[key] = nil
    return JSON(object)
  }

  /// The same with another value for a key.
  func replacing(_ key: String, with other: JSON) -> JSON {
    var object = (value as? [String: Any]) ?? [:]
    object[key] = other.value
    return JSON(object)
  }

  /// With sorted keys: equal values give equal text.
  var canonical: String {
    guard let value,
      let data = try? JSONSerialization.data(
        withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
    else { return "null" }
    return String(decoding: data, as: UTF8.self)
  }
}

/// Printed text with its lines joined, so that sentences can be looked for.
func unwrapped(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
