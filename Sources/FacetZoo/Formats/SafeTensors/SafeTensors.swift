import FacetFiles
import FacetTensor
import Foundation

/// The contents of a safetensors file: an 8-byte length, a JSON header, then the tensors' bytes.
///
/// https://github.com/huggingface/safetensors. A file is not trusted; see ``SafeTensorsFile``, which
/// also reads single tensors of a file.
public struct SafeTensors: Sendable {
  public var tensors: [String: Tensor]
  public var metadata: [String: String]

  public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file. All element types become 32-bit floats.
  public init(contentsOf path: String) throws(ZooError) {
    try self.init(SafeTensorsFile(path))
  }

  /// Reads a file's bytes; `path` is named in errors.
  public init(_ data: Data, path: String) throws(ZooError) {
    try self.init(SafeTensorsFile(FileBytes(data, path: path)))
  }

  private init(_ file: SafeTensorsFile) throws(ZooError) {
    self.init(tensors: try file.tensors(), metadata: file.metadata)
  }

  /// The file's bytes: names sorted, so that equal contents give equal files.
  public var data: Data {
    var header: [String: Any] = [:]
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var body = Data()
    body.reserveCapacity(tensors.values.reduce(0) { $0 + 4 * $1.count })
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let begin = body.count
      tensor.withUnsafeBufferPointer { body.append(Data(buffer: $0)) }
      header[name] = [
        "dtype": "F32", "shape": tensor.shape.extents, "data_offsets": [begin, body.count],
      ]
    }
    var text =
      (try? JSONSerialization.data(
        withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])) ?? Data()
    text.append(Data(repeating: 0x20, count: (8 - text.count % 8) % 8))
    var file = Data()
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { file.append(contentsOf: $0) }
    return file + text + body
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws(ZooError) {
    do { try AtomicFile.write(data, to: path) } catch { throw .file(error) }
  }
}
