import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// Files of weights, right and wrong.
  @Suite("Weights") struct WeightsTests {
    /// The trained network's tensors without its graph, as other programs write them.
    private func plain(
      _ folder: TemporaryFolder, _ change: (inout [String: Tensor]) -> Void = { _ in }
    ) throws -> String {
      var file = try SafeTensors(contentsOf: TrainedNetwork.shared().model)
      file.metadata = [:]
      change(&file.tensors)
      let path = folder.file("plain.safetensors")
      try file.write(to: path)
      return path
    }

    @Test("plain weights give the model's own answers")
    func same() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      try FacetProgram.succeed(
        "predict", "--model", network.model, "--input", network.photos, "--output",
        folder.file("model.npy"))
      try FacetProgram.succeed(
        "predict", "--arch", "small", "--weights", plain(folder), "--input", network.photos,
        "--output", folder.file("plain.npy"))
      let logits = try NumPyArray.read(folder.file("model.npy"))
      #expect(logits.shape == [40, 4])
      #expect(try NumPyArray.read(folder.file("plain.npy")) == logits)
    }

    @Test("a tensor of another shape is named, with both shapes")
    func shapes() throws {
      let folder = try TemporaryFolder()
      let weights = try plain(folder) {
        $0["features.block1.conv.weight"] = Tensor.random([16, 3, 3, 3], seed: 1)
      }
      let message = try FacetProgram.refuse(65, "inspect", "--arch", "small", "--weights", weights)
      #expect(message.contains("does not hold weights of small"))
      #expect(message.contains("features.block1.conv.weight is 16x3x3x3, 16x3x5x5 was expected"))
    }

    @Test("tensors that are missing or of no use are named")
    func keys() throws {
      let folder = try TemporaryFolder()
      let missing = try plain(folder) { $0["embedding.bias"] = nil }
      #expect(
        try FacetProgram.refuse(65, "inspect", "--arch", "small", "--weights", missing)
          .contains("1 missing (embedding.bias)"))
      let more = try plain(folder) { $0["extra"] = Tensor.random([2], seed: 1) }
      #expect(
        try FacetProgram.succeed("inspect", "--arch", "small", "--weights", more)
          .contains("1 unused (extra)"))
      #expect(
        try FacetProgram.refuse(
          65, "inspect", "--arch", "resnet18", "--weights", TrainedNetwork.shared().model
        ).contains("102 missing (conv1.weight, bn1.weight, bn1.bias, ...)"))
    }

    @Test("weights that are no numbers are warned of")
    func nonFinite() throws {
      let folder = try TemporaryFolder()
      let damaged = try plain(folder) { tensors in
        tensors["classifier.bias"] = tensors["classifier.bias"]?.map { _ in .nan }
      }
      try copy(
        SharedData.fixture("images/colour.jpg"), to: folder.file("photo.jpg"))
      let told = try FacetProgram.succeed(
        "predict", "--arch", "small", "--weights", damaged, "--input", folder.file("photo.jpg"))
      #expect(told.contains("Warning: 1 of the network's tensors hold NaN or infinity"))
      #expect(told.contains("classifier.bias"))
    }

    @Test("plain weights are no model")
    func noGraph() throws {
      let folder = try TemporaryFolder()
      let weights = try plain(folder)
      let told = try FacetProgram.succeed("inspect", weights)
      #expect(told.contains("24 tensors, 96,404 numbers, and no graph"))
      #expect(told.contains("They fit small: --arch small --weights \(weights)"))
      #expect(told.contains(/features\.block1\.conv\.weight +float32 +16x3x5x5/))
      let json = try FacetProgram.succeed("inspect", weights, "--json")
      #expect(json.contains("\"architectures\" : [\n    \"small\"\n  ]"))
      let message = try FacetProgram.refuse(
        65, "predict", "--model", weights, "--input", folder.path)
      #expect(message.contains("24 tensors but no Facet model"))
      #expect(message.contains("--arch and --weights"))
      #expect(
        try FacetProgram.refuse(64, "convert", weights, folder.file("net.onnx"))
          .contains("weights without a graph"))
      try FacetProgram.succeed("convert", weights, folder.file("weights.npz"))
      #expect(
        try FacetProgram.succeed("inspect", folder.file("weights.npz")).contains("They fit small"))
    }

    @Test("files that are no safetensors")
    func others() throws {
      let folder = try TemporaryFolder()
      let model = try bytes(TrainedNetwork.shared().model)
      let files: [(Data, String)] = [
        (Data("PK\u{3}\u{4} a zip from PyTorch".utf8), "the zip archive has no end record"),
        (Data("short".utf8), "5 bytes are too few"), (Data(), "0 bytes are too few"),
        (model.prefix(model.count / 2), "outside the file"),
      ]
      for (data, reason) in files {
        try write(data, to: folder.file("file"))
        for arguments in [
          ["inspect", folder.file("file")],
          ["inspect", "--arch", "small", "--weights", folder.file("file")],
        ] {
          let outcome = try FacetProgram.run(arguments)
          #expect(outcome.status == 65)
          #expect(outcome.errors.contains(reason), "\(outcome.errors)")
          #expect(outcome.errors.contains(folder.file("file")))
        }
      }
    }

    @Test("a class or a layer the network doesn't have")
    func outside() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      func refused(_ options: String...) throws -> String {
        let outcome = try FacetProgram.run(
          [
            "explain", "--model", network.model, "--input", network.photo, "--output",
            folder.file("map.npy"),
          ] + options)
        #expect(outcome.status == 64, "\(options): \(outcome.errors)")
        return outcome.errors
      }
      #expect(try refused("--target", "4").contains("the classes 0 to 3"))
      #expect(try refused("--target", "adda").contains("did you mean 'ada'?"))
      #expect(try refused("--target", "0,1").contains("2 classes for 1 images"))
      #expect(
        try refused("--layer", "features.blok4").contains("did you mean 'features.block4'?"))
      #expect(try refused("--layer", "classifier").contains("not maps"))
      #expect(try refused("--variant", "autograd").contains("--method deconvolution"))
      #expect(try refused("--method", "smoothgrad", "--samples", "0").contains("at least 1"))
      #expect(
        try FacetProgram.refuse(
          64, "report", "--model", network.model, "--data", network.photos, "--output",
          folder.file("report"), "--layer", "features.blok4"
        ).contains("did you mean 'features.block4'?"))
      #expect(try names(in: folder.path) == [])
    }
  }
}
