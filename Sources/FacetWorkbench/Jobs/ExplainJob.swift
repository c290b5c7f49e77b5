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
    /// Class numbers, one or one for each image; empty for the predicted class.
    public var targets: [Int]
    public var dialect: Dialect
    /// Points, copies or masks; `nil` is the method's own.
    public var samples: Int?
    /// Seconds after which methods that sample stop; `nil` for never.
    public var budget: Double?

    public init(
      model: ModelSource, input: String, output: String, method: String, variant: String? = nil,
      layer: String? = nil, targets: [Int] = [], dialect: Dialect = .facet, samples: Int? = nil
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
    let loaded = try options.model.load()
    let model = loaded.model
    for layer in settings.layers { _ = try model.graph.node(at: layer) }
    let input = try ScriptInput(options.input, model.card.input.preprocessing)
    if isPicture, input.tensors.count > 1 {
      throw WorkbenchError.usage(
        "a picture shows one image, and there are \(input.tensors.count); write a .npy, or give one "
          + "image")
    }
    context.progress.step(method.title, 0)
    let explainer = method.explainer(
      settings, onStep: context.progress.listener(phase: method.title))
    let explanation = try explainer.explain(
      model, Tensor.stack(input.tensors), LogitObjective(try choice(input.tensors.count)),
      on: context.engine)
    if isPicture {
      try write(explanation, on: input.images[0], model)
    } else {
      try NumPyArray.write(explanation.map(in: options.dialect), to: options.output)
    }
    try ExplainManifest(explanation, input.names, options, model).write(
      beside: options.output,
      Provenance(
        seed: context.seed, options: recorded(explanation),
        sha256: ["model": loaded.sha256.hex, "input": try ExplainManifest.digest(input.tensors)],
        seconds: (ContinuousClock.now - start).seconds))
    let skipped = input.skipped.map { "\nSkipped \($0)" }.joined()
    return summary(explanation, model, input) + skipped
      + (try input.notes(loaded, on: context.engine))
  }

  /// What the maps depend on: the method's own settings, and the clock where it may end them.
  private func recorded(_ explanation: Explanation) -> [String: String] {
    var recorded = explanation.options
    recorded["budget"] = options.budget.map { "\($0) seconds" }
    return recorded
  }

  private func choice(_ images: Int) throws -> ClassChoice {
    switch options.targets.count {
    case 0: return .predicted
    case 1: return .index(options.targets[0])
    case images: return .perImage(options.targets)
    default:
      throw WorkbenchError.usage(
        "--target names \(options.targets.count) classes for \(images) images; give one, or one each"
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
    case .input:
      picture = HeatmapRendering.signedImage(
        ofInputMap: explanation.map.slice(0),
        channels: model.card.input.preprocessing.channels)
    }
    try PNGWriter.write(picture, to: options.output)
  }

  private func summary(_ explanation: Explanation, _ model: Model, _ input: ScriptInput) -> String {
    let names = model.card.classes
    let findings = explanation.findings
    let lines = input.names.enumerated().map { index, name in
      let target =
        explanation.targets[index].map { names.isEmpty ? "class \($0)" : names[$0] } ?? ""
      let map = explanation.map.slice(index)
      var remarks = findings[index].map { "; \($0.explanation)" } ?? ""
      if options.budget != nil, explanation.samples.indices.contains(index) {
        remarks += "; \(explanation.samples[index]) samples"
      }
      return "\(name): \(explanation.method) of \(target), score \(explanation.scores[index]), map "
        + "\(map.shape) from \(map.minimum) to \(map.maximum)\(remarks)"
    }
    return (lines + ["\(options.output)"]).joined(separator: "\n")
  }
}
