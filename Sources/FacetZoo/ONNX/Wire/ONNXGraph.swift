/// Nodes in an order in which they can be computed, with what goes in, comes out and is constant.
public struct ONNXGraph: Equatable, Sendable {
  public var name: String
  public var nodes: [ONNXNode]
  /// Constants by their own names, in the file's order.
  public var initializers: [ONNXTensor]
  /// In files of an IR version below 4 the initializers are listed here too.
  public var inputs: [ONNXValueInfo]
  public var outputs: [ONNXValueInfo]
  /// What the file tells of values between nodes.
  public var valueInfo: [ONNXValueInfo]

  public init(
    name: String, nodes: [ONNXNode], initializers: [ONNXTensor] = [], inputs: [ONNXValueInfo],
    outputs: [ONNXValueInfo], valueInfo: [ONNXValueInfo] = []
  ) {
    self.name = name
    self.nodes = nodes
    self.initializers = initializers
    self.inputs = inputs
    self.outputs = outputs
    self.valueInfo = valueInfo
  }
}

/// One call of an operator, or of a function of the model's own.
public struct ONNXNode: Equatable, Sendable {
  /// Often empty; not always unique.
  public var name: String
  public var opType: String
  /// `""` is the standard domain, also where the file says `ai.onnx`.
  public var domain: String
  /// Which of several functions of one name; nearly always empty.
  public var overload: String
  /// Names of values; `""` is an optional input that isn't given.
  public var inputs: [String]
  /// Names of values; `""` is an output that isn't wanted.
  public var outputs: [String]
  public var attributes: [String: ONNXAttribute]

  public init(
    _ opType: String, name: String = "", domain: String = "", overload: String = "",
    inputs: [String], outputs: [String], attributes: [String: ONNXAttribute] = [:]
  ) {
    self.opType = opType
    self.name = name
    self.domain = domain
    self.overload = overload
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}
