import FacetFiles

/// Messages of onnx.proto3 as values. Fields that aren't named here are stepped over.
struct ONNXDecoder {
  var reader: ProtobufReader
  /// Where external data is looked for; `nil` for bytes that are in no folder.
  let folder: String?

  static func model(in bytes: FileBytes, folder: String?) throws(ZooError) -> ONNXModel {
    var decoder = ONNXDecoder(
      reader: ProtobufReader(bytes, range: 0..<bytes.count, name: "ModelProto"), folder: folder)
    return try decoder.model()
  }

  static func tensor(in bytes: FileBytes, folder: String?) throws(ZooError) -> ONNXTensor {
    var decoder = ONNXDecoder(
      reader: ProtobufReader(bytes, range: 0..<bytes.count, name: "TensorProto"), folder: folder)
    return try decoder.tensor()
  }

  /// The value of a field that is a message.
  mutating func nested<Value>(
    _ field: ProtobufField, _ name: String, index: Int? = nil,
    _ decode: (inout ONNXDecoder) throws(ZooError) -> Value
  ) throws(ZooError) -> Value {
    let outer = try reader.enter(field, name, index: index)
    let value = try decode(&self)
    reader.leave(outer)
    return value
  }

  /// `ai.onnx` is the standard domain's other name.
  static func domain(_ name: String) -> String { name == "ai.onnx" ? "" : name }

  private mutating func model() throws(ZooError) -> ONNXModel {
    var model = ONNXModel(
      irVersion: 0, opsetImports: [:],
      graph: ONNXGraph(name: "", nodes: [], inputs: [], outputs: []))
    var hasGraph = false
    while let field = try reader.nextField() {
      switch field.number {
      case 1: model.irVersion = try reader.int(field, "ir_version")
      case 2: model.producerName = try reader.string(field, "producer_name")
      case 3: model.producerVersion = try reader.string(field, "producer_version")
      case 7:
        guard !hasGraph else {
          throw reader.malformed(
            field.offset, "graph", "a model has one graph, and this is another")
        }
        model.graph = try nested(field, "graph") { decoder throws(ZooError) in
          try decoder.graph()
        }
        hasGraph = true
      case 8: try opsetImport(field, into: &model.opsetImports)
      case 14:
        let entry = try nested(field, "metadata_props", index: model.metadata.count) {
          decoder throws(ZooError) in try decoder.stringEntry()
        }
        model.metadata[entry.key] = entry.value
      case 25:
        model.functions.append(
          try nested(field, "functions", index: model.functions.count) {
            decoder throws(ZooError) in try decoder.function()
          })
      default: try reader.skip(field)
      }
    }
    guard hasGraph else {
      throw reader.malformed(0, "graph", "there is none; is this file an ONNX model?")
    }
    return model
  }

  private mutating func opsetImport(_ field: ProtobufField, into imports: inout [String: Int])
    throws(ZooError)
  {
    let (domain, version) = try nested(field, "opset_import", index: imports.count) {
      decoder throws(ZooError) in try decoder.opset()
    }
    if let other = imports[domain], other != version {
      throw reader.malformed(
        field.offset, "opset_import",
        "domain '\(domain)' is imported in versions \(other) and \(version)")
    }
    imports[domain] = version
  }

  private mutating func opset() throws(ZooError) -> (domain: String, version: Int) {
    var domain = ""
    var version = 0
    while let field = try reader.nextField() {
      switch field.number {
      case 1: domain = Self.domain(try reader.string(field, "domain"))
      case 2: version = try reader.int(field, "version")
      default: try reader.skip(field)
      }
    }
    return (domain, version)
  }

  mutating func stringEntry() throws(ZooError) -> (key: String, value: String) {
    var key = ""
    var value = ""
    while let field = try reader.nextField() {
      switch field.number {
      case 1: key = try reader.string(field, "key")
      case 2: value = try reader.string(field, "value")
      default: try reader.skip(field)
      }
    }
    return (key, value)
  }

  private mutating func function() throws(ZooError) -> ONNXFunction {
    var function = ONNXFunction(
      name: "", domain: "", inputs: [], outputs: [], nodes: [], opsetImports: [:])
    while let field = try reader.nextField() {
      switch field.number {
      case 1: function.name = try reader.string(field, "name")
      case 4: function.inputs.append(try reader.string(field, "input"))
      case 5: function.outputs.append(try reader.string(field, "output"))
      case 6: function.requiredAttributes.append(try reader.string(field, "attribute"))
      case 7:
        function.nodes.append(
          try nested(field, "node", index: function.nodes.count) {
            decoder throws(ZooError) in try decoder.node()
          })
      case 9: try opsetImport(field, into: &function.opsetImports)
      case 10: function.domain = Self.domain(try reader.string(field, "domain"))
      case 11: try attribute(field, "attribute_proto", into: &function.defaultAttributes)
      case 13: function.overload = try reader.string(field, "overload")
      default: try reader.skip(field)
      }
    }
    return function
  }
}
