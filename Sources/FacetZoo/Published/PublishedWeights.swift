/// A file of trained weights that its makers publish, and how it is known.
///
/// Facet ships no weights; this table says where they are. The figures are those that torchvision
/// 0.29 publishes with each file (`torchvision.models.get_model_weights(name)`, `IMAGENET1K_V1`).
public struct PublishedWeights: Hashable, Sendable {
  /// The design's name: torchvision's.
  public let architecture: String
  /// The name of what it was trained on, as users give it: `imagenet` is `IMAGENET1K_V1`.
  public let set: String
  /// The file's name. It ends in the first eight digits of its SHA-256, torch.hub's rule.
  public let fileName: String
  /// The file's size in units of 2^20 bytes, rounded to a thousandth as published.
  public let mebibytes: Double
  /// Published accuracies on ImageNet's validation set, as fractions.
  public let top1: Double
  public let top5: Double

  /// Where torchvision's files are.
  public static let base = "https://download.pytorch.org/models"

  public var url: String { Self.base + "/" + fileName }

  /// The digits that the file's SHA-256 begins with.
  public var sha256Prefix: String {
    fileName.split(separator: ".").first?.split(separator: "-").last.map(String.init) ?? ""
  }

  /// The sizes in bytes that round to the published one.
  public var bytes: ClosedRange<Int> {
    let unit = 1_048_576.0
    return Int(((mebibytes - 0.001) * unit).rounded(.up))...Int((mebibytes + 0.001) * unit)
  }

  /// The licence of the files.
  public static let licence = "BSD-3-Clause (torchvision)"

  /// What a licence of the files doesn't settle.
  public static let terms = """
    The weights were learnt from ImageNet, whose terms allow research and teaching without
    commerce; torchvision leaves it to you to find out whether they bind your use.
    """

  /// The file for a design; `nil` when there is none.
  public static func find(architecture: String, set: String) -> PublishedWeights? {
    all.first { $0.architecture == architecture && $0.set == set }
  }

  /// The names of what the files were trained on.
  public static var sets: [String] {
    all.reduce(into: []) { if !$0.contains($1.set) { $0.append($1.set) } }
  }

  /// Every published file that Facet knows.
  public static let all: [PublishedWeights] = [
    imageNet("alexnet", "alexnet-owt-7be5be79", 233.087, 56.522, 79.066),
    imageNet("vgg11", "vgg11-8a719046", 506.84, 69.02, 88.628),
    imageNet("vgg13", "vgg13-19584684", 507.545, 69.928, 89.246),
    imageNet("vgg16", "vgg16-397923af", 527.796, 71.592, 90.382),
    imageNet("vgg19", "vgg19-dcbb9e9d", 548.051, 72.376, 90.876),
    imageNet("resnet18", "resnet18-f37072fd", 44.661, 69.758, 89.078),
    imageNet("resnet34", "resnet34-b627a593", 83.275, 73.314, 91.42),
    imageNet("resnet50", "resnet50-0676ba61", 97.781, 76.13, 92.862),
    imageNet("squeezenet1_0", "squeezenet1_0-b66bff10", 4.778, 58.092, 80.42),
    imageNet("squeezenet1_1", "squeezenet1_1-b8a52dc0", 4.729, 58.178, 80.624),
    imageNet("densenet121", "densenet121-a639ec97", 30.845, 74.434, 91.972),
  ]

  private static func imageNet(
    _ architecture: String, _ stem: String, _ mebibytes: Double, _ top1: Double, _ top5: Double
  ) -> PublishedWeights {
    PublishedWeights(
      architecture: architecture, set: "imagenet", fileName: stem + ".pth", mebibytes: mebibytes,
      top1: top1 / 100, top5: top5 / 100)
  }
}
