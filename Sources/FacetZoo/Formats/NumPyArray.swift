import FacetFiles
import FacetTensor
import Foundation

/// NumPy's .npy format, versions 1 to 3 (numpy.lib.format), little-endian, C order.
public enum NumPyArray {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The file's bytes for a tensor, as float32, version 1.0.
  public static func data(_ tensor: Tensor) -> Data {
    let extents = tensor.shape.extents
    let shape =
      extents.count == 1
      ? "(\(extents[0]),)" : "(" + extents.map(String.init).joined(separator: ", ") + ")"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var data = Data(magic + [1, 0])
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

  /// Reads a file of float32, float64, int64, int32 or uint8.
  public static func read(_ path: String) throws(ZooError) -> Tensor {
    let data: Data
    do { data = try FileReading.data(at: path) } catch { throw .file(error) }
    return try tensor(data, path: path)
  }

  /// Reads a file's bytes; `path` is named in errors.
  public static func tensor(_ data: Data, path: String) throws(ZooError) -> Tensor {
    func refuse(_ offset: Int, _ reason: String) -> ZooError {
      .malformed(path: path, offset: offset, reason: reason)
    }
    let bytes = [UInt8](data)
    guard bytes.count > 12, Array(bytes[0..<6]) == magic, 1...3 ~= bytes[6] else {
      throw refuse(0, "it is no .npy file")
    }
    let wide = bytes[6] > 1
    let length =
      Int(bytes[8]) | Int(bytes[9]) << 8 | (wide ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    let start = (wide ? 12 : 10) + length
    guard start <= bytes.count else {
      throw refuse(8, "the header claims \(length) bytes; the file ends before")
    }
    let header = String(decoding: bytes[(wide ? 12 : 10)..<start], as: UTF8.self)
    guard let code = header.firstMatch(of: /'descr': *'([^']*)'/)?.1,
      let type = elementTypes[String(code)]
    else { throw refuse(10, "elements must be f4, f8, i8, i4 or u1 in little-endian order") }
    guard header.contains(/'fortran_order': *False/) else {
      throw refuse(10, "the array is in Fortran order; save it with numpy.ascontiguousarray")
    }
    guard let list = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.1 else {
      throw refuse(10, "the header gives no shape")
    }
    var count = 1
    var extents: [Int] = []
    for part in list.split(separator: ",") {
      let text = part.trimmingCharacters(in: .whitespaces)
      if text.isEmpty { continue }
      guard let extent = Int(text) else { throw refuse(10, "the shape (\(list)) is not valid") }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= bytes.count else {
        throw refuse(10, "the shape (\(list)) is not possible in a file of \(bytes.count) bytes")
      }
      count = product
      extents.append(extent)
    }
    guard bytes.count - start == count * type.size else {
      throw refuse(
        start,
        "\(bytes.count - start) bytes of elements; the shape (\(list)) takes "
          + "\(count * type.size)")
    }
    return Tensor(Shape(extents), type.floats(Data(bytes[start...])))
  }

  private static let elementTypes: [String: SafeTensors.ElementType] = [
    "<f4": .float32, "<f8": .float64, "<i8": .int64, "<i4": .int32, "|u1": .uint8, "<f2": .float16,
  ]
}
