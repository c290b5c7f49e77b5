import FacetEngine
import FacetGraph

/// The methods, by the names users give.
public enum Method: String, CaseIterable, Hashable, Codable, Sendable {
  case gradCAM = "gradcam"
  case gradCAMPlusPlus = "gradcam++"
  case xGradCAM = "xgradcam"
  case layerCAM = "layercam"
  case hiResCAM = "hirescam"
  case eigenCAM = "eigencam"
  case scoreCAM = "scorecam"
  case ablationCAM = "ablationcam"
  case finerCAM = "finercam"
  case gradient
  case inputXGradient = "input-x-gradient"
  case guidedBackprop = "guided-backprop"
  case guidedGradCAM = "guided-gradcam"
  case deconvolution
  case integratedGradients = "integrated-gradients"
  case smoothGrad = "smoothgrad"
  case occlusion
  case rise

  public var name: String { rawValue }

  public static let all: [Method] = allCases

  /// The method a user named.
  public static func named(_ name: String) throws(ExplainError) -> Method {
    if let found = Method(rawValue: name.lowercased()) { return found }
    let known = all.map(\.name)
    throw .unknownMethod(
      name, suggestion: Suggestion.nearest(to: name, among: known), known: known)
  }

  /// What the map lies on.
  public var space: Explanation.Space {
    switch self {
    case .gradCAM, .gradCAMPlusPlus, .xGradCAM, .layerCAM, .hiResCAM, .eigenCAM, .scoreCAM,
      .ablationCAM, .finerCAM:
      .layer
    default: .input
    }
  }

  /// The name as papers write it, for headings.
  public var title: String {
    switch self {
    case .gradCAM: "Grad-CAM"
    case .gradCAMPlusPlus: "Grad-CAM++"
    case .xGradCAM: "XGrad-CAM"
    case .layerCAM: "LayerCAM"
    case .hiResCAM: "HiResCAM"
    case .eigenCAM: "EigenCAM"
    case .scoreCAM: "Score-CAM"
    case .ablationCAM: "Ablation-CAM"
    case .finerCAM: "Finer-CAM"
    case .gradient: "Gradient"
    case .inputXGradient: "Input x gradient"
    case .guidedBackprop: "Guided backpropagation"
    case .guidedGradCAM: "Guided Grad-CAM"
    case .deconvolution: "Deconvolution"
    case .integratedGradients: "Integrated gradients"
    case .smoothGrad: "SmoothGrad"
    case .occlusion: "Occlusion"
    case .rise: "RISE"
    }
  }
}

/// The settings that are asked of users, for all methods; each method takes those that concern it and
/// has its own type for the rest.
public struct MethodSettings: Hashable, Sendable {
  /// Which of the two methods called deconvolution.
  public enum Deconvolution: String, CaseIterable, Hashable, Codable, Sendable {
    case autograd
    case zeilerFergus
  }

  /// Of class activation maps and projected units; `nil` is the card's.
  public var layer: LayerPath?
  public var deconvolution: Deconvolution
  public var unpooling: Unpooling
  /// Points of integrated gradients, copies of SmoothGrad, masks of RISE; `nil` is each one's own.
  public var samples: Int?
  /// Of SmoothGrad's noise.
  public var deviation: SmoothGrad.Deviation
  /// Of occlusion, in pixels.
  public var window: Extent
  public var stride: Extent
  public var seed: UInt64

  public init(
    layer: LayerPath? = nil, deconvolution: Deconvolution = .autograd, unpooling: Unpooling = .sum,
    samples: Int? = nil, deviation: SmoothGrad.Deviation = .relative(0.15),
    window: Extent = Extent(16), stride: Extent = Extent(8), seed: UInt64 = 0
  ) {
    self.layer = layer
    self.deconvolution = deconvolution
    self.unpooling = unpooling
    self.samples = samples
    self.deviation = deviation
    self.window = window
    self.stride = stride
    self.seed = seed
  }
}

extension Method {
  /// The method with the given settings.
  public func explainer(_ settings: MethodSettings = MethodSettings()) -> any Explainer {
    let layer = settings.layer
    switch self {
    case .gradCAM: return CAM(GradCAMWeighting(), layer: layer)
    case .gradCAMPlusPlus: return CAM(GradCAMPlusPlusWeighting(), layer: layer)
    case .xGradCAM: return CAM(XGradCAMWeighting(), layer: layer)
    case .layerCAM: return CAM(LayerCAMWeighting(), layer: layer)
    case .hiResCAM: return CAM(HiResCAMWeighting(), layer: layer)
    case .eigenCAM: return CAM(EigenCAMWeighting(), layer: layer)
    case .scoreCAM: return CAM(ScoreCAMWeighting(), layer: layer)
    case .ablationCAM: return CAM(AblationCAMWeighting(), layer: layer)
    case .finerCAM: return FinerCAM(layer: layer)
    case .gradient: return InputGradient(.gradient)
    case .inputXGradient: return InputGradient(.inputXGradient)
    case .guidedBackprop: return InputGradient(.guidedBackprop)
    case .guidedGradCAM: return GuidedGradCAM(layer: layer)
    case .deconvolution:
      switch settings.deconvolution {
      case .autograd: return InputGradient(.deconvolution(settings.unpooling))
      case .zeilerFergus: return ZeilerFergus(layer: layer, unpooling: settings.unpooling)
      }
    case .integratedGradients: return IntegratedGradients(steps: settings.samples ?? 50)
    case .smoothGrad:
      return SmoothGrad(
        samples: settings.samples ?? 50, deviation: settings.deviation,
        noise: .seeded(settings.seed))
    case .occlusion: return Occlusion(window: settings.window, stride: settings.stride)
    case .rise: return RISE(masks: settings.samples ?? 4000, seed: settings.seed)
    }
  }
}
