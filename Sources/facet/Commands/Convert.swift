import ArgumentParser
import FacetWorkbench

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Writes a network in another format, fully connected layers as convolutions if wanted.",
    discussion: """
      Read are Facet's models, ONNX graphs and plain weights (.safetensors, .pth, .npz). Written is, by \
      the output's name, a Facet model (.safetensors; its tensors are read by any tool), the weights \
      alone (.npz) or an ONNX graph of opset 17 (.onnx). Plain weights without --arch stay plain weights.

      With --fully-convolutional the result is compared with the original, number by number, on drawn \
      faces; if it isn't the same network, nothing is written.
      """)

  @Argument(help: "A model, an ONNX graph, or a file of weights (for a network, with --arch).")
  var input: String

  @Argument(help: "The file to write: .safetensors, .npz or .onnx.")
  var output: String

  @Flag(help: "Turn fully connected layers into convolutions.")
  var fullyConvolutional = false

  @Option(help: "The design of plain weights. (\(ModelOptions.architectures))")
  var arch: String?

  @OptionGroup(title: "Network options") var network: NetworkOptions

  @OptionGroup var settings: RunOptions

  func run() throws {
    let place: ModelSource.Place =
      if let arch { .weights(architecture: arch, path: input) } else { .file(input) }
    let source = ModelSource(place, settings: try network.settings)
    let job = ConvertJob(source, output: output, fullyConvolutional: fullyConvolutional)
    say(try job.run(settings.context()))
  }
}
