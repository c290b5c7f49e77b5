import FacetEvaluation
import FacetFaces
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetZoo

/// `facet crops`: does the decision, and the reason for it, survive a shifted face?
public struct CropsJob: Sendable {
  public struct Options: Sendable {
    public var model: ModelSource
    public var data: String
    public var output: String
    /// Photos whose five maps are shown.
    public var images: Int
    public var replaces: Bool

    public init(
      model: ModelSource, data: String, output: String, images: Int = 6, replaces: Bool = false
    ) {
      self.model = model
      self.data = data
      self.output = output
      self.images = images
      self.replaces = replaces
    }
  }

  /// What `results.json` holds.
  public struct Result: Codable, Sendable {
    public let crops: CropReport
    public let centreEER: EqualErrorRate?
    public let fusedEER: EqualErrorRate?
    /// Of the fused EER's midpoint, over identities.
    public let fusedEERInterval: ConfidenceInterval?
    /// Fused minus centre, over the same resampled people.
    public let eerDifference: PairedDifference?
    public let heatmaps: [Stability]
    public let skipped: Int
  }

  /// How one photo's maps agree once they are back in its frame.
  public struct Stability: Codable, Sendable {
    public let image: String
    /// Mean rank correlation over pairs of crops on their overlaps.
    public let spearman: Double?
    public let iouTop20: Double
    /// The same for maps of nothing but the crops' centres.
    public let centrePriorSpearman: Double?
    public let maps: [String]
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  @discardableResult
  public func run(_ context: JobContext) throws -> (report: Report, result: Result) {
    let start = ContinuousClock.now
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    let bench = try TestBench(options.model, data: options.data, context)
    guard !bench.known.isEmpty else {
      throw WorkbenchError.badData(
        "the model knows none of the people in \(options.data), so crops can't be judged")
    }
    let crops = try CropBench(bench, context)
    let figures = try CropReport(
      logits: crops.logits, labels: crops.photos.map(\.label),
      bootstrap: IdentityBootstrap(seed: context.seed))
    let centre = crops.pairs(crops.embeddings[4], seed: context.seed)
    let fused = crops.pairs(crops.fusedEmbeddings, seed: context.seed)
    let isVerifiable = centre.contains(where: \.same) && centre.contains { !$0.same }
    let gallery = try CropGallery(bench, crops, count: options.images, context)
    try gallery.write(to: folder)
    let result = Result(
      crops: figures, centreEER: isVerifiable ? try eer(centre) : nil,
      fusedEER: isVerifiable ? try eer(fused) : nil,
      fusedEERInterval: isVerifiable ? try? IdentityBootstrap(seed: context.seed).eer(fused) : nil,
      eerDifference: isVerifiable
        ? try? IdentityBootstrap(seed: context.seed).eerDifference(fused, centre) : nil,
      heatmaps: gallery.stability, skipped: bench.faces.skipped.count)
    let provenance = bench.provenance(
      context, options: ["images": "\(options.images)"],
      seconds: (ContinuousClock.now - start).seconds)
    let report = try CropPage(
      result: result, bench: bench, gallery: gallery,
      provenance: ReportProvenance(
        provenance, context: context, paths: ["model": bench.loaded.path, "data": options.data])
    ).report()
    _ = try ReportWriter.write(report, to: folder.file(""))
    try ResultsFile(command: "crops", provenance: provenance, result: result)
      .write(to: folder.file("results.json"))
    try folder.commit()
    return (report, result)
  }

  private func eer(_ pairs: [ScoredPair]) throws -> EqualErrorRate {
    ErrorRates.equalErrorRate(try ScoreSet(pairs))
  }
}
