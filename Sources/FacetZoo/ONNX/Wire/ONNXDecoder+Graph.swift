import FacetFiles

extension ONNXDecoder {
  mutating func graph() throws(ZooError) -> ONNXGraph {
    var graph = ONNXGraph(name: "", nodes: [], inputs: [], outputs: [])
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        graph.nodes.append(
          try nested(field, "node", index: graph.nodes.count) { decoder throws(ZooError) in
            try decoder.node()
          })
      case 2: graph.name = try reader.string(field, "name")
      case 5:
        graph.initializers.append(
          try nested(field, "initializer", index: graph.initializers.count) {
            decoder throws(ZooError) in try decoder.tensor()
          })
      case 11: try valueInfo(field, "input", into: &graph.inputs)
      case 12: try valueInfo(field, "output", into: &graph.outputs)
      case 13: try valueInfo(field, "value_info", into: &graph.valueInfo)
      case 15:
        let name = try nested(field, "sparse_initializer") { decoder throws(ZooError) in
          try decoder.sparseTensorName()
        }
        throw .unsupported(
          path: reader.bytes.path,
          reason: "the initializer '\(name)' is a sparse tensor, which isn't read; "
            + "export the model with dense initializers")
      default: try reader.skip(field)
      }
    }
    return graph
  }

  /// A sparse tensor is called what its values are called.
  private mutating func sparseTensorName() throws(ZooError) -> String {
    var name = ""
    while let field = try reader.nextField() {
      if field.number == 1 {
        name = try nested(field, "values") { decoder throws(ZooError) in try decoder.tensor() }.name
      } else {
        try reader.skip(field)
      }
    }
    return name
  }

  mutating func node() throws(ZooError) -> ONNXNode {
    let start = reader.position
    var node = ONNXNode("", inputs: [], outputs: [])
    while let field = try reader.nextField() {
      switch field.number {
      case 1: node.inputs.append(try reader.string(field, "input"))
      case 2: node.outputs.append(try reader.string(field, "output"))
      case 3: node.name = try reader.string(field, "name")
      case 4: node.opType = try reader.string(field, "op_type")
      case 5: try attribute(field, "attribute", into: &node.attributes)
      case 7: node.domain = Self.domain(try reader.string(field, "domain"))
      case 8: node.overload = try reader.string(field, "overload")
      default: try reader.skip(field)
      }
    }
    guard !node.opType.isEmpty else {
      throw reader.malformed(start, "op_type", "the node '\(node.name)' names no operator")
    }
    return node
  }

  private mutating func valueInfo(
    _ field: ProtobufField, _ name: String, into values: inout [ONNXValueInfo]
  ) throws(ZooError) {
    values.append(
      try nested(field, name, index: values.count) { decoder throws(ZooError) in
        try decoder.valueInfo()
      })
  }

  private mutating func valueInfo() throws(ZooError) -> ONNXValueInfo {
    var info = ONNXValueInfo(name: "", type: .missing)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: info.name = try reader.string(field, "name")
      case 2:
        info.type = try nested(field, "type") { decoder throws(ZooError) in
          try decoder.valueType()
        }
      default: try reader.skip(field)
      }
    }
    return info
  }

  private mutating func valueType() throws(ZooError) -> ONNXValueType {
    var type = ONNXValueType.missing
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        type = try nested(field, "tensor_type") { decoder throws(ZooError) in
          try decoder.tensorType()
        }
      case 4: type = try other("sequence", field)
      case 5: type = try other("map", field)
      case 7: type = try other("opaque", field)
      case 8: type = try other("sparse tensor", field)
      case 9: type = try other("optional", field)
      default: try reader.skip(field)
      }
    }
    return type
  }

  private mutating func other(_ name: String, _ field: ProtobufField) throws(ZooError)
    -> ONNXValueType
  {
    try reader.skip(field)
    return .other(name)
  }

  private mutating func tensorType() throws(ZooError) -> ONNXValueType {
    var elementType = ONNXDataType.undefined
    var dims: [ONNXDimension]?
    while let field = try reader.nextField() {
      switch field.number {
      case 1: elementType = ONNXDataType(code: try reader.int(field, "elem_type"))
      case 2:
        dims = try nested(field, "shape") { decoder throws(ZooError) in
          try decoder.shape()
        }
      default: try reader.skip(field)
      }
    }
    return .tensor(elementType, dims: dims)
  }

  private mutating func shape() throws(ZooError) -> [ONNXDimension] {
    var dims: [ONNXDimension] = []
    while let field = try reader.nextField() {
      if field.number == 1 {
        dims.append(
          try nested(field, "dim", index: dims.count) { decoder throws(ZooError) in
            try decoder.dimension()
          })
      } else {
        try reader.skip(field)
      }
    }
    return dims
  }

  private mutating func dimension() throws(ZooError) -> ONNXDimension {
    var dimension = ONNXDimension.unknown
    while let field = try reader.nextField() {
      switch field.number {
      case 1:
        let size = try reader.int(field, "dim_value")
        dimension = size >= 0 ? .known(size) : .unknown
      case 2:
        let name = try reader.string(field, "dim_param")
        dimension = name.isEmpty ? .unknown : .named(name)
      default: try reader.skip(field)
      }
    }
    return dimension
  }
}
