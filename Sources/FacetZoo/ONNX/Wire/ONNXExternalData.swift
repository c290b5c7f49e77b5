import FacetFiles
import Foundation

/// Another file, beside the model, that holds a tensor's elements.
public struct ONNXExternalData: Hashable, Sendable {
  /// The file's path, relative to the model's folder.
  public let location: String
  /// Where the elements start, in bytes.
  public let offset: Int
  /// How many bytes they take; `nil`: as many as the tensor has.
  public let length: Int?

  /// The file and the place in it of a tensor's `count` bytes.
  ///
  /// A model must not make its reader look at files that aren't its own, so the file has to be inside
  /// `folder`, also when links are followed.
  func open(in folder: String?, count: Int, for tensor: ONNXTensor) throws(ZooError)
    -> (bytes: FileBytes, range: Range<Int>)
  {
    let model = tensor.source
    let what = "the elements of tensor '\(tensor.name)' are in the file '\(location)'"
    guard let folder else {
      throw .unsupported(
        path: model.path, reason: "\(what) beside the model; open the model from its folder")
    }
    // Bytes, not characters: a combining accent would hide a slash.
    let path = folder + "/" + location
    let parts = location.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.elementsEqual("..".utf8) }), parts.first?.isEmpty == false,
      !location.utf8.contains(0)
    else {
      throw .unsupported(
        path: model.path, reason: "\(what), which is no path inside the model's folder")
    }
    guard let real = Self.realPath(path) else {
      throw model.malformed(
        "\(what), and there is no \(path); keep the model's files together")
    }
    guard let home = Self.realPath(folder),
      real.utf8.starts(with: (home == "/" ? "/" : home + "/").utf8)
    else {
      throw .unsupported(
        path: model.path, reason: "\(what), a link that leads out of the model's folder to \(real)")
    }
    let bytes: FileBytes
    do { bytes = try FileBytes(path: real) } catch { throw model.malformed("\(what): \(error)") }
    guard length == nil || length == count else {
      throw model.malformed("\(what) in \(length ?? 0) bytes; \(count) are needed")
    }
    guard offset <= bytes.count, count <= bytes.count - offset else {
      throw model.malformed(
        "\(what), of \(bytes.count) bytes; \(count) bytes from byte \(offset) on are needed")
    }
    return (bytes, offset..<offset + count)
  }

  /// The path with all links followed; `nil` when nothing is there.
  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
