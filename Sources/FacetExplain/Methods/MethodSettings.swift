import FacetEngine
import FacetGraph
import FacetTensor

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
  /// Several layers, fused, for methods whose maps lie on a layer; with two or more, `layer` is not
  /// looked at.
  public var layers: [LayerPath] = []
  /// How several layers are combined.
  public var fusion = FusedLayers.Fusion.mean
  /// Whether maps are averaged over the image and its mirror image.
  public var flips = false
  /// Whose form of a method: tf-explain's Grad-CAM gates the gradients, captum's guided Grad-CAM takes
  /// the nearest cell, pytorch-grad-cam's Finer-CAM counts rivals by their probabilities.
  public var dialect = Dialect.facet
  public var deconvolution: Deconvolution
  public var unpooling: Unpooling
  /// How many classes Finer-CAM holds a class against.
  public var rivals = 3
  /// Of layer-wise relevance propagation.
  public var lrp = LRPRules.Preset.zBox
  /// Whether RISE takes the mean score off.
  public var centresRISE = true
  /// Whether saliency takes the strongest of a pixel's channels.
  public var strongestChannel = true
  /// Points of integrated gradients, copies of SmoothGrad, masks of RISE; `nil` is each one's own.
  public var samples: Int?
  /// Masks of RISE where they are others than `samples`: it needs a hundred times as many.
  public var masks: Int?
  /// After which methods that sample stop (``Method/isSampled``), shared evenly among layers and
  /// flips; `nil` for never.
  public var budget: TimeBudget?
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
  /// The method with the given settings, its layers fused and its flips averaged if they say so.
  ///
  /// - Parameter onStep: hears of the steps of methods that take many runs.
  public func explainer(
    _ settings: MethodSettings = MethodSettings(), onStep: StepListener? = nil
  ) -> any Explainer {
    var settings = settings
    let calls = max(settings.layers.count, 1) * (settings.flips ? 2 : 1)
    settings.budget?.seconds /= Double(calls)
    var explainer = single(settings, onStep)
    if settings.layers.count > 1 {
      explainer = FusedLayers(settings.layers, by: settings.fusion) { [settings] layer in
        var one = settings
        one.layer = layer
        return single(one, onStep)
      }
    }
    return settings.flips ? FlipAveraged(explainer) : explainer
  }

  /// The method on one layer and the image as it is.
  private func single(_ settings: MethodSettings, _ onStep: StepListener?) -> any Explainer {
    let layer = settings.layer ?? settings.layers.first
    switch self {
    case .gradCAM:
      return CAM(GradCAMWeighting(isGated: settings.dialect == .tfExplain), layer: layer)
    case .gradCAMPlusPlus: return CAM(GradCAMPlusPlusWeighting(), layer: layer)
    case .xGradCAM: return CAM(XGradCAMWeighting(), layer: layer)
    case .layerCAM: return CAM(LayerCAMWeighting(), layer: layer)
    case .hiResCAM: return CAM(HiResCAMWeighting(), layer: layer)
    case .eigenCAM: return CAM(EigenCAMWeighting(), layer: layer)
    case .scoreCAM:
      return CAM(ScoreCAMWeighting(budget: settings.budget), layer: layer, onStep: onStep)
    case .ablationCAM: return CAM(AblationCAMWeighting(), layer: layer, onStep: onStep)
    case .finerCAM:
      return FinerCAM(
        layer: layer,
        comparison: FinerObjective(
          rivals: settings.rivals,
          averaging: settings.dialect == .pytorchGradCAM ? .probability : .mean))
    case .guidedGradCAM:
      return GuidedGradCAM(layer: layer, stretching: settings.dialect == .captum ? .nearest : nil)
    case .lrp: return LRP(LRPRules(settings.lrp))
    case .integratedGradients:
      return IntegratedGradients(steps: settings.samples ?? 50, onStep: onStep)
    case .smoothGrad:
      return SmoothGrad(
        samples: settings.samples ?? 50, deviation: settings.deviation,
        noise: .seeded(settings.seed), budget: settings.budget, onStep: onStep)
    case .occlusion:
      return Occlusion(
        window: settings.window, stride: settings.stride, budget: settings.budget, onStep: onStep)
    case .rise:
      return RISE(
        masks: settings.masks ?? settings.samples ?? 4000, seed: settings.seed,
        isCentred: settings.centresRISE,
        budget: settings.budget,
        onStep: onStep)
    case .deconvolution where settings.deconvolution == .zeilerFergus:
      return ZeilerFergus(layer: layer, unpooling: settings.unpooling)
    case .gradient: return InputGradient(.gradient)
    case .saliency: return InputGradient(.saliency(strongest: settings.strongestChannel))
    case .inputXGradient: return InputGradient(.inputXGradient)
    case .guidedBackprop: return InputGradient(.guidedBackprop)
    case .deconvolution: return InputGradient(.deconvolution(settings.unpooling))
    }
  }
}
