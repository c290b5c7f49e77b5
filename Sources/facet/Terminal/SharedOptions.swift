import ArgumentParser
import FacetEngine
import FacetGraph
import FacetWorkbench
import Foundation

/// Options that every job takes.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of everything random.")
  var seed: UInt64 = 0

  @Option(help: "Cores to use; the results don't depend on it. (default: all)")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "fast or exact: whether convolutions may be computed by Winograd's filtering.",
      discussion: """
        Both are 32-bit; fast rounds differently by about one part in a million. With exact, an \
        image's numbers have the same bits in every batch.
        """))
  var precision = Precision.fast

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    do { try InstructionSet.checkEnvironment() } catch { throw ValidationError("\(error)") }
  }

  func context(notes: Bool = false) -> JobContext {
    JobContext(
      seed: seed, engine: Engine(threads: threads, precision: precision),
      progress: ProgressLine.shared.progress(notes: notes),
      command: ["facet"] + CommandLine.arguments.dropFirst())
  }
}

extension Precision: ExpressibleByArgument {}

/// Where a report goes.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The folder to write; it must be new or empty.")
  var output: String

  @Flag(help: "Replace the output folder if it holds something.")
  var force = false
}

/// What a network's file doesn't say, or says otherwise.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is taken off each channel: one number, or one a channel with commas.",
      discussion: """
        Numbers of at most 1 mean pixels of 0...1, larger ones 0...255. Without --mean, --std and a \
        card, an ONNX graph is fed raw 0...255.
        """))
  var mean: String?

  @Option(help: "By what each channel is divided after that.")
  var std: String?

  @Option(help: "By what bytes are multiplied before. (default: 1/255 or 1, by --mean and --std)")
  var scale: Float?

  @Option(help: "rgb, bgr or grey.")
  var channels: String?

  @Option(help: "The input's size in pixels: 112, or 112x96 (height, width).")
  var size: String?

  @Option(help: "A text file with one class name a line, in the order of the outputs.")
  var classes: String?

  @Option(help: "The layer whose value is the face's embedding.")
  var embedding: String?

  @Option(help: "Which output of an ONNX graph that has several. (default: the first)")
  var graphOutput: String?

  func validate() throws { _ = try settings }

  var settings: NetworkSettings {
    get throws {
      var settings = NetworkSettings()
      settings.mean = try mean.map { try Self.numbers($0, "--mean") }
      settings.standardDeviation = try std.map { try Self.numbers($0, "--std") }
      settings.scale = scale
      if let channels, !["rgb", "bgr", "grey"].contains(channels) {
        throw ValidationError("--channels must be rgb, bgr or grey, not '\(channels)'")
      }
      settings.channels = channels
      settings.size = try size.map(Self.extent)
      settings.classes = classes
      settings.embedding = embedding
      settings.output = graphOutput
      return settings
    }
  }

  private static func numbers(_ text: String, _ option: String) throws -> [Float] {
    try text.split(separator: ",").map { part in
      guard let number = Float(String(part).trimmed), number.isFinite else {
        throw ValidationError("\(option) takes numbers separated by commas, not '\(text)'")
      }
      return number
    }
  }

  private static func extent(_ text: String) throws -> Extent {
    let parts = text.lowercased().split(separator: "x").map { Int($0) }
    guard 1...2 ~= parts.count, parts.allSatisfy({ 1...1 << 14 ~= $0 ?? 0 }),
      let height = parts.first ?? nil, let width = parts.last ?? nil
    else { throw ValidationError("--size takes pixels such as 112 or 112x96, not '\(text)'") }
    return Extent(height, width)
  }
}

/// People for a network that has no classes.
struct GalleryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder of people to be told apart, one folder of photos for each.",
      discussion: """
        Each one's mean embedding becomes a class of the network, the answer the nearest by cosine. For \
        networks that only compare faces.
        """))
  var gallery: String?
}

/// Where a model comes from.
struct ModelOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "A model file that Facet wrote, or an ONNX graph.")
  var model: String?

  @Option(help: "A network design, with --weights. (\(ModelOptions.architectures))")
  var arch: String?

  @Option(
    help: ArgumentHelp(
      "Weights with the design's (torchvision's) parameter names, or imagenet.",
      discussion: "A .safetensors, .pth or .npz file; imagenet is what 'facet weights fetch' got."))
  var weights: String?

  @OptionGroup(title: "Network options") var network: NetworkOptions

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
    get throws {
      let place: ModelSource.Place =
        if let model { .file(model) } else {
          .weights(architecture: arch ?? "", path: weights ?? "")
        }
      return ModelSource(place, settings: try network.settings)
    }
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
