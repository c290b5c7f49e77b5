import ArgumentParser
import FacetExplain
import FacetWorkbench

extension Dialect: ExpressibleByArgument {}
extension FusedLayers.Fusion: ExpressibleByArgument {}
extension MapPlacement: ExpressibleByArgument {}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes one method's maps.",
    discussion: """
      Methods: \(Method.all.map(\.name).joined(separator: ", ")).

      The .npy holds what the dialect's library returns. facet: the raw map (N, h, w) of the layer, or \
      (N, 3, H, W) on the pixels. captum: (N, 1, h, w) and (N, 3, H, W). pytorch-grad-cam: (N, H, W), \
      rectified, scaled and resized. torch-cam: (N, h, w), rectified and scaled. xplique: (N, H, W), \
      rectified and resized by a cubic. tf-explain: (N, H, W), resized and scaled, gradients gated. \
      Docs/Dialects.md has the formulas.

      Beside the output is a .json with what the maps are of: model and input by SHA-256, layer, \
      objective, method, options, scores, samples used, and what is odd about a map.
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

  @Option(
    help: ArgumentHelp(
      "Which form of a method that has several. (default: the first)",
      discussion: """
        deconvolution: autograd or zeiler-fergus. lrp: z-box, gamma or epsilon. saliency: strongest \
        or each (channel). rise: centred (the mean score taken off) or published.
        """))
  var variant: String?

  @Option(
    help: "The layer to look at, or several with commas, to be fused. (default: the model's)")
  var layer: String?

  @Option(help: "How several layers are fused.")
  var fusion = FusedLayers.Fusion.mean

  @Flag(help: "Average over the image and its mirror image.")
  var flips = false

  @Option(help: "Where a .png has a layer's cells.")
  var placement = MapPlacement.receptiveField

  @Option(
    help: ArgumentHelp(
      "Classes by number or name, with commas: one, or one for each image. (default: predicted)"))
  var target: String?

  @Option(help: "A class by number or name: why the target and not this one?")
  var against: String?

  @Option(help: "How many look-alikes finercam holds the target against. (default: 3)")
  var rivals: Int?

  @OptionGroup var people: GalleryOptions

  @Option(help: "Whose conventions the output follows.")
  var dialect = Dialect.facet

  @Option(help: "Points, noisy copies or masks, of methods that have them. (default: the method's)")
  var samples: Int?

  @Option(
    help: ArgumentHelp(
      "Seconds after which scorecam, smoothgrad, occlusion or rise stop. (default: never)",
      discussion: """
        Maps then depend on the clock; how many samples they are of is recorded. Occlusion begins with \
        windows far apart and ends with as fine a stride as there is time for.
        """))
  var budget: Double?

  @OptionGroup var settings: RunOptions

  func run() throws {
    let targets = target == "predicted" ? [] : target?.split(separator: ",") ?? []
    var options = ExplainJob.Options(
      model: try model.source, input: input, output: output, method: method, variant: variant,
      layer: layer, targets: targets.map { String($0).trimmed }, dialect: dialect, samples: samples)
    options.fusion = fusion
    options.flips = flips
    options.placement = placement
    options.budget = budget
    options.against = against
    options.rivals = rivals
    options.gallery = people.gallery
    say(try ExplainJob(options).run(settings.context()))
  }
}
