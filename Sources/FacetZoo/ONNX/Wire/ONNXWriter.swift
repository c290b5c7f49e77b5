import FacetFiles
import Foundation

/// Models as ONNX files. The same model always gives the same bytes.
public enum ONNXWriter {
  /// What one protobuf message may take.
  static let sizeLimit = Int(Int32.max)

  /// Writes the model to `path`, whole or not at all. Tensors are stored inside, as raw data, also
  /// those that came from external data. Needs the file's size in memory, once.
  ///
  /// - Throws: `unsupported` for a model of more than 2 GB, and for what was read by name only
  ///   (attributes and values of other kinds); `malformed` when a tensor's elements aren't as many as
  ///   its axes say; `file` when `path` can't be written.
  public static func write(_ model: ONNXModel, to path: String) throws(ZooError) {
    let data = try encode(model, path: path)
    do { try AtomicFile.write(data, to: path) } catch { throw .file(error) }
  }

  /// The bytes that ``write(_:to:)`` writes; `path` is named in errors.
  public static func encode(_ model: ONNXModel, path: String = "(memory)") throws(ZooError) -> Data
  {
    let encoder = ONNXEncoder(path: path)
    return try bytes(of: try encoder.model(model), path: path)
  }

  /// A bare tensor message, such as the `input_0.pb` of ONNX's test data; `path` is named in errors.
  public static func encode(_ tensor: ONNXTensor, path: String = "(memory)") throws(ZooError)
    -> Data
  {
    let encoder = ONNXEncoder(path: path)
    return try bytes(of: try encoder.tensor(tensor), path: path)
  }

  private static func bytes(of message: ProtobufWriter, path: String) throws(ZooError) -> Data {
    guard message.count <= sizeLimit else {
      throw .unsupported(
        path: path,
        reason: "the model takes \(message.count) bytes, and an ONNX file of one piece can have "
          + "\(sizeLimit) (2 GB) at most; write it as safetensors")
    }
    var data = Data(capacity: message.count)
    for piece in message.pieces {
      switch piece {
      case .bytes(let bytes): data.append(contentsOf: bytes)
      case .elements(let tensor):
        try tensor.forEachChunk { chunk throws(ZooError) in data.append(chunk) }
      }
    }
    return data
  }
}
