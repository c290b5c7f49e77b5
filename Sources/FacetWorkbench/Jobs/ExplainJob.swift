import FacetEngine
import FacetExplain
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
    /// `autograd` or `zeiler-fergus`, for deconvolution.
    public var variant: String?
    public var layer: String?
    /// Class numbers, one or one for each image; empty for the predicted class.
    public var targets: [Int]
    public var dialect: Dialect
    /// Points, copies or masks; `nil` is the method's own.
    public var samples: Int?

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
    let settings = try settings(method, context)
    try OutputPlace.checkFile(options.output)
    let loaded = try options.model.load()
    let model = loaded.model
    if let layer = settings.layer { _ = try model.graph.node(at: layer) }
    let input = try ScriptInput(options.input, model.card.input.preprocessing)
    if isPicture, input.tensors.count > 1 {
      throw WorkbenchError.usage(
        "a picture shows one image, and there are \(input.tensors.count); write a .npy, or give one "
          + "image")
    }
    context.progress.step(method.title, 0)
    let explanation = try method.explainer(settings).explain(
      model, Tensor.stack(input.tensors), LogitObjective(try choice(input.tensors.count)),
      on: context.engine)
    if isPicture {
      try write(explanation, on: input.images[0], model)
    } else {
      try NumPyArray.write(explanation.map(in: options.dialect), to: options.output)
    }
    let skipped = input.skipped.map { "\nSkipped \($0)" }.joined()
    return summary(explanation, model, input) + skipped
      + (try input.notes(loaded, on: context.engine))
  }

  private func settings(_ method: Method, _ context: JobContext) throws -> MethodSettings {
    var settings = MethodSettings(
      layer: options.layer.map { LayerPath($0) }, samples: options.samples, seed: context.seed)
    guard let variant = options.variant else { return settings }
    guard method == .deconvolution else {
      throw WorkbenchError.usage("--variant is for --method deconvolution, not \(method.name)")
    }
    switch variant {
    case "autograd": settings.deconvolution = .autograd
    case "zeiler-fergus": settings.deconvolution = .zeilerFergus
    default:
      throw WorkbenchError.usage(
        "--variant must be autograd or zeiler-fergus, not '\(variant)'")
    }
    return settings
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

  /// The map over its image: class activation maps rectified and placed by receptive fields, maps on
  /// pixels as the field shows them, on grey.
  private func write(_ explanation: Explanation, on image: Image, _ model: Model) throws {
    let picture: Image
    switch explanation.space {
    case .layer:
      let map = explanation.upsampled(in: model.graph).slice(0).map { max($0, 0) }
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
    let lines = input.names.enumerated().map { index, name in
      let target =
        explanation.targets[index].map { names.isEmpty ? "class \($0)" : names[$0] } ?? ""
      let map = explanation.map.slice(index)
      let empty = map.maximum <= 0 ? "; nowhere positive" : ""
      return "\(name): \(explanation.method) of \(target), score \(explanation.scores[index]), map "
        + "\(map.shape) from \(map.minimum) to \(map.maximum)\(empty)"
    }
    return (lines + ["\(options.output)"]).joined(separator: "\n")
  }
}
