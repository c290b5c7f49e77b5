/// Values as messages of onnx.proto3, fields in the order of their numbers and dictionaries in that
/// of their keys.
struct ONNXEncoder {
  /// The file in errors.
  let path: String

  func model(_ model: ONNXModel) throws(ZooError) -> ProtobufWriter {
    var message = ProtobufWriter()
    message.int(1, model.irVersion)
    message.optionalString(2, model.producerName)
    message.optionalString(3, model.producerVersion)
    message.message(7, try graph(model.graph))
    opsets(model.opsetImports, field: 8, into: &message)
    for (key, value) in model.metadata.sorted(by: { $0.key < $1.key }) {
      var entry = ProtobufWriter()
      entry.string(1, key)
      entry.string(2, value)
      message.message(14, entry)
    }
    for function in model.functions { message.message(25, try self.function(function)) }
    return message
  }

  private func opsets(_ imports: [String: Int], field: Int, into message: inout ProtobufWriter) {
    for (domain, version) in imports.sorted(by: { $0.key < $1.key }) {
      var opset = ProtobufWriter()
      // Readers are promised the empty name where there is no other.
      opset.string(1, domain)
      opset.int(2, version)
      message.message(field, opset)
    }
  }

  private func function(_ function: ONNXFunction) throws(ZooError) -> ProtobufWriter {
    var message = ProtobufWriter()
    message.string(1, function.name)
    for input in function.inputs { message.string(4, input) }
    for output in function.outputs { message.string(5, output) }
    for attribute in function.requiredAttributes { message.string(6, attribute) }
    for node in function.nodes { message.message(7, try self.node(node)) }
    opsets(function.opsetImports, field: 9, into: &message)
    message.string(10, function.domain)
    try attributes(function.defaultAttributes, field: 11, of: function.name, into: &message)
    message.optionalString(13, function.overload)
    return message
  }

  private func graph(_ graph: ONNXGraph) throws(ZooError) -> ProtobufWriter {
    var message = ProtobufWriter()
    for node in graph.nodes { message.message(1, try self.node(node)) }
    message.string(2, graph.name)
    for tensor in graph.initializers { message.message(5, try self.tensor(tensor)) }
    for input in graph.inputs { message.message(11, try valueInfo(input)) }
    for output in graph.outputs { message.message(12, try valueInfo(output)) }
    for value in graph.valueInfo { message.message(13, try valueInfo(value)) }
    return message
  }

  private func node(_ node: ONNXNode) throws(ZooError) -> ProtobufWriter {
    var message = ProtobufWriter()
    for input in node.inputs { message.string(1, input) }
    for output in node.outputs { message.string(2, output) }
    message.optionalString(3, node.name)
    message.string(4, node.opType)
    let name = node.name.isEmpty ? node.opType : "\(node.opType) '\(node.name)'"
    try attributes(node.attributes, field: 5, of: name, into: &message)
    message.optionalString(7, node.domain)
    message.optionalString(8, node.overload)
    return message
  }

  private func attributes(
    _ attributes: [String: ONNXAttribute], field: Int, of owner: String,
    into message: inout ProtobufWriter
  ) throws(ZooError) {
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      message.message(field, try attribute(value, called: name, of: owner))
    }
  }

  private func attribute(_ value: ONNXAttribute, called name: String, of owner: String)
    throws(ZooError) -> ProtobufWriter
  {
    var message = ProtobufWriter()
    message.string(1, name)
    let kind: ONNXAttribute.Kind
    var reference = ""
    switch value {
    case .float(let float):
      kind = .float
      message.float(2, float)
    case .int(let int):
      kind = .int
      message.int(3, int)
    case .string(let string):
      kind = .string
      message.string(4, string)
    case .tensor(let tensor):
      kind = .tensor
      message.message(5, try self.tensor(tensor))
    case .graph(let graph):
      kind = .graph
      message.message(6, try self.graph(graph))
    case .floats(let floats):
      kind = .floats
      for float in floats { message.float(7, float) }
    case .ints(let ints):
      kind = .ints
      for int in ints { message.int(8, int) }
    case .strings(let strings):
      kind = .strings
      for string in strings { message.string(9, string) }
    case .tensors(let tensors):
      kind = .tensors
      for tensor in tensors { message.message(10, try self.tensor(tensor)) }
    case .graphs(let graphs):
      kind = .graphs
      for graph in graphs { message.message(11, try self.graph(graph)) }
    case .reference(let outer, let of):
      kind = of
      reference = outer
    case .unsupported(let name):
      throw .unsupported(
        path: path, reason: "an attribute of \(owner) is of kind \(name), which isn't written")
    }
    message.int(20, kind.rawValue)
    message.optionalString(21, reference)
    return message
  }

  func tensor(_ tensor: ONNXTensor) throws(ZooError) -> ProtobufWriter {
    let byteCount = try tensor.storedByteCount()
    var message = ProtobufWriter()
    for size in tensor.dims { message.int(1, size) }
    message.int(2, tensor.dataType.code)
    message.optionalString(8, tensor.name)
    message.elements(9, of: tensor, byteCount: byteCount)
    return message
  }

  private func valueInfo(_ info: ONNXValueInfo) throws(ZooError) -> ProtobufWriter {
    var message = ProtobufWriter()
    message.string(1, info.name)
    switch info.type {
    case .missing: break
    case .other(let kind):
      throw .unsupported(
        path: path, reason: "the value '\(info.name)' is of type \(kind), which isn't written")
    case .tensor(let elementType, let dims):
      var tensor = ProtobufWriter()
      tensor.int(1, elementType.code)
      if let dims { tensor.message(2, shape(dims)) }
      var type = ProtobufWriter()
      type.message(1, tensor)
      message.message(2, type)
    }
    return message
  }

  private func shape(_ dims: [ONNXDimension]) -> ProtobufWriter {
    var message = ProtobufWriter()
    for dimension in dims {
      var dim = ProtobufWriter()
      switch dimension {
      case .known(let size): dim.int(1, size)
      case .named(let name): dim.string(2, name)
      case .unknown: break
      }
      message.message(1, dim)
    }
    return message
  }
}
