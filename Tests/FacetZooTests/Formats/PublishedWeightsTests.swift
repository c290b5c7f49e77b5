import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

@Suite("Published weights")
struct PublishedWeightsTests {
  private static let folder = "data/weights/"

  private func open(_ name: String) throws -> any TensorArchive {
    try TensorFile.open(#require(SharedData.path(Self.folder + name)))
  }

  /// Every tensor of one file is one of the other, to the bit.
  private func expectEqual(_ one: String, _ other: String, count: Int) throws {
    let (a, b) = (try open(one).tensors(), try open(other).tensors())
    #expect(a.count == count)
    #expect(a == b)
    #expect(TensorFile.nonFinite(a).isEmpty)
  }

  @Test(
    "SqueezeNet as .pth and .safetensors", .enabled(if: SharedData.has(folder + "squeezenet1_0")))
  func squeezeNet() throws {
    try expectEqual(
      "squeezenet1_0/squeezenet1_0.pth", "squeezenet1_0/squeezenet1_0.safetensors", count: 52)
    let names = try open("squeezenet1_0/squeezenet1_0.pth").entries.map(\.name)
    #expect(
      names.prefix(3) == ["features.0.weight", "features.0.bias", "features.3.squeeze.weight"])
    let (model, report) = try Architecture.named("squeezenet1_0").model(
      weights: #require(SharedData.path(Self.folder + "squeezenet1_0/squeezenet1_0.pth")))
    #expect(report.isComplete && report.unused.isEmpty)
    #expect(model.parameterCount == 1_248_424)
  }

  @Test("SqueezeNet as a compressed .npz", .enabled(if: SharedData.has(folder + "squeezenet1_0")))
  func squeezeNetArrays() throws {
    try expectEqual(
      "squeezenet1_0/squeezenet1_0.pth", "squeezenet1_0/squeezenet1_0_torchvision_names.npz",
      count: 52)
  }

  @Test(
    "ResNet-20: a .th of the older form, saved under DataParallel, and an .npz",
    .enabled(if: SharedData.has(folder + "resnet_cifar10")))
  func resNet20() throws {
    try expectEqual("resnet_cifar10/resnet20-12fca82f.th", "resnet_cifar10/resnet20.npz", count: 97)
  }

  // The values below are PyTorch's: torch.load, then v.double().sum() of each tensor.

  @Test("a network of the older form", .enabled(if: SharedData.has(folder + "misc_small")))
  func older() throws {
    let file = try open("misc_small/cifar_torchvision.pt")
    let expected: [(String, Shape, Double)] = [
      ("conv1.weight", [6, 3, 5, 5], 0.6404331650701351), ("conv1.bias", [6], -0.9604820609092712),
      ("conv2.weight", [16, 6, 5, 5], -52.105961252098496),
      ("conv2.bias", [16], 1.6232138648629189),
      ("fc1.weight", [120, 400], -309.7353596880339), ("fc1.bias", [120], 4.565396637859521),
      ("fc2.weight", [84, 120], -98.70829994620817), ("fc2.bias", [84], 10.087207957636565),
      ("fc3.weight", [10, 84], 2.1207514660054585), ("fc3.bias", [10], 0.09464612603187561),
    ]
    #expect(file.entries.map(\.name) == expected.map(\.0))
    for (name, shape, sum) in expected {
      let tensor = try file.tensor(name)
      #expect(tensor.shape == shape)
      #expect(abs(tensor.scalars.reduce(0) { $0 + Double($1) } - sum) < 1e-9, "\(name)")
    }
  }

  @Test(
    "a network saved on another machine's graphics card, and the same design as .safetensors",
    .enabled(if: SharedData.has(folder + "misc_small")))
  func digits() throws {
    let file = try open("misc_small/mnist.pt")
    // Two trainings of one design: names and shapes agree, elements don't.
    let other = try open("misc_small/mnist.safetensors")
    #expect(Set(file.entries) == Set(other.entries))
    #expect(file.entries.count == 20)
    let expected: [(String, Shape, Double)] = [
      ("conv1.weight", [8, 1, 3, 3], -0.2826172108761966),
      ("conv3.bias", [24], 0.31690055527724326), ("norm1.num_batches_tracked", [], 3752),
      ("fc1.weight", [32, 11616], -510.434496281791),
      ("norm2.running_var", [10], 708.1247406005859),
    ]
    for (name, shape, sum) in expected {
      let tensor = try file.tensor(name)
      #expect(tensor.shape == shape)
      #expect(abs(tensor.scalars.reduce(0) { $0 + Double($1) } - sum) < 1e-9, "\(name)")
    }
    #expect(try other.tensor("norm2.num_batches_tracked").scalars == [3752 * 2])
  }

  @Test("a detector beside its optimiser's state", .enabled(if: SharedData.has(folder + "yunet")))
  func detector() throws {
    let file = try open("yunet/yunet_n.pth")
    #expect(file.entries.count == 208)
    #expect(file.entries.reduce(0) { $0 + $1.shape.count } == 77_890)
    let first = try #require(file.entries.first)
    #expect(
      first
        == TensorEntry(
          name: "backbone.model0.conv1.weight", type: .float32, shape: [16, 3, 3, 3]))
    let sum = try file.tensor(first.name).scalars.reduce(0) { $0 + Double($1) }
    #expect(abs(sum - -1.0936843291274272) < 1e-9)
  }
}
