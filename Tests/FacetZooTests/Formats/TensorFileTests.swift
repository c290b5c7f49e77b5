import FacetFiles
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("Files of tensors")
struct TensorFileTests {
  @Test("the content tells the format, whatever the name")
  func formats() throws {
    let tensors = ["a": Tensor([2], [1, 2]), "b": .zeros([1, 1])]
    let folder = try TemporaryFolder()
    for ending in ["safetensors", "npz", "NPZ"] {
      let path = folder.file("w." + ending)
      try TensorFile.write(tensors, to: path)
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      let disguised = folder.file("w.pth")
      try data.write(to: URL(fileURLWithPath: disguised))
      #expect(try TensorFile.open(disguised).tensors() == tensors)
      try TensorFile.write(tensors, to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == data)
    }
    try NumPyArray.write(Tensor([3], [1, 2, 3]), to: folder.file("mean.npy"))
    let single = try TensorFile.open(folder.file("mean.npy"))
    #expect(single.entries == [TensorEntry(name: "mean", type: .float32, shape: [3])])
    #expect(try single.tensors() == ["mean": Tensor([3], [1, 2, 3])])
    #expect(throws: ZooError.self) { try single.tensor("median") }
    for name in ["state-zip.pth", "state-old.pth", "script.pt"] {
      #expect(try TensorFile.open(SharedData.fixture("formats/" + name)) is PyTorchFile)
    }
    for ending in ["pth", "onnx", ""] {
      #expect(throws: ZooError.self) {
        try TensorFile.write(tensors, to: folder.file("w." + ending))
      }
    }
  }

  static let foreign: [(name: String, bytes: [UInt8], says: String)] = [
    ("empty.pth", [], "empty"), ("w.h5", [0x89] + Array("HDF\r\n\u{1A}\n".utf8), "Keras"),
    ("w.pth", Array("version https://git-lfs.github.com/spec/v1\n".utf8), "git lfs pull"),
    ("w.pth", Array("\n <!DOCTYPE html><html>".utf8), "web page"),
    ("w.pth", [0x1F, 0x8B, 8, 0], "gunzip"),
    ("w.params", [0x12, 1, 0, 0, 0, 0, 0, 0, 0, 0], "MXNet"),
    ("net.onnx", [8, 7, 0x12, 7] + Array("pytorch".utf8), "ONNX"),
    ("net.bin", [8, 7, 0x12, 7] + Array("pytorch".utf8), "ONNX"),
    ("saved_model.pb", [8, 1, 0x12, 7], "TensorFlow"),
    ("net.caffemodel", [0x0A, 4, 1, 2, 3, 4], "Caffe"),
    ("w.pth", [UInt8](repeating: 0, count: 257) + Array("ustar".utf8), "tar"),
    ("w.pkl", [0x80, 4, 0x95, 1], "torch.save"), ("w.json", Array("{\"a\": 1}".utf8), "JSON"),
    ("w.dat", [1, 2, 3, 4], "4 bytes are too few"),
    ("w.dat", [1, 2, 3, 4, 5, 6, 7, 8, 9], "were tried"),
  ]

  @Test("other files are named, with what to do", arguments: foreign.indices)
  func named(_ index: Int) {
    let (name, bytes, says) = Self.foreign[index]
    let error = #expect(throws: ZooError.self) {
      try TensorFile.open(FileBytes(Data(bytes), path: "folder/" + name))
    }
    guard case .unsupported(let path, let reason)? = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(path == "folder/" + name)
    #expect(reason.contains(says), "\(name): \(reason)")
  }

  @Test("tensors with NaN or an infinity are listed, and a network that holds them says so")
  func nonFinite() throws {
    let model = try Architecture.named("small").model(classes: ["a", "b"], seed: 1)
    #expect(TensorFile.nonFinite(model.parameters).isEmpty)
    var parameters = model.parameters
    let bias = try #require(parameters["embedding.bias"])
    parameters["embedding.bias"] = Tensor(bias.shape, repeating: .nan)
    #expect(TensorFile.nonFinite(parameters) == ["embedding.bias"])
    let folder = try TemporaryFolder()
    try TensorFile.write(parameters, to: folder.file("w.npz"))
    let (_, report) = try Architecture.named("small").model(weights: folder.file("w.npz"))
    #expect(report.isComplete)
    #expect(report.nonFinite == ["embedding.bias"])
    #expect(report.problems.contains("embedding.bias"))
  }
}
