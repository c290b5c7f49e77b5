import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Real weights and photos, where they lie beside the checkout.
@Suite("Real data") struct RealDataTests {
  private static let weights = "data/weights/squeezenet1_0/squeezenet1_0.safetensors"
  private static let photos = "data/images_misc"
  private static let isHere = SharedData.has(weights) && SharedData.has(photos)

  /// Pictures whose file names say their ImageNet classes.
  private static let classes = [
    ("goldfish.jpg", 1), ("sim_n01687978_7467.jpg", 42), ("sim_n02138441_3552.jpg", 299),
    ("sim_n07697313_11105.jpg", 933),
  ]

  private func network() throws -> [String] {
    [
      "--arch", "squeezenet1_0", "--weights", try #require(SharedData.path(Self.weights)),
    ]
  }

  private func photo(_ name: String) throws -> String {
    try #require(SharedData.path(Self.photos + "/" + name))
  }

  @Test(
    "SqueezeNet names the classes of ImageNet photos",
    .enabled(if: isHere, "no SqueezeNet weights in shared/data"))
  func imageNet() throws {
    let folder = try TemporaryFolder()
    for (name, _) in Self.classes { try copy(photo(name), to: folder.file("photos/\(name)")) }
    let printed = try FacetProgram.run(
      ["predict", "--input", folder.file("photos")] + network())
    #expect(printed.status == 0)
    let outcome = try FacetProgram.run(
      ["predict", "--input", folder.file("photos"), "--output", folder.file("logits.npy")]
        + network())
    #expect(outcome.status == 0, "\(outcome.errors)")
    let logits = try NumPyArray.read(folder.file("logits.npy"))
    #expect(logits.shape == [4, 1000])
    for (row, (name, number)) in Self.classes.enumerated() {
      #expect(logits.rowMaxima[row] == number, "\(name)")
      #expect(printed.output.contains("\(name)  "))
      #expect(printed.output.contains("class \(number) "))
    }
  }

  @Test(
    "SqueezeNet names pictures alike from four formats",
    .enabled(if: isHere, "no SqueezeNet weights in shared/data"))
  func formats() throws {
    let folder = try TemporaryFolder()
    for (name, _) in Self.classes { try copy(photo(name), to: folder.file("photos/\(name)")) }
    let weights = try #require(SharedData.path("data/weights/squeezenet1_0"))
    let names = try photo("synset_words.txt")
    func logits(_ network: [String]) throws -> Tensor {
      let outcome = try FacetProgram.run(
        ["predict", "--input", folder.file("photos"), "--output", folder.file("logits.npy")]
          + network)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NumPyArray.read(folder.file("logits.npy"))
    }
    let plain = ["--arch", "squeezenet1_0", "--weights"]
    let first = try logits(plain + [weights + "/squeezenet1_0.safetensors"])
    #expect(try logits(plain + [weights + "/squeezenet1_0.pth"]) == first)
    #expect(try logits(plain + [weights + "/squeezenet1_0_torchvision_names.npz"]) == first)
    // The graph is Caffe's, with its preprocessing and a padding of its last layer.
    let graph = [
      "--model", weights + "/squeezenet1_0_imagenet_opset13.onnx", "--mean", "104,117,123",
      "--channels", "bgr", "--classes", names,
    ]
    #expect(try logits(graph).rowMaxima == first.rowMaxima)
    let printed = try FacetProgram.run(["predict", "--input", folder.file("photos")] + graph)
    #expect(printed.status == 0)
    for word in ["goldfish", "agama", "meerkat", "cheeseburger"] {
      #expect(printed.output.contains(word), "\(word)")
    }
    #expect(
      printed.output.contains(
        "Input: 227x227 bgr, 0...255, minus 104.0,117.0,123.0, divided by 1.0"))
    #expect(!printed.output.contains("Warning"))
    let raw = try FacetProgram.run(
      ["predict", "--input", photo("goldfish.jpg"), "--model", graph[1]])
    #expect(raw.output.contains("Input: 227x227 rgb, 0...255\n"))
    #expect(raw.output.contains("Warning: raw bytes reach the first weights"))
  }

  @Test(
    "ResNet-20 gives the same from .th and .onnx",
    .enabled(
      if: SharedData.has("data/weights/resnet_cifar10"), "no CIFAR ResNets in shared/data"))
  func cifar() throws {
    let folder = try TemporaryFolder()
    let weights = try #require(SharedData.path("data/weights/resnet_cifar10"))
    let x = Tensor.random([3, 3, 32, 32], seed: 11)
    try NumPyArray.write(x, to: folder.file("x.npy"))
    func logits(_ network: String...) throws -> Tensor {
      let outcome = try FacetProgram.run(
        ["predict", "--input", folder.file("x.npy"), "--output", folder.file("y.npy")] + network)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NumPyArray.read(folder.file("y.npy"))
    }
    let graph = try logits("--model", weights + "/resnet20_cifar10_opset13.onnx")
    for file in ["resnet20-12fca82f.th", "resnet20.npz"] {
      let plain = try logits("--arch", "resnet20-cifar", "--weights", weights + "/" + file)
      #expect(plain.shape == [3, 10])
      #expect(plain.relativeDifference(from: graph) <= 1e-4)
    }
    // Round the formats: what is written is read as the same network.
    let model = folder.file("model.safetensors")
    let written = folder.file("written.onnx")
    for (from, to) in [(weights + "/resnet56_cifar10_opset13.onnx", model), (model, written)] {
      #expect(try FacetProgram.run(["convert", from, to]).status == 0)
    }
    let deep = try logits("--model", weights + "/resnet56_cifar10_opset13.onnx")
    #expect(try logits("--model", model) == deep)
    #expect(try logits("--model", written).relativeDifference(from: deep) <= 1e-6)
  }

  @Test(
    "dialects tell the same of one photo",
    .enabled(if: isHere, "no SqueezeNet weights in shared/data"))
  func dialects() throws {
    let folder = try TemporaryFolder()
    func map(_ dialect: String, _ target: String) throws -> Tensor {
      let outcome = try FacetProgram.run(
        [
          "explain", "--input", photo("goldfish.jpg"), "--output", folder.file("map.npy"),
          "--dialect", dialect, "--target", target,
        ] + network())
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NumPyArray.read(folder.file("map.npy"))
    }
    let raw = try map("facet", "1")
    #expect(raw.shape == [1, 13, 13])
    #expect(try raw == map("facet", "predicted"))
    let captum = try map("captum", "1")
    #expect(captum.shape == [1, 1, 13, 13])
    #expect(captum.scalars == raw.scalars)
    let scaled = try map("pytorch-grad-cam", "1")
    #expect(scaled.shape == [1, 224, 224])
    #expect(scaled.minimum >= 0)
    #expect(abs(scaled.maximum - 1) < 1e-3)
    #expect(try raw != map("facet", "2"))
  }

  @Test(
    "photos under several people's names are left out and told",
    .enabled(if: SharedData.has("data/yale_faces"), "no Yale faces in shared/data"))
  func yale() throws {
    let folder = try TemporaryFolder()
    let said = try FacetProgram.succeed(
      "train", "--data", try #require(SharedData.path("data/yale_faces")), "--output",
      folder.file("m.safetensors"), "--epochs", "1")
    let skipped = try #require(said.firstMatch(of: /; (\d+) files? skipped/)?.1)
    #expect(Int(skipped).map { $0 > 0 } == true)
    #expect(said.contains("of 8 people"))
  }
}
