import FacetTensor

/// What a library's method is where it isn't Facet's; what happens to the raw map afterwards is in
/// ``Explanation/map(in:)``.
extension Dialect {
  /// tf-explain's Grad-CAM counts positive gradients of active cells alone.
  var gatesGradients: Bool { self == .tfExplain }

  var gradCAMPlusPlus: GradCAMPlusPlusWeighting.Form {
    switch self {
    case .torchCAM: .undivided
    case .xplique: .averaged
    case .facet, .captum, .pytorchGradCAM, .tfExplain: .published
    }
  }

  var scoreCAMMasks: ScoreCAMWeighting.Masks { self == .torchCAM ? .scaledFirst : .stretchedFirst }

  /// Finer-CAM's default comparison.
  var comparison: FinerObjective {
    switch self {
    case .pytorchGradCAM: FinerObjective(averaging: .probability)
    case .torchCAM: FinerObjective(strength: 0.6)
    case .facet, .captum, .xplique, .tfExplain: FinerObjective()
    }
  }

  /// How guided Grad-CAM's mask is stretched; `nil` puts its cells at what they see.
  var guidedStretching: PlaneInterpolation? { self == .captum ? .nearest : nil }

  var quadrature: Quadrature { self == .xplique ? .trapezoid : .gaussLegendre }

  var overlap: Occlusion.Overlap { self == .xplique ? .added : .averaged }
}
