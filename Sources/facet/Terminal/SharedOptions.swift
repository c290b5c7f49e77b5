import ArgumentParser
import FacetEngine
import FacetWorkbench
import Foundation

/// Options that every job takes.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of everything random.")
  var seed: UInt64 = 0

  @Option(help: "Cores to use; the results don't depend on it. (default: all)")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func context(notes: Bool = false) -> JobContext {
    JobContext(
      seed: seed, engine: Engine(threads: threads),
      progress: ProgressLine.shared.progress(notes: notes),
      command: ["facet"] + CommandLine.arguments.dropFirst())
  }
}

/// Where a report goes.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The folder to write; it must be new or empty.")
  var output: String

  @Flag(help: "Replace the output folder if it holds something.")
  var force = false
}

/// Where a model comes from.
struct ModelOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "A model file that Facet wrote.")
  var model: String?

  @Option(help: "A network design, with --weights. (\(ModelOptions.architectures))")
  var arch: String?

  @Option(help: "A plain .safetensors file with the design's (torchvision's) parameter names.")
  var weights: String?

  static let architectures = TrainingRecipe.architectureNames.joined(separator: ", ")

  func validate() throws {
    guard (model != nil) != (arch != nil || weights != nil) else {
      throw ValidationError("give either --model FILE or --arch NAME --weights FILE")
    }
    if model == nil, arch == nil || weights == nil {
      throw ValidationError("--arch and --weights go together")
    }
  }

  var source: ModelSource {
    if let model { return .file(model) }
    return .weights(architecture: arch ?? "", path: weights ?? "")
  }
}

/// Prints what a job has to say at its end, on standard output.
func say(_ text: String) {
  ProgressLine.shared.finish()
  print(text)
}

extension String {
  /// Without spaces at the ends.
  var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
