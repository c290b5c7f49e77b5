import ArgumentParser
import FacetWorkbench

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Asks a network who is on a picture.")

  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong,
    help: "A picture, a folder of pictures, or a normalised .npy batch (N, 3, height, width).")
  var input: String

  @Option(
    name: .shortAndLong, help: "A .npy file for the logits (N, classes). (default: print names)")
  var output: String?

  @OptionGroup var people: GalleryOptions

  @OptionGroup var settings: RunOptions

  func run() throws {
    say(
      try PredictJob(
        model: try model.source, input: input, output: output, gallery: people.gallery
      ).run(settings.context()))
  }
}
