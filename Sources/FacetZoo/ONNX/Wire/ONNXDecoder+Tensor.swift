import FacetFiles

extension ONNXDecoder {
  mutating func tensor() throws(ZooError) -> ONNXTensor {
    let message = reader.position..<reader.end
    var name = ""
    var dims: [Int] = []
    var dataType = ONNXDataType.undefined
    var raw: Range<Int>?
    var elements: ONNXElementField?
    var external: [String: String] = [:]
    var isExternal = false
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        try reader.varints(field, "dims") { size throws(ZooError) in
          dims.append(Int(truncatingIfNeeded: size))
        }
      case 2: dataType = ONNXDataType(code: try reader.int(field, "data_type"))
      case 3:
        throw .unsupported(
          path: reader.bytes.path,
          reason: "the tensor '\(name)' is a segment of a larger one, which isn't read")
      case 8: name = try reader.string(field, "name")
      case 9: raw = try reader.payload(field, "raw_data")
      case 13:
        let entry = try nested(field, "external_data", index: external.count) {
          decoder throws(ZooError) in try decoder.stringEntry()
        }
        external[entry.key] = entry.value
      case 14: isExternal = try reader.int(field, "data_location") == 1
      default:
        if let found = ONNXElementField(rawValue: field.number) {
          elements = try note(found, after: elements, field)
        } else {
          try reader.skip(field)
        }
      }
    }
    let source = ONNXTensorSource(path: reader.bytes.path, offset: message.lowerBound)
    guard dataType != .undefined else {
      throw reader.malformed(
        message.lowerBound, "data_type", "the tensor '\(name)' has no type of its elements")
    }
    _ = try source.count(of: dims, called: name)
    let storage: ONNXTensorStorage
    if isExternal {
      let external = try externalData(external, of: name, at: message.lowerBound)
      storage = .external(external, folder: folder)
    } else if let raw, elements == nil || raw.isEmpty == false {
      if let elements {
        throw reader.malformed(
          message.lowerBound, "raw_data", "the tensor '\(name)' has \(elements.name) too")
      }
      storage = .raw(reader.bytes, raw)
    } else if let elements {
      storage = .field(elements, reader.bytes, message: message)
    } else {
      storage = .none
    }
    let tensor = ONNXTensor(
      name: name, dims: dims, dataType: dataType, storage: storage, source: source)
    // A length that is wrong is told before anything is made of the model; the other ways of storing
    // have to be read to be counted.
    if case .raw = storage, dataType.elementType != nil { _ = try tensor.checkedByteCount() }
    return tensor
  }

  /// Steps over elements, which are decoded when they are asked for.
  private mutating func note(
    _ found: ONNXElementField, after earlier: ONNXElementField?, _ field: ProtobufField
  ) throws(ZooError) -> ONNXElementField? {
    let start = reader.position
    try reader.skip(field)
    // Some writers give every kind of elements, and leave all but one empty.
    if field.wire == .lengthDelimited, reader.position - start == 1, found != .stringData {
      return earlier
    }
    if let earlier, earlier != found {
      throw reader.malformed(
        field.offset, found.name, "the tensor has \(earlier.name) too")
    }
    return found
  }

  private func externalData(_ entries: [String: String], of name: String, at offset: Int)
    throws(ZooError) -> ONNXExternalData
  {
    func number(_ key: String) throws(ZooError) -> Int? {
      guard let text = entries[key] else { return nil }
      guard let number = Int(text), number >= 0 else {
        throw reader.malformed(
          offset, "external_data", "the tensor '\(name)' has '\(text)' for its \(key) in bytes")
      }
      return number
    }
    guard let location = entries["location"], !location.isEmpty else {
      throw reader.malformed(
        offset, "external_data", "the tensor '\(name)' is in another file that isn't named")
    }
    return ONNXExternalData(
      location: location, offset: try number("offset") ?? 0, length: try number("length"))
  }
}
