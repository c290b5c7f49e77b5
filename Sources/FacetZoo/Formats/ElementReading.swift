import FacetFiles
import FacetTensor
import Foundation

extension FileBytes {
  /// The bytes at `range`, with an error of the zoo.
  func bytes(_ range: Range<Int>) throws(ZooError) -> Data {
    do { return try read(range) } catch { throw .file(error) }
  }

  /// Opens the file at `path`, with an error of the zoo.
  static func opening(_ path: String) throws(ZooError) -> FileBytes {
    do { return try FileBytes(path: path) } catch { throw .file(error) }
  }

  /// The tensor whose elements lie side by side from `offset` on.
  ///
  /// 32-bit floats are read to where they stay; other types pass through a piece of memory of at most
  /// a mebibyte.
  func tensor(
    _ type: ElementType, _ shape: Shape, at offset: Int, bigEndian: Bool = false
  ) throws(ZooError) -> Tensor {
    let bytes = shape.count.multipliedReportingOverflow(by: type.size)
    guard !bytes.overflow, offset >= 0, offset <= count, bytes.partialValue <= count - offset else {
      throw .malformed(
        path: path, offset: max(offset, 0),
        reason: "a \(shape) of \(type.rawValue) doesn't fit into the file's \(count) bytes")
    }
    var failure: FileError?
    let tensor = Tensor(
      shape,
      unsafeUninitialized: { out in
        do throws(FileError) {
          try self.elements(type, at: offset, bigEndian: bigEndian, into: out)
        } catch {
          failure = error
          out.initialize(repeating: 0)
        }
      })
    if let failure { throw .file(failure) }
    return tensor
  }

  private func elements(
    _ type: ElementType, at offset: Int, bigEndian: Bool,
    into out: UnsafeMutableBufferPointer<Float>
  ) throws(FileError) {
    if type == .float32, !bigEndian {
      return try read(at: offset, into: UnsafeMutableRawBufferPointer(out))
    }
    let step = (1 << 20) / type.size
    for start in stride(from: 0, to: out.count, by: step) {
      let end = min(start + step, out.count)
      let piece = try read(offset + start * type.size..<offset + end * type.size)
      piece.withUnsafeBytes { raw in
        type.convert(
          raw, bigEndian: bigEndian, into: UnsafeMutableBufferPointer(rebasing: out[start..<end]))
      }
    }
  }
}
