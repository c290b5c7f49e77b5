import FacetEngine
import FacetGraph
import FacetTensor

/// The signal that a score sends back to the pixels, by the gradient or by another rule at the ReLUs.
public struct InputGradient: Explainer {
  public enum Rule: Hashable, Sendable {
    /// The derivative, with its signs.
    case gradient
    /// The derivative's magnitude; with `strongest` the largest of a pixel's channels, in all of them
    /// (Simonyan et al. 2014, section 3.1).
    case saliency(strongest: Bool)
    /// The derivative times the pixel.
    case inputXGradient
    /// Springenberg et al. 2015: `R_in = R_out [x > 0] [R_out > 0]` at every ReLU.
    case guidedBackprop
    /// Deconvolution as libraries on automatic differentiation have it: a seed of 1 at the score,
    /// `R_in = relu(R_out)` at every ReLU, all else the derivative. Zeiler and Fergus's own method
    /// is ``ZeilerFergus``.
    case deconvolution(Unpooling)
  }

  public var rule: Rule

  public init(_ rule: Rule) { self.rule = rule }

  public var name: String {
    switch rule {
    case .gradient: "gradient"
    case .saliency: "saliency"
    case .inputXGradient: "input-x-gradient"
    case .guidedBackprop: "guided-backprop"
    case .deconvolution: "deconvolution"
    }
  }

  /// The map is `[N, C, H, W]`. Cost: one forward and one backward run.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    let input = model.graph.inputPath
    return try explanation(
      of: model, x, objective, on: engine, keeping: .forBackward(to: [input]), space: .input,
      options: rule.options
    ) { (run) throws(ExplainError) in
      let signal = try run.signal(at: input, rules: rule.rules)
      switch rule {
      case .inputXGradient: return signal * run.images
      case .saliency(let strongest):
        guard strongest else { return signal.map(abs) }
        let planes = signal.strongestOfChannels
        return .stack((0..<planes.shape[0]).map { planes.slice($0).repeated(channels: x.shape[1]) })
      default: return signal
      }
    }
  }
}

extension InputGradient.Rule {
  fileprivate var rules: RuleSet {
    switch self {
    case .gradient, .saliency, .inputXGradient: .gradient
    case .guidedBackprop: .guidedBackprop
    case .deconvolution(let unpooling): .deconvolution(unpooling: unpooling)
    }
  }

  fileprivate var options: [String: String] {
    switch self {
    case .deconvolution(let unpooling):
      ["variant": "autograd", "unpooling": "\(unpooling)"]
    case .saliency(let strongest): ["variant": strongest ? "strongest" : "each"]
    default: [:]
    }
  }
}
