/// A value that is fixed when a model is made, such as a convolution's strides.
public enum ONNXAttribute: Equatable, Sendable {
  case float(Float)
  case int(Int)
  case string(String)
  case tensor(ONNXTensor)
  /// The body of `If`, `Loop` or `Scan`.
  case graph(ONNXGraph)
  case floats([Float])
  case ints([Int])
  case strings([String])
  case tensors([ONNXTensor])
  case graphs([ONNXGraph])
  /// Inside a function: the value of the attribute `name` of the node that calls it.
  case reference(name: String, kind: Kind)
  /// A kind that isn't read, such as `SPARSE_TENSOR`.
  case unsupported(kind: String)

  /// AttributeProto.AttributeType.
  public enum Kind: Int, Sendable, CaseIterable {
    case undefined = 0
    case float = 1
    case int = 2
    case string = 3
    case tensor = 4
    case graph = 5
    case floats = 6
    case ints = 7
    case strings = 8
    case tensors = 9
    case graphs = 10
    case sparseTensor = 11
    case sparseTensors = 12
    case typeProto = 13
    case typeProtos = 14

    /// The name in ONNX, such as `SPARSE_TENSOR`.
    public var name: String {
      switch self {
      case .undefined: "UNDEFINED"
      case .float: "FLOAT"
      case .int: "INT"
      case .string: "STRING"
      case .tensor: "TENSOR"
      case .graph: "GRAPH"
      case .floats: "FLOATS"
      case .ints: "INTS"
      case .strings: "STRINGS"
      case .tensors: "TENSORS"
      case .graphs: "GRAPHS"
      case .sparseTensor: "SPARSE_TENSOR"
      case .sparseTensors: "SPARSE_TENSORS"
      case .typeProto: "TYPE_PROTO"
      case .typeProtos: "TYPE_PROTOS"
      }
    }
  }

  /// The kind's name in ONNX, such as `INTS`; for errors.
  public var kindName: String {
    switch self {
    case .float: Kind.float.name
    case .int: Kind.int.name
    case .string: Kind.string.name
    case .tensor: Kind.tensor.name
    case .graph: Kind.graph.name
    case .floats: Kind.floats.name
    case .ints: Kind.ints.name
    case .strings: Kind.strings.name
    case .tensors: Kind.tensors.name
    case .graphs: Kind.graphs.name
    case .reference(_, let kind): kind.name
    case .unsupported(let kind): kind
    }
  }
}
