import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// `facet trust`: how far each method can be believed on a model.
public struct TrustJob: Sendable {
  public struct Options: Sendable {
    public var model: ModelSource
    /// A folder of people; `nil` leaves real photos out.
    public var data: String?
    public var output: String
    public var methods: [String]
    /// Photos of each kind at most.
    public var images: Int
    /// Seconds, divided among all that is measured; `nil` for as long as it takes.
    public var budget: Double?
    /// A folder of photos of the people to be told apart; `nil` for the network's own classes, or where
    /// it has none for half of each person's photos.
    public var gallery: String?
    /// A folder of whole scenes with a `boxes.csv` of their faces; `nil` for no pointing game.
    public var scenes: String?
    public var replaces: Bool

    public init(
      model: ModelSource, data: String? = nil, output: String,
      methods: [String] = MapMethod.trustNames, images: Int = 24, budget: Double? = nil,
      replaces: Bool = false
    ) {
      self.model = model
      self.data = data
      self.output = output
      self.methods = methods
      self.images = images
      self.budget = budget
      self.replaces = replaces
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Runs the job and returns the report, which is on disk then.
  @discardableResult
  public func run(_ context: JobContext) throws -> (report: Report, result: TrustResult) {
    let start = ContinuousClock.now
    _ = try MapMethod.named(options.methods, MethodSettings())
    guard !options.methods.isEmpty else {
      throw WorkbenchError.usage("--methods names no method")
    }
    guard options.images >= 2 else {
      throw WorkbenchError.usage("--images must be at least 2, not \(options.images)")
    }
    try BudgetUse.check(options.budget)
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    var loaded = try options.model.load()
    try Self.check(loaded.model)
    let bench = try options.data.map {
      try TestBench(loaded, data: $0, gallery: options.gallery, context)
    }
    loaded = bench?.loaded ?? loaded
    if loaded.model.onlyCompares {
      let enrolment = try Enrolment(
        DrawnFaces.gallery(for: loaded.model, context), into: loaded.model, context)
      loaded.model = enrolment.model
      loaded.notes.append(
        "The network compares faces and has no classes. Of drawn people, " + enrolment.description)
    }
    let outcome = try fill(folder, loaded, bench, since: start, context)
    try folder.commit()
    return outcome
  }

  private static func check(_ model: Model) throws {
    guard (model.graph.outputCount ?? 0) > 1 else {
      throw WorkbenchError.badData(
        "facet trust asks a network that tells people apart, and this one's output is not a vector")
    }
    if let batch = model.graph.fixedBatch, batch > 1 {
      throw WorkbenchError.badData(
        "the network takes exactly \(batch) images at once; export it with a batch of any size")
    }
  }

  /// Computes everything and writes it into a folder that the caller commits.
  func fill(
    _ folder: OutputFolder, _ loaded: LoadedModel, _ bench: TestBench?,
    since start: ContinuousClock.Instant, _ context: JobContext
  ) throws -> (report: Report, result: TrustResult) {
    let model = loaded.model
    let settings = MethodSettings.forTrust(model.card.input, seed: context.seed)
    let methods = try MapMethod.named(options.methods, settings, progress: context.progress)
    let scenes = try self.options.scenes.map {
      try SceneShelf(folder: $0, model.card.input.preprocessing)
    }
    var study = try TrustStudy(
      model, methods, bench, images: options.images, budget: options.budget, context)
    study.result.pointing = try scenes.map {
      try PointingStudy(model, methods, $0, context).result
    }
    context.progress.step("writing", 0)
    let pictures = try TrustPictures(model, study, context)
    try pictures.write(to: folder)
    study.result.maps = pictures.drawn.maps.map(MapRecord.init)
    study.result.files = pictures.files
    let options = [
      "methods": options.methods.joined(separator: ","), "images": "\(options.images)",
      "budget": options.budget.map { "\($0) s" } ?? "none", "input": model.card.input.text,
      "samples": "\(settings.samples ?? 0)", "masks": "\(settings.masks ?? 0)",
      "window": "\(settings.window)", "stride": "\(settings.stride)",
      "curve steps": "\(FaithfulnessCheck.Extent.full.steps)",
      "infidelity samples": "\(FaithfulnessCheck.infidelitySamples)",
      "sensitivity samples": "\(SensitivityCheck.samples)",
      "random weights": "\(RandomisationCheck.stages) stages, \(RandomisationCheck.draws) draws",
    ]
    let seconds = (ContinuousClock.now - start).seconds
    let provenance =
      bench?.provenance(context, options: options, seconds: seconds)
      ?? Provenance(
        seed: context.seed, options: options, sha256: ["model": loaded.sha256.hex],
        seconds: seconds)
    let page = TrustPage(study: study, pictures: pictures, name: model.card.name, bench: bench)
    let report = try page.report(
      ReportProvenance(
        provenance, context: context,
        paths: ["model": loaded.path, "data": self.options.data ?? ""]), notes: loaded.notes)
    _ = try ReportWriter.write(report, to: folder.file(""))
    try ResultsFile(command: "trust", provenance: provenance, result: study.result)
      .write(to: folder.file("results.json"))
    return (report, study.result)
  }
}

extension MapMethod {
  /// What is examined unless told otherwise.
  public static let trustNames = [
    "gradcam", "layercam", "gradient", "integrated-gradients", "smoothgrad", "guided-backprop",
    "deconvolution", "occlusion",
  ]
}

extension MethodSettings {
  /// Cheap enough to be run many times: 20 points or copies, 1,000 masks, and windows of a sixth of the
  /// photo.
  static func forTrust(_ input: InputCard, seed: UInt64) -> MethodSettings {
    let (height, width) = (max(2, input.height / 6), max(2, input.width / 6))
    var settings = MethodSettings(
      samples: 20, window: Extent(height, width), stride: Extent(height / 2, width / 2), seed: seed)
    settings.masks = 1000
    return settings
  }
}
