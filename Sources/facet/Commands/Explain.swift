import ArgumentParser
import FacetExplain
import FacetWorkbench

extension Dialect: ExpressibleByArgument {}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes one method's maps.",
    discussion: """
      Methods: \(Method.all.map(\.name).joined(separator: ", ")).

      The .npy holds what the dialect's library returns. facet: the raw map (N, h, w) of the layer, or \
      (N, 3, H, W) on the pixels. captum: (N, 1, h, w) and (N, 3, H, W). pytorch-grad-cam: (N, H, W), \
      rectified, scaled and resized.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong,
    help: "A picture, a folder of pictures, or a normalised .npy batch (N, 3, height, width).")
  var input: String

  @Option(
    name: .shortAndLong, help: "A .npy file for the numbers, or a .png for the picture of one.")
  var output: String

  @Option(help: "The method.")
  var method = "gradcam"

  @Option(help: "Of deconvolution: autograd or zeiler-fergus. (default: autograd)")
  var variant: String?

  @Option(help: "The layer to look at. (default: the model's)")
  var layer: String?

  @Option(
    help: "Class numbers, separated by commas: one, or one for each image. (default: predicted)")
  var target: String?

  @Option(help: "Whose conventions the .npy follows: facet, captum or pytorch-grad-cam.")
  var dialect = Dialect.facet

  @Option(help: "Points, noisy copies or masks, of methods that have them. (default: the method's)")
  var samples: Int?

  @OptionGroup var settings: RunOptions

  func run() throws {
    let targets = try target.map { try Self.numbers($0) } ?? []
    let job = ExplainJob(
      .init(
        model: try model.source, input: input, output: output, method: method, variant: variant,
        layer: layer, targets: targets, dialect: dialect, samples: samples))
    say(try job.run(settings.context()))
  }

  private static func numbers(_ text: String) throws -> [Int] {
    if text == "predicted" { return [] }
    return try text.split(separator: ",").map { part in
      guard let number = Int(String(part).trimmed) else {
        throw WorkbenchError.usage("--target must be class numbers, or 'predicted', not '\(text)'")
      }
      return number
    }
  }
}
