import ArgumentParser
import FacetWorkbench

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes error rates of a network or a score table.",
    discussion: """
      Verification as Labeled Faces in the Wild has it: every image in the list of pairs is \
      embedded once, and a pair's score is the cosine of its embeddings. The list is LFW's \
      pairs.txt or CSV with the columns img1, img2, same (0 or 1) and perhaps fold; image 1 of \
      Ann_Lee is Ann_Lee/Ann_Lee_0001.jpg (or .png) in the folder of images. Each fold is decided \
      at the threshold that is best on the others.

      A table of scores is CSV with the columns probe, reference, same, score (larger is more \
      alike) and perhaps fold. Images are named person/photo; people are what the bootstrap \
      resamples.

      Embeddings of faces are biometric data. They are kept for the next run in \
      $FACET_CACHE/embeddings, $XDG_CACHE_HOME/facet/embeddings or ~/.cache/facet/embeddings, \
      readable by you only; remove that folder to forget them.
      """)

  @Option(help: "A table of scores, .csv, in place of a network.")
  var scores: String?

  @Option(name: .shortAndLong, help: "A model file that Facet wrote, or an ONNX graph.")
  var model: String?

  @Option(help: "A network design, with --weights. (\(ModelOptions.architectures))")
  var arch: String?

  @Option(help: "Weights with the design's (torchvision's) parameter names, or imagenet.")
  var weights: String?

  @OptionGroup(title: "Network options") var network: NetworkOptions

  @Option(help: "The list of pairs, LFW's pairs.txt or .csv.")
  var pairs: String?

  @Option(help: "The folder of the images in the list.")
  var images: String?

  @Flag(help: "Neither use embeddings of an earlier run nor keep any.")
  var noCache = false

  @Option(help: "The decision threshold. (default: the EER's, with a warning)")
  var threshold: Double?

  @Option(name: .shortAndLong, help: "A folder for a report; it must be new or empty.")
  var output: String?

  @Flag(help: "Replace the output folder if it holds something.")
  var force = false

  @OptionGroup var settings: RunOptions

  func validate() throws {
    let network = [
      ("--model", model), ("--arch", arch), ("--weights", weights), ("--pairs", pairs),
      ("--images", images),
    ].filter { $0.1 != nil }.map(\.0)
    if scores != nil {
      if let other = network.first ?? (noCache ? "--no-cache" : nil) {
        throw ValidationError("--scores is evaluated by itself; it can't go with \(other)")
      }
      return
    }
    guard !network.isEmpty else {
      throw ValidationError(
        "give either --scores FILE, or a network, --pairs FILE and --images FOLDER")
    }
    guard (model != nil) != (arch != nil || weights != nil) else {
      throw ValidationError("give either --model FILE or --arch NAME --weights FILE")
    }
    if model == nil, arch == nil || weights == nil {
      throw ValidationError("--arch and --weights go together")
    }
    guard pairs != nil, images != nil else {
      throw ValidationError(
        "a network is judged on pairs of images: \(pairs == nil ? "--pairs FILE" : "--images FOLDER")"
          + " is missing")
    }
  }

  private func source() throws -> EvaluateJob.Source {
    if let scores { return .scores(scores) }
    return .network(
      EvaluateJob.NetworkSource(
        model: ModelSource(
          model.map { .file($0) } ?? .weights(architecture: arch ?? "", path: weights ?? ""),
          settings: try network.settings),
        pairs: pairs ?? "", images: images ?? "",
        cacheFolder: noCache ? nil : EvaluateJob.standardCacheFolder))
  }

  func run() throws {
    let job = EvaluateJob(try source(), threshold: threshold, output: output, replaces: force)
    let result = try job.run(settings.context())
    say(terminalText(result.report, folder: output))
  }
}
