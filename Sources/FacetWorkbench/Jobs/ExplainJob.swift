import FacetEngine
import FacetExplain
import FacetFiles
import FacetGraph
import FacetImage
import FacetTensor
import FacetZoo

/// `facet explain`: one method's maps for scripts.
public struct ExplainJob: Sendable {
  public struct Options: Sendable {
    public var model: ModelSource
    public var input: String
    /// `.npy` for the numbers, `.png` for a picture.
    public var output: String
    public var method: String
    /// Of methods that have several; see ``ExplainSettings``.
    public var variant: String?
    /// One layer, or several with commas, whose maps are fused.
    public var layer: String?
    public var fusion = FusedLayers.Fusion.mean
    /// Whether maps are averaged over the image and its mirror image.
    public var flips = false
    /// Where pictures have a layer's cells.
    public var placement = MapPlacement.receptiveField
    /// Classes by number or name, one or one for each image; empty for the predicted class.
    public var targets: [String]
    /// A class that the target is held against: why the one and not the other.
    public var against: String?
    /// How many classes Finer-CAM holds the target against; `nil` is its own choice.
    public var rivals: Int?
    /// A folder of photos of people, who become the network's classes.
    public var gallery: String?
    public var dialect: Dialect
    /// Points, copies or masks; `nil` is the method's own.
    public var samples: Int?
    /// Seconds after which methods that sample stop; `nil` for never.
    public var budget: Double?

    public init(
      model: ModelSource, input: String, output: String, method: String, variant: String? = nil,
      layer: String? = nil, targets: [String] = [], dialect: Dialect = .facet, samples: Int? = nil
    ) {
      self.model = model
      self.input = input
      self.output = output
      self.method = method
      self.variant = variant
      self.layer = layer
      self.targets = targets
      self.dialect = dialect
      self.samples = samples
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Computes the maps; returns what to tell the user.
  public func run(_ context: JobContext) throws -> String {
    let isPicture = options.output.lowercased().hasSuffix(".png")
    guard isPicture || options.output.lowercased().hasSuffix(".npy") else {
      throw WorkbenchError.usage("--output must end in .npy or .png, not '\(options.output)'")
    }
    let method = try Method.named(options.method)
    let start = ContinuousClock.now
    let settings = try ExplainSettings.settings(method, options, seed: context.seed)
    try OutputPlace.checkFile(options.output)
    var loaded = try options.model.load()
    let input = try ScriptInput(options.input, loaded.model.card.input.preprocessing)
    let enrolment = try options.gallery.map {
      try Enrolment(gallery: $0, into: loaded.model, asked: input.tensors, context)
    }
    loaded.model = enrolment?.model ?? loaded.model
    let model = loaded.model
    for layer in settings.layers { _ = try model.graph.node(at: layer) }
    if isPicture, input.tensors.count > 1 {
      throw WorkbenchError.usage(
        "a picture shows one image, and there are \(input.tensors.count); write a .npy, or give one "
          + "image")
    }
    context.progress.step(method.title, 0)
    let explainer = method.explainer(
      settings, onStep: context.progress.listener(phase: method.title))
    let explanation = try explanation(
      explainer, model, Tensor.stack(input.tensors), on: context.engine)
    if isPicture {
      try write(explanation, on: input.images[0], model)
    } else {
      try NumPyArray.write(explanation.map(in: options.dialect), to: options.output)
    }
    var digests = ["model": loaded.sha256.hex]
    digests["input"] = input.sha256
    digests["gallery"] = enrolment?.photos.sha256
    try ExplainManifest(explanation, input.names, options, model).write(
      beside: options.output,
      Provenance(
        seed: context.seed, options: recorded(explanation, model, input, enrolment),
        sha256: digests,
        seconds: (ContinuousClock.now - start).seconds))
    let skipped = input.skipped.map { "\nSkipped \($0)" }.joined()
    return summary(explanation, model, input) + skipped + notes(model, enrolment)
      + (try input.notes(loaded, on: context.engine))
  }

  /// How the network's numbers came to be people, or that they are none.
  private func notes(_ model: Model, _ enrolment: Enrolment?) -> String {
    if let enrolment { return "\n" + enrolment.description }
    return model.onlyCompares ? "\nWarning: \(Enrolment.missing)" : ""
  }

  /// What the maps depend on: the method's own settings, and the clock where it may end them.
  private func recorded(
    _ explanation: Explanation, _ model: Model, _ input: ScriptInput, _ enrolment: Enrolment?
  ) -> [String: String] {
    var recorded = explanation.options
    recorded["input"] = input.isNormalised ? "numbers as given" : model.card.input.text
    recorded["scale of cosines"] = enrolment.map { "\($0.scale)" }
    recorded["budget"] = options.budget.map { "\($0) seconds" }
    return recorded
  }

  private func explanation(
    _ explainer: any Explainer, _ model: Model, _ x: Tensor, on engine: Engine
  ) throws -> Explanation {
    let classes = ClassNames(model)
    let choice = try choice(x.shape[0], classes)
    guard let against = options.against else {
      return try explainer.explain(model, x, LogitObjective(choice), on: engine)
    }
    let rival = try classes.index(against, option: "--against")
    let found = try explainer.explain(
      model, x, MarginObjective(choice, over: .index(rival)), on: engine)
    guard !found.targets.contains(rival) else {
      throw WorkbenchError.usage(
        "--against names \(classes.name(rival)), who is the target, too: nobody differs from himself"
      )
    }
    return found
  }

  private func choice(_ images: Int, _ classes: ClassNames) throws -> ClassChoice {
    let targets = try options.targets.map { try classes.index($0, option: "--target") }
    switch targets.count {
    case 0: return .predicted
    case 1: return .index(targets[0])
    case images: return .perImage(targets)
    default:
      throw WorkbenchError.usage(
        "--target names \(targets.count) classes for \(images) images; give one, or one each"
      )
    }
  }

  /// The map over its image: class activation maps rectified and placed by receptive fields (or as
  /// the dialect's library lays them over), maps on pixels as the field shows them, on grey.
  private func write(_ explanation: Explanation, on image: Image, _ model: Model) throws {
    let picture: Image
    switch explanation.space {
    case .layer:
      let placed =
        options.dialect == .facet
        ? explanation.upsampled(in: model.graph, by: options.placement)
        : explanation.overlay(in: options.dialect, of: model.graph)
      let map = placed.slice(0).map { max($0, 0) }
      picture = HeatmapRendering.overlay(
        map, on: image, scale: .upTo(maximumOf: [map]), colors: .heat,
        opacity: .proportional(0.75))
    case .input where Method(rawValue: explanation.method)?.pixelReading == .equal:
      // One number for each pixel, in areas: as legible over the photo as a layer's map.
      let map = explanation.map.slice(0).slice(0).map { max($0, 0) }
      picture = HeatmapRendering.overlay(
        map, on: image, scale: .upTo(maximumOf: [map]), colors: .heat,
        opacity: .proportional(0.75))
    case .input:
      picture = HeatmapRendering.signedImage(
        ofInputMap: explanation.map.slice(0),
        channels: model.card.input.preprocessing.channels)
    }
    try PNGWriter.write(picture, to: options.output)
  }

  private func summary(_ explanation: Explanation, _ model: Model, _ input: ScriptInput) -> String {
    let classes = ClassNames(model)
    let findings = explanation.findings
    let lines = input.names.enumerated().map { index, name in
      var target = explanation.targets[index].map(classes.name) ?? ""
      if explanation.rivals.indices.contains(index) {
        target += " against " + listed(explanation.rivals[index].map(classes.name))
      }
      let map = explanation.map.slice(index)
      var remarks = findings[index].map { "; \($0.explanation)" } ?? ""
      if options.budget != nil, explanation.samples.indices.contains(index) {
        remarks += "; \(explanation.samples[index]) samples"
      }
      return
        "\(name): \(explanation.method)\(target.isEmpty ? "" : " of \(target)"), score \(explanation.scores[index]), map "
        + "\(map.shape) from \(map.minimum) to \(map.maximum)\(remarks)"
    }
    return (lines + ["\(options.output)"]).joined(separator: "\n")
  }
}
