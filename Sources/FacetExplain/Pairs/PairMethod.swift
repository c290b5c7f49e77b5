import FacetGraph

/// The ways to explain the cosine of a pair, by the names users give.
public enum PairMethod: String, CaseIterable, Hashable, Codable, Sendable {
  case gradCAM = "gradcam"
  case additive
  case corrRISE = "corrrise"
  case occlusion

  public var name: String { rawValue }

  /// The name as papers write it, for headings.
  public var title: String {
    switch self {
    case .gradCAM: "Similarity Grad-CAM"
    case .additive: "Additive map"
    case .corrRISE: "CorrRISE"
    case .occlusion: "Occlusion"
    }
  }

  /// Whether ``PairSettings/budget`` may end the method early.
  public var isSampled: Bool { self == .corrRISE || self == .occlusion }

  /// The method a user named.
  public static func named(_ name: String) throws(ExplainError) -> PairMethod {
    if let found = PairMethod(rawValue: name.lowercased()) { return found }
    let known = allCases.map(\.name)
    throw .unknownMethod(
      name, suggestion: Suggestion.nearest(to: name, among: known), known: known)
  }
}

/// The settings that are asked of users, for all methods of pairs.
public struct PairSettings: Hashable, Sendable {
  /// Of similarity Grad-CAM; `nil` is the card's.
  public var layer: LayerPath?
  /// Masks of CorrRISE.
  public var masks: Int
  public var statistic: CorrRISE.Statistic
  public var seed: UInt64
  /// After which CorrRISE tries no more masks and occlusion no finer windows; `nil` for never.
  public var budget: TimeBudget?

  public init(
    layer: LayerPath? = nil, masks: Int = 500, statistic: CorrRISE.Statistic = .spearman,
    seed: UInt64 = 0, budget: TimeBudget? = nil
  ) {
    self.layer = layer
    self.masks = masks
    self.statistic = statistic
    self.seed = seed
    self.budget = budget
  }
}

extension PairMethod {
  /// The method with the given settings.
  ///
  /// - Parameters:
  ///   - size: the images', in pixels; occlusion's window is a seventh of the shorter side, moved by
  ///     half of that.
  ///   - onStep: hears of CorrRISE's masks and occlusion's windows; the other methods take no time to
  ///     speak of.
  public func explainer(
    _ settings: PairSettings = PairSettings(), size: Extent, onStep: StepListener? = nil
  ) -> any Explainer {
    switch self {
    case .gradCAM: return CAM(GradCAMWeighting(), layer: settings.layer)
    case .additive: return AdditiveSimilarity()
    case .corrRISE:
      return CorrRISE(
        masks: settings.masks, statistic: settings.statistic, seed: settings.seed,
        budget: settings.budget, onStep: onStep)
    case .occlusion:
      let window = max(2, min(size.height, size.width) / 7)
      return Occlusion(
        window: Extent(window), stride: Extent(window / 2), budget: settings.budget,
        onStep: onStep)
    }
  }
}
