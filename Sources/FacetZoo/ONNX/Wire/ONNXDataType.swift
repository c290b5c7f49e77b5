/// TensorProto.DataType: the type of a tensor's elements, by its code in the file.
///
/// A code that isn't known is kept, so that an error can tell it.
public struct ONNXDataType: Hashable, Sendable {
  public let code: Int

  public init(code: Int) { self.code = code }

  public static let undefined = ONNXDataType(code: 0)
  public static let float = ONNXDataType(code: 1)
  public static let uint8 = ONNXDataType(code: 2)
  public static let int8 = ONNXDataType(code: 3)
  public static let uint16 = ONNXDataType(code: 4)
  public static let int16 = ONNXDataType(code: 5)
  public static let int32 = ONNXDataType(code: 6)
  public static let int64 = ONNXDataType(code: 7)
  public static let string = ONNXDataType(code: 8)
  public static let bool = ONNXDataType(code: 9)
  public static let float16 = ONNXDataType(code: 10)
  public static let double = ONNXDataType(code: 11)
  public static let uint32 = ONNXDataType(code: 12)
  public static let uint64 = ONNXDataType(code: 13)
  public static let bfloat16 = ONNXDataType(code: 16)

  private static let names = [
    "UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL",
    "FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16",
    "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4",
    "FLOAT4E2M1", "FLOAT8E8M0", "UINT2", "INT2", "FLOAT6E2M3", "FLOAT6E3M2",
  ]

  /// The name in ONNX, such as `FLOAT16`.
  public var name: String {
    Self.names.indices.contains(code) ? Self.names[code] : "data type \(code)"
  }

  /// What the elements are to Facet; `nil` for strings, complex numbers, numbers of less than a byte
  /// or of 8-bit floats, and codes that aren't known.
  public var elementType: ElementType? {
    switch self {
    case .float: .float32
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .bool: .bool
    case .float16: .float16
    case .double: .float64
    case .uint32: .uint32
    case .uint64: .uint64
    case .bfloat16: .bfloat16
    default: nil
    }
  }
}
