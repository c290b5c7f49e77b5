import ArgumentParser
import FacetWorkbench

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows why two photos are one person to a network.",
    discussion: """
      Two photos: their cosine, the decision with its error rates where there is a calibration, what \
      speaks for and against one person on both faces, and how far to believe each map. Photos are \
      fitted to the network's input; no face is looked for and nothing is aligned. The threshold is \
      that of the EER of --scores (such as 'facet evaluate' wrote with this network), or of the pairs \
      in --calibration, whose images are in --images; without either no decision is given.

      With --pairs in place of photos: the error rates of all pairs in the list, the worst errors with \
      their maps, and how fast accuracy falls when the pixels that maps rank first are removed. The \
      threshold is that of --scores or --calibration, whose images are then in --images too; without \
      either it is that of the list's own EER, which makes the error rates a little too good.

      Methods: gradcam (of the cosine), additive (cells add up to the cosine), corrrise, occlusion. The \
      first two look at a face once; corrrise does so 500 times and occlusion 196 times, and they take \
      nearly all the time of a list.
      """)

  @Argument(help: "Two photos.")
  var photos: [String] = []

  @OptionGroup var model: ModelOptions

  @OptionGroup var output: OutputOptions

  @Flag(help: "The photos are aligned crops already; the page says so.")
  var aligned = false

  @Option(help: "A table of scores for the threshold, .csv.")
  var scores: String?

  @Option(help: "A list of pairs for the threshold, LFW's pairs.txt or .csv.")
  var calibration: String?

  @Option(help: "A list of pairs to examine in place of two photos.")
  var pairs: String?

  @Option(help: "The folder of the images in the list.")
  var images: String?

  @Option(help: "Methods, separated by commas. (default: all that the network allows)")
  var methods: String?

  @Option(help: "The layer of gradcam. (default: the model's)")
  var layer: String?

  @Option(help: "Masks of corrrise.")
  var masks = 500

  @Option(
    help: ArgumentHelp(
      "Seconds for the maps of corrrise and occlusion of two photos. (default: no end)",
      discussion: "How many masks and windows they are of is recorded and shown."))
  var budget: Double?

  @Option(help: "Pairs of each kind of error that are explained, with --pairs. (default: 6)")
  var worst: Int?

  @Option(help: "Pairs whose pixels are removed, with --pairs. (default: 60)")
  var sample: Int?

  @Flag(help: "Neither use embeddings of an earlier run nor keep any.")
  var noCache = false

  @OptionGroup var settings: RunOptions

  func validate() throws {
    if pairs != nil { return try validateList() }
    guard photos.count == 2 else {
      throw ValidationError(
        "give two photos, or --pairs FILE and --images FOLDER; "
          + (photos.isEmpty
            ? "there is none" : "there \(photos.count == 1 ? "is" : "are") \(photos.count)"))
    }
    for (name, isGiven) in [("--worst", worst != nil), ("--sample", sample != nil)] where isGiven {
      throw ValidationError("\(name) is for --pairs")
    }
    try validateCalibration()
    guard (calibration != nil) == (images != nil) else {
      throw ValidationError("--calibration FILE and --images FOLDER go together")
    }
  }

  private func validateList() throws {
    if !photos.isEmpty { throw ValidationError("give either two photos or --pairs, not both") }
    try validateCalibration()
    guard images != nil else { throw ValidationError("--pairs FILE needs --images FOLDER") }
    if budget != nil { throw ValidationError("--budget is for two photos") }
    if let worst, worst < 1 { throw ValidationError("--worst must be at least 1") }
    if let sample, sample < 2 { throw ValidationError("--sample must be at least 2") }
  }

  private func validateCalibration() throws {
    if scores != nil, calibration != nil {
      throw ValidationError("give either --scores or --calibration, not both")
    }
  }

  private var names: [String] {
    (methods ?? "").split(separator: ",").map { String($0).trimmed }
  }

  private var cacheFolder: String? { noCache ? nil : EvaluateJob.standardCacheFolder }

  private func options() throws -> VerifyOptions {
    var options = VerifyOptions(model: try model.source, output: output.output)
    options.isAligned = aligned
    options.methods = names
    options.layer = layer
    options.masks = masks
    options.budget = budget
    options.replaces = output.force
    if let scores { options.calibration = .scores(scores) }
    if let calibration {
      options.calibration = .pairs(
        list: calibration, images: images ?? "", cacheFolder: cacheFolder)
    }
    return options
  }

  func run() throws {
    let context = settings.context()
    let options = try options()
    if let pairs {
      var list = VerifyListJob.Pairs(
        list: pairs, images: images ?? "", cacheFolder: cacheFolder)
      if let worst { list.worst = worst }
      if let sample { list.sample = sample }
      return say(
        terminalText(try VerifyListJob(list, options).run(context), folder: output.output))
    }
    let job = VerifyJob(photos[0], photos[1], options)
    say(terminalText(try job.run(context), folder: output.output))
  }
}
