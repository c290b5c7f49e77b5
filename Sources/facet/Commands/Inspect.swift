import ArgumentParser
import FacetWorkbench
import Foundation

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists a network's layers, shapes, parameters and multiply-accumulates.")

  @Argument(help: "A model file that Facet wrote.")
  var file: String?

  @Option(help: "For plain weights: the network design. (\(ModelOptions.architectures))")
  var arch: String?

  @Option(help: "For plain weights: the .safetensors file.")
  var weights: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (file != nil) != (arch != nil && weights != nil) else {
      throw ValidationError("give a model file, or --arch NAME --weights FILE")
    }
  }

  func run() throws {
    let source: ModelSource =
      if let file { .file(file) } else { .weights(architecture: arch ?? "", path: weights ?? "") }
    let job = InspectJob(source)
    guard json else { return say(try job.text()) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    say(String(decoding: try encoder.encode(job.result().result), as: UTF8.self))
  }
}
