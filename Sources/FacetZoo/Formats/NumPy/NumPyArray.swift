import FacetFiles
import FacetTensor
import Foundation

/// NumPy's .npy format, versions 1 to 3 (numpy.lib.format): real numbers and booleans of every width,
/// in either byte order, row by row or in Fortran's order.
public enum NumPyArray {
  /// The file's bytes for a tensor, as float32, version 1.0.
  public static func data(_ tensor: Tensor) -> Data {
    let extents = tensor.shape.extents
    let shape =
      extents.count == 1
      ? "(\(extents[0]),)" : "(" + extents.map(String.init).joined(separator: ", ") + ")"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var data = Data(NumPyHeader.magic + [1, 0])
    data.append(UInt8(header.utf8.count & 0xFF))
    data.append(UInt8(header.utf8.count >> 8))
    data.append(Data(header.utf8))
    tensor.withUnsafeBufferPointer { data.append(Data(buffer: $0)) }
    return data
  }

  /// Writes a tensor whole or not at all.
  public static func write(_ tensor: Tensor, to path: String) throws(FileError) {
    try AtomicFile.write(data(tensor), to: path)
  }

  /// Reads a file. All element types become 32-bit floats.
  public static func read(_ path: String) throws(ZooError) -> Tensor {
    try NumPyFile(FileBytes.opening(path)).tensor()
  }

  /// Reads a file's bytes; `path` is named in errors.
  public static func tensor(_ data: Data, path: String) throws(ZooError) -> Tensor {
    try NumPyFile(FileBytes(data, path: path)).tensor()
  }

  /// The tensor whose file `data` is, which was read for the member `name` of an archive.
  static func tensor(_ data: Data, header: NumPyHeader, shape: Shape, type: ElementType) -> Tensor {
    let elements = data.dropFirst(header.start)
    let tensor = Tensor(shape, type.floats(Data(elements), bigEndian: header.bigEndian))
    return header.fortranOrder ? tensor.fromFortranOrder() : tensor
  }
}

/// A single .npy file, as an archive of one tensor that is called as the file without its extension.
public struct NumPyFile: TensorArchive {
  public let entries: [TensorEntry]
  private let bytes: FileBytes
  private let header: NumPyHeader

  public var path: String { bytes.path }

  /// Reads the header of an open file.
  public init(_ bytes: FileBytes) throws(ZooError) {
    let path = bytes.path
    let refuse = { (offset: Int, reason: String) in
      ZooError.malformed(path: path, offset: offset, reason: reason)
    }
    let length = min(bytes.count, NumPyHeader.maximumLength + 12)
    header = try NumPyHeader([UInt8](bytes.bytes(0..<length)), refuse: refuse)
    let (type, shape) = try header.shape(bytes: bytes.count - header.start, refuse: refuse)
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    entries = [TensorEntry(name: name, type: type, shape: shape)]
    self.bytes = bytes
  }

  public func tensor(_ name: String) throws(ZooError) -> Tensor {
    guard name == entries[0].name else { throw noTensor(name) }
    return try tensor()
  }

  /// The file's tensor.
  func tensor() throws(ZooError) -> Tensor {
    let tensor = try bytes.tensor(
      entries[0].type, entries[0].shape, at: header.start, bigEndian: header.bigEndian)
    return header.fortranOrder ? tensor.fromFortranOrder() : tensor
  }
}

extension Tensor {
  /// The tensor whose elements, first axis fastest, are this one's `scalars` in their order.
  func fromFortranOrder() -> Tensor {
    guard shape.rank > 1, count > 0 else { return self }
    // Rank - 1 counters, last axis fastest, follow where the next element lies.
    var steps: [Int] = []
    var step = 1
    for extent in shape.extents {
      steps.append(step)
      step *= extent
    }
    return StridedLayout(offset: 0, shape: shape, strides: steps).gather(scalars)
  }
}
