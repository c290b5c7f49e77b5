import FacetZoo
import Testing

@Suite("Published files") struct PublishedTableTests {
  /// `num_params` of torchvision 0.29: `get_weight(NAME + "_Weights.IMAGENET1K_V1").meta`.
  static let parameters: [(name: String, count: Int)] = [
    ("alexnet", 61_100_840), ("vgg11", 132_863_336), ("vgg13", 133_047_848),
    ("vgg16", 138_357_544), ("vgg19", 143_667_240), ("resnet18", 11_689_512),
    ("resnet34", 21_797_672), ("resnet50", 25_557_032), ("squeezenet1_0", 1_248_424),
    ("squeezenet1_1", 1_235_496), ("densenet121", 7_978_856),
  ]

  @Test("every design has its file, and no other is there")
  func complete() {
    #expect(PublishedWeights.all.map(\.architecture) == Self.parameters.map(\.name))
    #expect(PublishedWeights.sets == ["imagenet"])
    #expect(Set(PublishedWeights.all.map(\.sha256Prefix)).count == Self.parameters.count)
  }

  @Test("a file's size is its parameters' in four bytes each, and a little", arguments: parameters)
  func sizes(_ name: String, _ count: Int) throws {
    let weights = try #require(PublishedWeights.find(architecture: name, set: "imagenet"))
    let ratio = Double(weights.bytes.lowerBound) / Double(4 * count)
    // Names, zip entries and, in DenseNet, the statistics of 121 normalisations.
    #expect(ratio > 1 && ratio < 1.02, "\(ratio)")
    #expect(weights.bytes.count < 2200)
    #expect(weights.bytes.contains(Int(weights.mebibytes * 1_048_576)))
  }

  @Test("names, digits and figures have their forms", arguments: PublishedWeights.all)
  func forms(_ weights: PublishedWeights) throws {
    let stem = weights.architecture == "alexnet" ? "alexnet-owt" : weights.architecture
    #expect(weights.fileName == "\(stem)-\(weights.sha256Prefix).pth")
    #expect(weights.sha256Prefix.wholeMatch(of: /[0-9a-f]{8}/) != nil)
    #expect(weights.url == "https://download.pytorch.org/models/\(weights.fileName)")
    #expect(weights.top1 > 0.5 && weights.top1 < weights.top5 && weights.top5 < 0.95)
  }

  @Test("one file by hand: torchvision's ResNet18_Weights.IMAGENET1K_V1")
  func resNet18() throws {
    let weights = try #require(PublishedWeights.find(architecture: "resnet18", set: "imagenet"))
    #expect(weights.sha256Prefix == "f37072fd")
    // 44.660 * 2^20 is 46829404.16, 44.662 * 2^20 is 46831501.31.
    #expect(weights.bytes == 46_829_405...46_831_501)
    #expect(weights.top1 == 0.69758 && weights.top5 == 0.89078)
  }

  @Test("what isn't published")
  func unknown() {
    #expect(PublishedWeights.find(architecture: "small", set: "imagenet") == nil)
    #expect(PublishedWeights.find(architecture: "resnet18", set: "faces") == nil)
  }
}
