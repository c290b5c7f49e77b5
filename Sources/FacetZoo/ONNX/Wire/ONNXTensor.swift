import FacetFiles
import Foundation

/// A constant: its elements are read, and converted, when they are asked for.
public struct ONNXTensor: Sendable {
  public var name: String
  /// Sizes of the axes; `[]` is a scalar.
  public var dims: [Int]
  public let dataType: ONNXDataType
  let storage: ONNXTensorStorage
  /// The file and the place in it of the tensor's message, for errors.
  let source: ONNXTensorSource

  /// A tensor of 32-bit floats in row-major order; the array isn't copied.
  ///
  /// Whether there are as many as `dims` ask for is checked when they are read or written.
  public init(name: String, dims: [Int], floats: [Float]) {
    self.init(
      name: name, dims: dims, dataType: .float, storage: .floats(floats), source: .memory)
  }

  /// A tensor of 64-bit whole numbers in row-major order; see ``init(name:dims:floats:)``.
  public init(name: String, dims: [Int], int64s: [Int64]) {
    self.init(
      name: name, dims: dims, dataType: .int64, storage: .int64s(int64s), source: .memory)
  }

  init(
    name: String, dims: [Int], dataType: ONNXDataType, storage: ONNXTensorStorage,
    source: ONNXTensorSource
  ) {
    self.name = name
    self.dims = dims
    self.dataType = dataType
    self.storage = storage
    self.source = source
  }

  /// Reads a file that holds one bare tensor message, such as the `input_0.pb` of ONNX's test data.
  public init(contentsOf path: String) throws(ZooError) {
    let bytes: FileBytes
    do { bytes = try FileBytes(path: path) } catch { throw .file(error) }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    self = try ONNXDecoder.tensor(in: bytes, folder: folder)
  }

  /// Reads one bare tensor message.
  public init(_ bytes: FileBytes) throws(ZooError) {
    self = try ONNXDecoder.tensor(in: bytes, folder: nil)
  }

  /// Where the elements are when they aren't in the model's own file.
  public var externalData: ONNXExternalData? {
    if case .external(let external, _) = storage { external } else { nil }
  }
}

/// Where a tensor's elements are.
enum ONNXTensorStorage: Sendable {
  /// `raw_data`: little-endian elements at a place in a file.
  case raw(FileBytes, Range<Int>)
  /// A repeated field of the tensor's message, which is at a place in a file.
  case field(ONNXElementField, FileBytes, message: Range<Int>)
  case floats([Float])
  case int64s([Int64])
  /// Another file in `folder`; `nil` when the model is in no folder.
  case external(ONNXExternalData, folder: String?)
  /// The file has no elements.
  case none
}

/// Where a tensor comes from.
struct ONNXTensorSource: Sendable {
  let path: String
  /// Bytes from the file's start.
  let offset: Int

  static let memory = ONNXTensorSource(path: "(memory)", offset: 0)
}

/// The repeated fields of TensorProto that hold elements, by their numbers.
enum ONNXElementField: Int, Sendable, CaseIterable {
  case floatData = 4
  case int32Data = 5
  case stringData = 6
  case int64Data = 7
  case doubleData = 10
  case uint64Data = 11

  var name: String {
    switch self {
    case .floatData: "float_data"
    case .int32Data: "int32_data"
    case .stringData: "string_data"
    case .int64Data: "int64_data"
    case .doubleData: "double_data"
    case .uint64Data: "uint64_data"
    }
  }

  /// The field that holds elements of `type` where `raw_data` doesn't; types of fewer than 32 bits
  /// share `int32_data`, 16-bit floats by their bits.
  static func holding(_ type: ElementType) -> ONNXElementField {
    switch type {
    case .float32: .floatData
    case .float64: .doubleData
    case .int64: .int64Data
    case .uint32, .uint64: .uint64Data
    case .int32, .int16, .int8, .uint16, .uint8, .bool, .float16, .bfloat16: .int32Data
    }
  }
}
