import Foundation

/// Tells what a file is that isn't read here, and what to do with it.
enum ForeignFile {
  /// - Parameters:
  ///   - head: the file's first bytes, up to 512.
  ///   - path: looked at only where the content says nothing.
  static func advice(_ head: [UInt8], _ path: String) -> String {
    if head.isEmpty { return "0 bytes are too few: the file is empty; fetch it again" }
    if let found = marks.first(where: { $0.matches(head) }) { return found.advice }
    if let advice = text(head) { return advice }
    if looksLikeONNX(head) { return onnx }
    let name = URL(fileURLWithPath: path).lastPathComponent.lowercased()
    if let found = extensions.first(where: { name.hasSuffix($0.suffix) }) { return found.advice }
    if head.count <= 8 {
      return "\(head.count) bytes are too few for a file of weights; fetch it again"
    }
    return "the file's first bytes are those of no format of weights; safetensors, PyTorch's "
      + ".pth/.pt/.bin, NumPy's .npz and .npy were tried"
  }

  /// The same for a zip archive that holds files of these names.
  static func advice(zipOf names: [String]) -> String {
    if names.contains(where: { $0.hasSuffix(".weights.h5") || $0.hasSuffix("keras_metadata.pb") }) {
      return keras
    }
    if names.contains(where: { $0.hasSuffix("saved_model.pb") }) { return tensorFlow }
    let nested = names.first { name in
      [".safetensors", ".pth", ".pt", ".npz", ".onnx"].contains { name.hasSuffix($0) }
    }
    if let nested { return "a zip archive with '\(nested)' in it; unpack it and give that file" }
    let some = names.prefix(3).joined(separator: ", ")
    return "a zip archive, but neither PyTorch's (data.pkl) nor NumPy's (.npy); it holds \(some)"
  }

  private struct Mark {
    let bytes: [UInt8]
    var at = 0
    let advice: String

    func matches(_ head: [UInt8]) -> Bool { head.dropFirst(at).starts(with: bytes) }
  }

  private static let keras =
    "a Keras model (HDF5); export it to ONNX with tf2onnx, or save its weights with numpy.savez"
  private static let tensorFlow =
    "a TensorFlow model; export it to ONNX with tf2onnx and give the .onnx file"
  private static let caffe =
    "a Caffe model; convert it to ONNX or save its weights with numpy.savez"
  private static let onnx =
    "an ONNX model, which is a network and not only weights; give it where a model is expected"

  private static let marks: [Mark] = [
    Mark(bytes: [0x89] + Array("HDF\r\n".utf8), advice: keras),
    Mark(
      bytes: Array("version https://git-lfs".utf8),
      advice: "a pointer of Git LFS and not the file itself; run 'git lfs pull', or download the "
        + "file from its page"),
    Mark(bytes: [0x1F, 0x8B], advice: "compressed by gzip; unpack it with gunzip"),
    Mark(bytes: Array("BZh".utf8), advice: "compressed by bzip2; unpack it with bunzip2"),
    Mark(bytes: [0xFD] + Array("7zXZ".utf8), advice: "compressed by xz; unpack it with unxz"),
    Mark(bytes: [0x37, 0x7A, 0xBC, 0xAF], advice: "a 7-Zip archive; unpack it"),
    Mark(bytes: Array("Rar!".utf8), advice: "a RAR archive; unpack it"),
    Mark(
      bytes: Array("ustar".utf8), at: 257,
      advice: "a tar archive: unpack it; or, when torch.save wrote it before PyTorch 0.1.10, load "
        + "and save it with a newer PyTorch"),
    Mark(
      bytes: [0x12, 0x01, 0, 0, 0, 0, 0, 0],
      advice: "parameters of MXNet; convert them with mxnet's ONNX export or save them with "
        + "numpy.savez"),
    Mark(bytes: Array("TFL3".utf8), at: 4, advice: "a TensorFlow Lite model; " + tensorFlow),
    Mark(bytes: Array("GGUF".utf8), advice: "a GGUF file of a language model; Facet reads CNNs"),
    Mark(bytes: Array("PK".utf8), advice: "a part of a zip archive; fetch the whole file"),
    // A number of a pickle, then anything: Python's own format, written without torch.save.
    Mark(bytes: [0x80, 0x02], advice: pickle), Mark(bytes: [0x80, 0x03], advice: pickle),
    Mark(bytes: [0x80, 0x04], advice: pickle), Mark(bytes: [0x80, 0x05], advice: pickle),
    // A protocol buffer whose first field is a version: 1 in a SavedModel, 3 and more in ONNX.
    Mark(bytes: [0x08, 0x01, 0x12], advice: tensorFlow),
  ]

  private static let pickle =
    "a Python pickle that torch.save didn't write; load it in Python and save the weights with "
    + "torch.save or numpy.savez"

  private static let extensions: [(suffix: String, advice: String)] = [
    (".onnx", onnx), (".pb", tensorFlow), (".ckpt.index", tensorFlow), (".tflite", tensorFlow),
    (".caffemodel", caffe), (".prototxt", caffe),
    (".params", "parameters of MXNet, which aren't read; save them with numpy.savez"),
    (".mlmodel", "a Core ML model; export the original to ONNX"),
    (".weights", "weights of Darknet; convert them to ONNX or PyTorch"),
  ]

  /// A protocol buffer that begins with ONNX's version (ir_version, 3 or more), then the maker's name
  /// and version, the domain or the graph.
  private static func looksLikeONNX(_ head: [UInt8]) -> Bool {
    head.count > 2 && head[0] == 0x08 && 3...20 ~= head[1]
      && [0x12, 0x1A, 0x22, 0x3A].contains(head[2])
  }

  /// What text is, which weights never are.
  private static func text(_ head: [UInt8]) -> String? {
    let start = String(decoding: head.prefix(200), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    if start.hasPrefix("<!doctype") || start.hasPrefix("<html") || start.hasPrefix("<?xml") {
      return "a web page and not the file: the link leads to a page, asks for a log-in, or has "
        + "expired; fetch the file itself"
    }
    if start.hasPrefix("{") || start.hasPrefix("[") {
      return "a JSON text; an index of weights in several files isn't followed, give one of them"
    }
    return nil
  }
}
