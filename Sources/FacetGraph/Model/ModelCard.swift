import FacetTensor

/// How a photo becomes the network's input; see FacetImage's `Preprocessing`, which does it.
public struct InputCard: Hashable, Codable, Sendable {
  /// What happens to a photo before the crop.
  public enum Resize: Hashable, Codable, Sendable {
    /// The whole photo is stretched to the input's size.
    case stretch
    /// The shorter side becomes this many pixels, then the centre is cropped.
    case shorterSide(Int)
  }

  /// Extents in pixels.
  public var height: Int
  public var width: Int
  public var resize: Resize
  /// Bytes are multiplied by this (1/255, or 1 for raw bytes) before mean and deviation.
  public var scale: Float
  /// Per channel, in the order of `channels`, after scaling.
  public var mean: [Float]
  public var standardDeviation: [Float]
  /// `rgb` or `bgr`.
  public var channels: String

  public init(
    height: Int, width: Int, resize: Resize = .stretch, scale: Float = 1 / 255,
    mean: [Float] = [0.485, 0.456, 0.406], standardDeviation: [Float] = [0.229, 0.224, 0.225],
    channels: String = "rgb"
  ) {
    self.height = height
    self.width = width
    self.resize = resize
    self.scale = scale
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.channels = channels
  }
}

/// How a model was trained, and on which images: by the SHA-256 of each file's bytes, so that a
/// report can tell the images a model has seen whatever they are called now.
public struct TrainingRecord: Hashable, Codable, Sendable {
  public var strategy: String
  public var seed: UInt64
  public var epochs: Int
  public var bestEpoch: Int
  public var options: [String: String]
  /// Image hashes of the parts of the split.
  public var train: [String]
  public var calibration: [String]
  public var test: [String]

  public init(
    strategy: String, seed: UInt64, epochs: Int, bestEpoch: Int, options: [String: String],
    train: [String], calibration: [String], test: [String]
  ) {
    self.strategy = strategy
    self.seed = seed
    self.epochs = epochs
    self.bestEpoch = bestEpoch
    self.options = options
    self.train = train
    self.calibration = calibration
    self.test = test
  }
}

/// What must be known of a network beside its graph and weights.
public struct ModelCard: Hashable, Codable, Sendable {
  public var name: String
  public var architecture: String
  public var input: InputCard
  /// Names of the output's classes, in order; empty when unknown.
  public var classes: [String]
  /// The layer whose value, flattened, is the face's embedding.
  public var embeddingLayer: LayerPath
  /// The layer Grad-CAM looks at by default.
  public var camLayer: LayerPath
  public var licence: String
  /// Paper and origin of the weights.
  public var source: String
  public var training: TrainingRecord?

  public init(
    name: String, architecture: String, input: InputCard, classes: [String] = [],
    embeddingLayer: LayerPath, camLayer: LayerPath, licence: String, source: String,
    training: TrainingRecord? = nil
  ) {
    self.name = name
    self.architecture = architecture
    self.input = input
    self.classes = classes
    self.embeddingLayer = embeddingLayer
    self.camLayer = camLayer
    self.licence = licence
    self.source = source
    self.training = training
  }
}
