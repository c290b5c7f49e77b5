import FacetEngine
import FacetGraph
import FacetTensor

/// Which rule of layer-wise relevance propagation each layer follows: a composite (Montavon et al.
/// 2019, section 10.3).
public struct LRPRules: Hashable, Sendable {
  /// How a layer with weights hands its relevance down; z are its outputs, x its inputs.
  public enum Rule: Hashable, Sendable, CustomStringConvertible {
    /// In proportion to `x w`, over `z + epsilon sign(z)` (Bach et al. 2015, equation 58).
    case epsilon(Float)
    /// The same with the weights of the output's sign strengthened, `w + gamma w+`; the generalised
    /// form, which also takes negative inputs (Andeol et al. 2021).
    case gamma(Float)
    /// For a first layer whose inputs lie in a box (Montavon et al. 2017, equation 14): in proportion
    /// to `x w - low w+ - high w-`. The box is that of all photos, by the card's mean and deviation.
    case zBox

    public var description: String {
      switch self {
      case .epsilon(let epsilon): "epsilon \(epsilon)"
      case .gamma(let gamma): "gamma \(gamma)"
      case .zBox: "z-box"
      }
    }
  }

  /// Composites by name.
  public enum Preset: String, CaseIterable, Hashable, Codable, Sendable {
    /// Epsilon 1e-6 everywhere: up to the stabiliser, input x gradient of a ReLU network.
    case epsilon
    /// Gamma 0.25 on convolutions, epsilon 1e-6 on linear layers.
    case gamma
    /// The same with the z-box on the first convolution: what zennit calls EpsilonGammaBox.
    case zBox = "z-box"
  }

  /// Of the convolutions that no other layer with weights comes before.
  public var first: Rule
  public var convolutions: Rule
  public var linear: Rule
  /// Layers with a rule of their own.
  public var layers: [LayerPath: Rule] = [:]
  /// What is added to denominators with their sign (+ for 0), so that none is 0.
  public var stabiliser: Float = 1e-6

  public init(first: Rule, convolutions: Rule, linear: Rule) {
    self.first = first
    self.convolutions = convolutions
    self.linear = linear
  }

  public init(_ preset: Preset) {
    switch preset {
    case .epsilon:
      self.init(first: .epsilon(1e-6), convolutions: .epsilon(1e-6), linear: .epsilon(1e-6))
    case .gamma:
      self.init(first: .gamma(0.25), convolutions: .gamma(0.25), linear: .epsilon(1e-6))
    case .zBox: self.init(first: .zBox, convolutions: .gamma(0.25), linear: .epsilon(1e-6))
    }
  }

  /// The rules as the engine takes them, for a canonised model.
  func ruleSet(for model: Model, imageSize: Extent, on engine: Engine) throws(ExplainError)
    -> RuleSet
  {
    for path in layers.keys {
      _ = try ExplainError.wrappingGraph({ () throws(GraphError) in
        try model.graph.node(at: path)
      })
    }
    let weighted = model.graph.nodes.filter { $0.op.hasWeights }
    let firsts = Set(
      weighted.filter { node in
        !model.graph.ancestors(of: node.id).contains {
          $0 != node.id && model.graph[$0].op.hasWeights
        }
      }.map(\.id))
    let zBox = try ZBoxes(model, imageSize, on: engine)
    var entries: [(selector: RuleSet.Selector, rule: any BackwardRule)] = []
    for node in model.graph.nodes where !node.op.isSource {
      let rule: any BackwardRule
      switch layers[node.path] ?? self.rule(of: node, isFirst: firsts.contains(node.id)) {
      case .epsilon(let epsilon): rule = EpsilonRule(stabiliser: epsilon)
      case .gamma(let gamma):
        rule = try GammaRule(model, node, gamma: gamma, stabiliser: stabiliser, on: engine)
      case .zBox:
        rule = try ZBoxRule(
          model, node, box: zBox.box(before: node), stabiliser: stabiliser, on: engine)
      case nil: rule = node.op.relevanceRule(stabiliser)
      }
      entries.append((.path(node.path), rule))
    }
    return RuleSet(entries)
  }

  private func rule(of node: Node, isFirst: Bool) -> Rule? {
    switch node.op {
    case .convolution: isFirst ? first : convolutions
    case .linear: isFirst && first != .zBox ? first : linear
    default: nil
    }
  }
}

extension Op {
  /// Whether it is a layer that other layers come after in the sense of LRP's composites.
  fileprivate var hasWeights: Bool {
    [.convolution, .transposedConvolution, .linear, .matrixProduct].contains(kind)
  }

  /// How operators without a rule of their own hand relevance down.
  fileprivate func relevanceRule(_ stabiliser: Float) -> any BackwardRule {
    switch self {
    // A nonlinearity is passed, and so are norms: their divisor is held fixed, so each element keeps
    // its own relevance.
    case .relu, .prelu, .activation, .dropout, .localResponseNorm, .l2Normalize, .softmax,
      .axisSoftmax:
      PassRule()
    // A maximum was one of its inputs alone; the others only move elements around.
    case .maxPool, .concat, .join, .flatten, .reshape, .transpose, .slice, .gather, .expand, .pad:
      RoutingRule()
    case .reduction(let reduction) where ![.sum, .mean].contains(reduction.kind): RoutingRule()
    // Sums, averages and affine maps share in proportion to what each input adds.
    default: EpsilonRule(stabiliser: stabiliser)
    }
  }
}
