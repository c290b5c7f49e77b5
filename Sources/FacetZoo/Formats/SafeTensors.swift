import FacetFiles
import FacetTensor
import Foundation

/// The safetensors format: an 8-byte length, a JSON header, then the tensors' bytes.
///
/// https://github.com/huggingface/safetensors. A file is not trusted: every offset is checked against
/// the file before anything is allocated, and overlapping or uncovered bytes are refused.
public struct SafeTensors: Sendable {
  public var tensors: [String: Tensor]
  public var metadata: [String: String]

  public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file. F32, F16, BF16, F64 and the integer types become 32-bit floats.
  public init(contentsOf path: String) throws(ZooError) {
    let data: Data
    do { data = try FileReading.data(at: path) } catch { throw .file(error) }
    try self.init(data, path: path)
  }

  /// Reads a file's bytes; `path` is named in errors.
  public init(_ data: Data, path: String) throws(ZooError) {
    let header = try Header(data, path: path)
    var tensors: [String: Tensor] = [:]
    for entry in header.entries {
      let bytes = data.subdata(in: data.startIndex + entry.begin..<data.startIndex + entry.end)
      tensors[entry.name] = Tensor(entry.shape, entry.type.floats(bytes))
    }
    self.init(tensors: tensors, metadata: header.metadata)
  }

  /// The file's bytes: names sorted, so that equal contents give equal files.
  public var data: Data {
    var header: [String: Any] = [:]
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var body = Data()
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

extension SafeTensors {
  /// The checked header of a file.
  struct Header {
    struct Entry {
      let name: String
      let type: ElementType
      let shape: Shape
      /// Bytes from the file's start.
      let begin: Int
      let end: Int
    }

    var entries: [Entry] = []
    var metadata: [String: String] = [:]

    init(_ data: Data, path: String) throws(ZooError) {
      guard data.count >= 8 else {
        throw .malformed(
          path: path, offset: 0, reason: "\(data.count) bytes are too few for a safetensors file")
      }
      let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(data.count - 8) else {
        throw .malformed(
          path: path, offset: 0,
          reason: "the header claims \(length) bytes, but only \(data.count - 8) follow; "
            + "the file is truncated or is no safetensors file")
      }
      let start = 8 + Int(length)
      let text = data.subdata(in: data.startIndex + 8..<data.startIndex + start)
      guard let object = try? JSONSerialization.jsonObject(with: text) as? [String: Any] else {
        throw .malformed(path: path, offset: 8, reason: "the header is not a JSON object")
      }
      for (name, value) in object.sorted(by: { $0.key < $1.key }) {
        if name == "__metadata__" {
          metadata = value as? [String: String] ?? [:]
        } else {
          entries.append(try Self.entry(name, value, start, data.count, path))
        }
      }
      try checkCoverage(from: start, to: data.count, path)
    }

    private static func entry(
      _ name: String, _ value: Any, _ start: Int, _ count: Int, _ path: String
    ) throws(ZooError) -> Entry {
      func refuse(_ reason: String) -> ZooError {
        .malformed(path: path, offset: 8, reason: "tensor '\(name)': \(reason)")
      }
      guard let fields = value as? [String: Any], let code = fields["dtype"] as? String,
        let extents = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
        offsets.count == 2
      else { throw refuse("its entry lacks dtype, shape or data_offsets") }
      guard let type = ElementType(rawValue: code) else {
        throw refuse("the type \(code) is not supported")
      }
      guard extents.count <= 8, extents.allSatisfy({ $0 >= 0 && $0 <= count }) else {
        throw refuse("the shape \(extents) is not possible in a file of \(count) bytes")
      }
      var elements = 1
      for extent in extents {
        let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
        guard !overflow, product <= count else {
          throw refuse("the shape \(extents) is not possible in a file of \(count) bytes")
        }
        elements = product
      }
      guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= count - start else {
        throw refuse("its bytes \(offsets[0])..<\(offsets[1]) are outside the file")
      }
      guard offsets[1] - offsets[0] == elements * type.size else {
        throw refuse(
          "\(offsets[1] - offsets[0]) bytes for a \(Shape(extents)) of \(code), which takes "
            + "\(elements * type.size)")
      }
      return Entry(
        name: name, type: type, shape: Shape(extents), begin: start + offsets[0],
        end: start + offsets[1])
    }

    /// Tensors lie side by side and fill the rest of the file.
    private func checkCoverage(from start: Int, to end: Int, _ path: String) throws(ZooError) {
      var place = start
      for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
        guard entry.begin == place else {
          throw .malformed(
            path: path, offset: entry.begin,
            reason: "tensor '\(entry.name)' overlaps another or leaves a gap")
        }
        place = entry.end
      }
      guard place == end else {
        throw .malformed(
          path: path, offset: place, reason: "\(end - place) bytes belong to no tensor")
      }
    }
  }

  /// The element types that are read.
  enum ElementType: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case float64 = "F64"
    case int64 = "I64"
    case int32 = "I32"
    case uint8 = "U8"

    var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .float16, .bfloat16: 2
      case .uint8: 1
      }
    }

    func floats(_ bytes: Data) -> [Float] {
      bytes.withUnsafeBytes { raw in
        (0..<raw.count / size).map { i in
          let at = i * size
          return switch self {
          case .float32: raw.loadUnaligned(fromByteOffset: at, as: Float.self)
          case .float16: Float(raw.loadUnaligned(fromByteOffset: at, as: Float16.self))
          case .bfloat16:
            Float(
              bitPattern: UInt32(raw.loadUnaligned(fromByteOffset: at, as: UInt16.self)) << 16)
          case .float64: Float(raw.loadUnaligned(fromByteOffset: at, as: Double.self))
          case .int64: Float(raw.loadUnaligned(fromByteOffset: at, as: Int64.self))
          case .int32: Float(raw.loadUnaligned(fromByteOffset: at, as: Int32.self))
          case .uint8: Float(raw[at])
          }
        }
      }
    }
  }
}
