/// What a file tells of one value: an input, an output or something between nodes.
public struct ONNXValueInfo: Equatable, Sendable {
  public var name: String
  public var type: ONNXValueType

  public init(name: String, type: ONNXValueType) {
    self.name = name
    self.type = type
  }

  /// A tensor; `dims` is `nil` when even the number of axes is unknown.
  public init(name: String, elementType: ONNXDataType = .float, dims: [ONNXDimension]?) {
    self.init(name: name, type: .tensor(elementType, dims: dims))
  }

  /// The type of a tensor's elements; `nil` for what isn't a tensor.
  public var elementType: ONNXDataType? {
    if case .tensor(let elementType, _) = type { elementType } else { nil }
  }

  /// A tensor's axes; `nil` when the file doesn't tell, or for what isn't a tensor.
  public var dims: [ONNXDimension]? {
    if case .tensor(_, let dims) = type { dims } else { nil }
  }
}

/// The type of a value.
public enum ONNXValueType: Equatable, Sendable {
  case tensor(ONNXDataType, dims: [ONNXDimension]?)
  /// `sequence`, `map`, `optional`, `sparse tensor` or `opaque`.
  case other(String)
  /// The file doesn't tell.
  case missing
}

/// The size of one axis.
public enum ONNXDimension: Hashable, Sendable {
  case known(Int)
  /// Free, and equal wherever the name is the same, such as `batch`.
  case named(String)
  /// Free; also what a file says with a negative size.
  case unknown
}
