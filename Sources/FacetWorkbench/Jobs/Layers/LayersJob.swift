import FacetEngine
import FacetExplain
import FacetFaces
import FacetFiles
import FacetGraph
import FacetReport
import FacetTensor

/// `facet layers`: what every layer's strongest units respond to, as Zeiler and Fergus drew it.
public struct LayersJob: Sendable {
  public struct Options: Sendable {
    public var model: ModelSource
    public var data: String
    public var output: String
    /// Empty for the last maps of every size.
    public var layers: [String]
    /// Units shown of each layer.
    public var units: Int
    /// Photos shown of each unit.
    public var images: Int
    /// At most so many photos are looked through; `nil` for all.
    public var sample: Int?
    /// What happens where overlapping pools share a switch.
    public var unpooling: Unpooling
    public var replaces: Bool

    public init(
      model: ModelSource, data: String, output: String, layers: [String] = [], units: Int = 9,
      images: Int = 9, sample: Int? = nil, unpooling: Unpooling = .sum, replaces: Bool = false
    ) {
      self.model = model
      self.data = data
      self.output = output
      self.layers = layers
      self.units = units
      self.images = images
      self.sample = sample
      self.unpooling = unpooling
      self.replaces = replaces
    }
  }

  /// What `results.json` holds.
  public struct Result: Codable, Sendable {
    /// Photos that were looked through.
    public let photos: Int
    public let people: Int
    public let skipped: Int
    /// Whose layer-by-layer view is shown.
    public let viewed: String
    public let layers: [LayerFinding]
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Runs the job and returns the report, which is on disk then.
  @discardableResult
  public func run(_ context: JobContext) throws -> (report: Report, result: Result) {
    let start = ContinuousClock.now
    try check()
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    let loaded = try options.model.load()
    let layers = try layers(of: loaded.model)
    let faces = try context.faces(options.data)
    let photos = PhotoShelf(faces, sample: options.sample, loaded.model, seed: context.seed)
    let study = try LayerStudy(loaded.model, layers, photos, options, context)
    let warnings = try loaded.warnings(study.firstTensors, on: context.engine)
    context.progress.step("writing", 0)
    let result = Result(
      photos: photos.count, people: photos.people, skipped: faces.skipped.count,
      viewed: study.view.name, layers: study.findings)
    let provenance = Provenance(
      seed: context.seed,
      options: [
        "layers": layers.map(\.name).joined(separator: ","), "units": "\(options.units)",
        "images": "\(options.images)", "sample": options.sample.map(String.init) ?? "all",
        "unpooling": options.unpooling.rawValue, "input": loaded.model.card.input.text,
      ], sha256: ["model": loaded.sha256.hex, "data": photos.sha256],
      seconds: (ContinuousClock.now - start).seconds)
    let report = try LayersPage(
      card: loaded.model.card, faces: faces, study: study, photos: photos, options: options,
      warnings: warnings
    ).report(
      ReportProvenance(
        provenance, context: context, paths: ["model": loaded.path, "data": options.data]))
    try study.write(to: folder)
    _ = try ReportWriter.write(report, to: folder.file(""))
    try ResultsFile(command: "layers", provenance: provenance, result: result)
      .write(to: folder.file("results.json"))
    try folder.commit()
    return (report, result)
  }

  private func check() throws {
    for (name, value) in [("--units", options.units), ("--images", options.images)] {
      guard 1...100 ~= value else {
        throw WorkbenchError.usage("\(name) must be 1 to 100, not \(value)")
      }
    }
    if let sample = options.sample, sample < 1 {
      throw WorkbenchError.usage("--sample must be at least 1, not \(sample)")
    }
  }

  /// The layers a user named, or the last maps of every size.
  private func layers(of model: Model) throws -> [LayerPath] {
    let input = model.card.input
    let shape = model.graph.inputShape(
      images: model.graph.fixedBatch ?? 1, height: input.height, width: input.width)
    let shapes = try model.graph.shapes(input: shape)
    guard !options.layers.isEmpty else {
      let stages = try model.graph.stages(height: input.height, width: input.width)
      guard !stages.isEmpty else {
        throw WorkbenchError.badData(
          "no layer of this network is a ReLU of a map; name layers with --layers")
      }
      return stages
    }
    var paths: [LayerPath] = []
    for name in options.layers {
      let node = try model.graph.node(at: LayerPath(name))
      guard shapes[node.id.index].rank == 4 else {
        throw ExplainError.notAMap(node.path, got: shapes[node.id.index])
      }
      // The input's units are pixels, and nothing is projected.
      guard node.id != model.graph.input else {
        throw WorkbenchError.usage("--layers names '\(node.path)', the photo itself")
      }
      if !paths.contains(node.path) { paths.append(node.path) }
    }
    return paths
  }
}
