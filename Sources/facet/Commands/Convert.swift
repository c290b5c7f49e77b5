import ArgumentParser
import FacetWorkbench

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a model file, with fully connected layers as convolutions if wanted.",
    discussion: """
      With --fully-convolutional the result is compared with the original, number by number, on drawn \
      faces; if it isn't the same network, nothing is written.
      """)

  @Argument(help: "A model file that Facet wrote, or with --arch a plain file of weights.")
  var input: String

  @Argument(help: "The model file to write, .safetensors.")
  var output: String

  @Flag(help: "Turn fully connected layers into convolutions.")
  var fullyConvolutional = false

  @Option(help: "The design of plain weights. (\(ModelOptions.architectures))")
  var arch: String?

  @OptionGroup var settings: RunOptions

  func run() throws {
    let source: ModelSource =
      if let arch { .weights(architecture: arch, path: input) } else { .file(input) }
    let job = ConvertJob(source, output: output, fullyConvolutional: fullyConvolutional)
    say(try job.run(settings.context()))
  }
}
