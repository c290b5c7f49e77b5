import FacetFiles
import FacetTensor

/// The checked header of a safetensors file.
struct SafeTensorsHeader {
  /// Where a tensor lies, in bytes from the file's start.
  struct Place {
    let entry: TensorEntry
    let begin: Int
    let end: Int
    /// Where the header speaks of it.
    let mention: Int
  }

  /// The tensors in the order of their bytes.
  private(set) var places: [Place] = []
  private(set) var metadata: [String: String] = [:]

  init(_ bytes: FileBytes) throws(ZooError) {
    let path = bytes.path
    let length = try Self.length(bytes)
    let data = [UInt8](try bytes.bytes(0..<8 + length))
    // Lines end the numbers of offsets in errors at bytes of the file, so the length stays in front.
    var json = JSONScanner(data, from: 8, path: path)
    guard data.count > 8, data[8] == UInt8(ascii: "{") else {
      throw json.refuse("the header is not a JSON object")
    }
    var names: Set<String> = []
    try json.object { (json, name) throws(ZooError) in
      guard names.insert(name).inserted else {
        throw json.refuse("the name '\(name)' occurs twice")
      }
      if name == "__metadata__" {
        metadata = try Self.metadata(&json)
      } else {
        places.append(
          try Self.place(name, &json, start: 8 + length, size: bytes.count, path))
      }
    }
    guard json.isAtEnd else { throw json.refuse("something follows the header's JSON object") }
    places.sort { ($0.begin, $0.end, $0.mention) < ($1.begin, $1.end, $1.mention) }
    try checkCoverage(from: 8 + length, to: bytes.count, path)
  }

  private static func length(_ bytes: FileBytes) throws(ZooError) -> Int {
    guard bytes.count >= 8 else {
      throw .malformed(
        path: bytes.path, offset: 0,
        reason: "\(bytes.count) bytes are too few for a safetensors file")
    }
    let length = try bytes.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw .malformed(
        path: bytes.path, offset: 0,
        reason: "the header claims \(length) bytes, but only \(bytes.count - 8) follow; "
          + "the file is truncated or is no safetensors file")
    }
    guard length <= UInt64(SafeTensorsFile.maximumHeader) else {
      throw .malformed(
        path: bytes.path, offset: 0,
        reason: "the header has \(length) bytes; at most \(SafeTensorsFile.maximumHeader) are read")
    }
    return Int(length)
  }

  /// Values that aren't text are left out.
  private static func metadata(_ json: inout JSONScanner) throws(ZooError) -> [String: String] {
    var metadata: [String: String] = [:]
    guard json.isAtObject else {
      try json.skipValue()
      return [:]
    }
    try json.object { (json, key) throws(ZooError) in
      guard json.isAtString else { return try json.skipValue() }
      guard metadata.updateValue(try json.string(), forKey: key) == nil else {
        throw json.refuse("the key '\(key)' of the metadata occurs twice")
      }
    }
    return metadata
  }

  private static func place(
    _ name: String, _ json: inout JSONScanner, start: Int, size: Int, _ path: String
  ) throws(ZooError) -> Place {
    let mention = json.position
    func refuse(_ reason: String) -> ZooError {
      .malformed(path: path, offset: mention, reason: "tensor '\(name)': \(reason)")
    }
    var code: String?
    var extents: [Int]?
    var offsets: [Int]?
    guard json.isAtObject else { throw refuse("its entry is not a JSON object") }
    try json.object { (json, key) throws(ZooError) in
      switch key {
      case "dtype" where code == nil: code = try json.string()
      case "shape" where extents == nil: extents = try json.integers(limit: 64)
      case "data_offsets" where offsets == nil: offsets = try json.integers(limit: 2)
      case "dtype", "shape", "data_offsets": throw refuse("its key '\(key)' occurs twice")
      default: try json.skipValue()
      }
    }
    guard let code, let extents, let offsets, offsets.count == 2 else {
      throw refuse("its entry lacks dtype, shape or data_offsets")
    }
    guard let type = types[code] else {
      throw refuse(
        "elements of type \(code) are not read; convert them to F32 or F16 where the file was made")
    }
    guard let shape = ClaimedShape.shape(extents, limit: size) else {
      throw refuse("the shape \(extents) is not possible in a file of \(size) bytes")
    }
    guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= size - start else {
      throw refuse(
        "its bytes \(offsets[0])..<\(offsets[1]) are outside the file, which has \(size - start) "
          + "after the header")
    }
    guard offsets[1] - offsets[0] == shape.count * type.size else {
      throw refuse(
        "\(offsets[1] - offsets[0]) bytes for a \(shape) of \(code), which takes "
          + "\(shape.count * type.size)")
    }
    return Place(
      entry: TensorEntry(name: name, type: type, shape: shape), begin: start + offsets[0],
      end: start + offsets[1], mention: mention)
  }

  /// Tensors lie side by side and fill the rest of the file.
  private func checkCoverage(from start: Int, to end: Int, _ path: String) throws(ZooError) {
    var place = start
    for next in places {
      guard next.begin == place else {
        throw .malformed(
          path: path, offset: next.begin,
          reason: "tensor '\(next.entry.name)' overlaps another or leaves a gap")
      }
      place = next.end
    }
    guard place == end else {
      throw .malformed(
        path: path, offset: place, reason: "\(end - place) bytes belong to no tensor")
    }
  }

  /// The format's names of the types that are read; 8-bit floats and complex numbers are not.
  static let types: [String: ElementType] = [
    "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16, "I64": .int64,
    "I32": .int32, "I16": .int16, "I8": .int8, "U64": .uint64, "U32": .uint32, "U16": .uint16,
    "U8": .uint8, "BOOL": .bool,
  ]
}
