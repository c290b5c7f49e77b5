extension ONNXDecoder {
  /// The fields of one AttributeProto; which of them counts is for its type to say.
  private struct AttributeFields {
    var name = ""
    var reference = ""
    var kindCode = 0
    var float: Float?
    var int: Int?
    var string: [UInt8]?
    var tensor: ONNXTensor?
    var graph: ONNXGraph?
    var floats: [Float] = []
    var ints: [Int] = []
    var strings: [[UInt8]] = []
    var tensors: [ONNXTensor] = []
    var graphs: [ONNXGraph] = []

    /// What the fields are of when the type is left out, as before IR version 2.
    var impliedKind: ONNXAttribute.Kind {
      if float != nil { return .float }
      if int != nil { return .int }
      if string != nil { return .string }
      if tensor != nil { return .tensor }
      if graph != nil { return .graph }
      if !floats.isEmpty { return .floats }
      if !ints.isEmpty { return .ints }
      if !strings.isEmpty { return .strings }
      if !tensors.isEmpty { return .tensors }
      return graphs.isEmpty ? .undefined : .graphs
    }
  }

  /// Reads the attribute that is the field's value.
  mutating func attribute(
    _ field: ProtobufField, _ name: String, into attributes: inout [String: ONNXAttribute]
  ) throws(ZooError) {
    let (key, value) = try nested(field, name, index: attributes.count) {
      decoder throws(ZooError) in
      let start = decoder.reader.position
      let fields = try decoder.attributeFields()
      return (fields.name, try decoder.attribute(fields, at: start))
    }
    guard attributes.updateValue(value, forKey: key) == nil else {
      throw reader.malformed(field.offset, name, "the attribute '\(key)' is there twice")
    }
  }

  private mutating func attributeFields() throws(ZooError) -> AttributeFields {
    var fields = AttributeFields()
    while let field = try reader.nextField() {
      switch field.number {
      case 1: fields.name = try reader.string(field, "name")
      case 2: fields.float = try reader.float(field, "f")
      case 3: fields.int = try reader.int(field, "i")
      case 4: fields.string = try reader.data(field, "s")
      case 5:
        fields.tensor = try nested(field, "t") { decoder throws(ZooError) in try decoder.tensor() }
      case 6:
        fields.graph = try nested(field, "g") { decoder throws(ZooError) in try decoder.graph() }
      case 7:
        try reader.fixeds(field, size: 4, "floats") { bits throws(ZooError) in
          fields.floats.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        }
      case 8:
        try reader.varints(field, "ints") { value throws(ZooError) in
          fields.ints.append(Int(truncatingIfNeeded: value))
        }
      case 9: fields.strings.append(try reader.data(field, "strings"))
      case 10:
        fields.tensors.append(
          try nested(field, "tensors", index: fields.tensors.count) { decoder throws(ZooError) in
            try decoder.tensor()
          })
      case 11:
        fields.graphs.append(
          try nested(field, "graphs", index: fields.graphs.count) { decoder throws(ZooError) in
            try decoder.graph()
          })
      case 20: fields.kindCode = try reader.int(field, "type")
      case 21: fields.reference = try reader.string(field, "ref_attr_name")
      default: try reader.skip(field)
      }
    }
    return fields
  }

  private func attribute(_ fields: AttributeFields, at offset: Int) throws(ZooError)
    -> ONNXAttribute
  {
    guard var kind = ONNXAttribute.Kind(rawValue: fields.kindCode) else {
      return .unsupported(kind: "attribute type \(fields.kindCode)")
    }
    if !fields.reference.isEmpty { return .reference(name: fields.reference, kind: kind) }
    if kind == .undefined { kind = fields.impliedKind }
    switch kind {
    // Writers of proto3 leave out zeros and empty text.
    case .float: return .float(fields.float ?? 0)
    case .int: return .int(fields.int ?? 0)
    case .string:
      guard let text = String(validating: fields.string ?? [], as: UTF8.self) else {
        return .unsupported(kind: "STRING of bytes that aren't UTF-8")
      }
      return .string(text)
    case .tensor:
      if let tensor = fields.tensor { return .tensor(tensor) }
    case .graph:
      if let graph = fields.graph { return .graph(graph) }
    case .floats: return .floats(fields.floats)
    case .ints: return .ints(fields.ints)
    case .strings:
      var strings: [String] = []
      for bytes in fields.strings {
        guard let text = String(validating: bytes, as: UTF8.self) else {
          return .unsupported(kind: "STRINGS of bytes that aren't UTF-8")
        }
        strings.append(text)
      }
      return .strings(strings)
    case .tensors: return .tensors(fields.tensors)
    case .graphs: return .graphs(fields.graphs)
    case .undefined, .sparseTensor, .sparseTensors, .typeProto, .typeProtos:
      return .unsupported(kind: kind.name)
    }
    throw reader.malformed(
      offset, nil, "the attribute '\(fields.name)' is of type \(kind.name) and has no value of it")
  }
}
