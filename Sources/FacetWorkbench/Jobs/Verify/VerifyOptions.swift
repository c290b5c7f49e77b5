/// What both forms of `facet verify` are asked.
public struct VerifyOptions: Sendable {
  /// Where the threshold comes from: the EER of scored pairs.
  public enum Calibration: Sendable {
    /// A table of scores, such as `facet evaluate` writes.
    case scores(String)
    /// A list of pairs and the folder of their images, which the network scores now.
    case pairs(list: String, images: String, cacheFolder: String?)
  }

  public var model: ModelSource
  /// Whether the photos are aligned crops already; nothing else is done to them, but the page says so.
  public var isAligned = false
  /// `nil` gives no decision on two photos, and decides a list at the threshold of its own EER.
  public var calibration: Calibration?
  /// Empty for all that the network allows.
  public var methods: [String] = []
  /// Of similarity Grad-CAM; `nil` is the card's.
  public var layer: String?
  /// Masks of CorrRISE.
  public var masks = 500
  /// Seconds for the maps of two photos by methods that sample; `nil` for as long as it takes.
  public var budget: Double?
  public var output: String
  public var replaces = false

  public init(model: ModelSource, output: String) {
    self.model = model
    self.output = output
  }
}
