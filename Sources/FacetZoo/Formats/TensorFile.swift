import FacetFiles
import FacetTensor
import Foundation

/// Files of named tensors of every format that is read. What a file is, its content tells, never its
/// name.
public enum TensorFile {
  /// Opens a file of weights: safetensors, PyTorch's (`.pth`, `.pt`, `.th`, `.bin`; both forms),
  /// NumPy's `.npz` and `.npy`.
  ///
  /// - Throws: `unsupported` for anything else, with what it seems to be and what to do.
  public static func open(_ path: String) throws(ZooError) -> any TensorArchive {
    try open(FileBytes.opening(path))
  }

  /// Opens an open file; its path is named in errors.
  public static func open(_ bytes: FileBytes) throws(ZooError) -> any TensorArchive {
    let head = [UInt8](try bytes.bytes(0..<min(512, bytes.count)))
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      return try open(ZipArchive(bytes))
    }
    if try PyTorchFile.legacyStart(bytes) != nil { return try PyTorchFile(bytes) }
    if head.starts(with: NumPyHeader.magic) { return try NumPyFile(bytes) }
    // A header's length, far below 4 GiB, then the header.
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      return try SafeTensorsFile(bytes)
    }
    throw .unsupported(path: bytes.path, reason: ForeignFile.advice(head, bytes.path))
  }

  private static func open(_ archive: ZipArchive) throws(ZooError) -> any TensorArchive {
    if PyTorchContents.pickle(archive) != nil { return try PyTorchFile(archive) }
    let names = archive.members.map(\.name)
    if names.isEmpty || names.contains(where: { $0.hasSuffix(".npy") }) {
      return try NPZFile(archive)
    }
    throw .unsupported(path: archive.path, reason: ForeignFile.advice(zipOf: names))
  }

  /// Writes tensors as 32-bit floats in the format that the path's extension names: `.safetensors` or
  /// `.npz`. Equal tensors give equal files; the file is written whole or not at all.
  public static func write(
    _ tensors: [String: Tensor], to path: String
  ) throws(ZooError) {
    switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "safetensors": try SafeTensors(tensors: tensors).write(to: path)
    case "npz": try NPZFile.write(tensors, to: path)
    case let other:
      throw .unsupported(
        path: path,
        reason: "weights are written as .safetensors or .npz, not as '.\(other)'")
    }
  }

  /// The names of the tensors that hold NaN or an infinity, sorted.
  public static func nonFinite(_ tensors: [String: Tensor]) -> [String] {
    tensors.filter { !$0.value.isFinite }.keys.sorted()
  }
}
