import ArgumentParser
import FacetWorkbench

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists a network's layers, or the tensors of a file of weights.")

  @Argument(help: "A model, an ONNX graph, or a file of weights (.safetensors, .pth, .npz).")
  var file: String?

  @Option(help: "For plain weights: the network design. (\(ModelOptions.architectures))")
  var arch: String?

  @Option(help: "For plain weights: the file, or imagenet.")
  var weights: String?

  @OptionGroup(title: "Network options") var network: NetworkOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (file != nil) != (arch != nil && weights != nil) else {
      throw ValidationError("give a model file, or --arch NAME --weights FILE")
    }
  }

  func run() throws {
    let place: ModelSource.Place =
      if let file { .file(file) } else { .weights(architecture: arch ?? "", path: weights ?? "") }
    let job = InspectJob(ModelSource(place, settings: try network.settings))
    say(json ? try job.json() : try job.text())
  }
}
