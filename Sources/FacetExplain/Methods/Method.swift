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
  case saliency
  case inputXGradient = "input-x-gradient"
  case guidedBackprop = "guided-backprop"
  case guidedGradCAM = "guided-gradcam"
  case lrp
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

  /// Whether ``MethodSettings/samples`` says how many points, copies or masks a method takes.
  public var takesSamples: Bool { [.integratedGradients, .smoothGrad, .rise].contains(self) }

  /// Whether ``MethodSettings/budget`` may end a method early: a map of fewer samples, or of coarser
  /// windows, is a map still. A part of an integral or of an ablation is none.
  public var isSampled: Bool { [.scoreCAM, .smoothGrad, .occlusion, .rise].contains(self) }

  /// The layers that a map is made of, where no layer above them matters: of methods that look at a
  /// layer's values and at no score. `nil` where the map depends on the score, and so on all layers.
  public func layersRead(_ settings: MethodSettings, _ card: ModelCard) -> [LayerPath]? {
    switch self {
    case .eigenCAM: break
    case .deconvolution where settings.deconvolution == .zeilerFergus: break
    default: return nil
    }
    if settings.layers.count > 1 { return settings.layers }
    return [settings.layer ?? settings.layers.first ?? card.camLayer]
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
    case .saliency: "Saliency"
    case .inputXGradient: "Input x gradient"
    case .guidedBackprop: "Guided backpropagation"
    case .guidedGradCAM: "Guided Grad-CAM"
    case .lrp: "LRP"
    case .deconvolution: "Deconvolution"
    case .integratedGradients: "Integrated gradients"
    case .smoothGrad: "SmoothGrad"
    case .occlusion: "Occlusion"
    case .rise: "RISE"
    }
  }
}
