import FacetGraph

/// A value of an ONNX graph while it is read.
enum ImportedValue: Sendable {
  /// Known now, but for sizes in it.
  case constant(ImportedConstant)
  /// Computed by a node.
  case computed(ComputedValue)
  /// Something a problem stands before; nodes that take it are passed over.
  case missing
}

/// The value of a node of the graph that is built.
struct ComputedValue: Sendable {
  var node: NodeID
  var extents: [SymbolicInteger]
  /// The type that the file gives it; Facet computes all of them with 32-bit floats.
  var type: ONNXDataType

  var rank: Int { extents.count }
}

extension ONNXDataType {
  /// Whether values of this type are computed, as 32-bit floats.
  var isFloat: Bool {
    self == .float || self == .double || self == .float16 || self == .bfloat16
  }

  /// Whether the elements are whole numbers or truths.
  var isInteger: Bool { elementType != nil && !isFloat }
}
