import FacetGraph
import FacetTensor

/// Which rule each operator follows on the way back; the first that matches wins, and an operator
/// for which none does follows its gradient.
public struct RuleSet: Sendable {
  public enum Selector: Hashable, Sendable {
    case kind(OpKind)
    case path(LayerPath)
    /// ReLU and its kin: ``FacetGraph/Op/isRectifier``.
    case rectifiers
  }

  private var entries: [(selector: Selector, rule: any BackwardRule)]

  public init(_ entries: [(selector: Selector, rule: any BackwardRule)] = []) {
    self.entries = entries
  }

  /// The same, but operators that `selector` names follow `rule` before all else.
  public func using(_ rule: any BackwardRule, at selector: Selector) -> RuleSet {
    RuleSet([(selector, rule)] + entries)
  }

  func rule(for node: Node) -> any BackwardRule {
    entries.first { entry in
      switch entry.selector {
      case .kind(let kind): node.op.kind == kind
      case .path(let path): node.path == path
      case .rectifiers: node.op.isRectifier
      }
    }?.rule ?? GradientRule()
  }

  /// The derivative everywhere.
  public static let gradient = RuleSet()

  /// Guided backpropagation (Springenberg et al. 2015): at every ReLU, and the
  /// activations like it, the signal passes where both
  /// the activation and the signal are positive.
  public static let guidedBackprop = RuleSet([
    (.rectifiers, GuidedRule())
  ])

  /// Deconvolution (Zeiler and Fergus 2014): at every ReLU the positive part of the signal passes,
  /// whatever the activation was; max pools send it to their switches.
  ///
  /// - Parameter unpooling: what happens where overlapping windows share a switch.
  public static func deconvolution(unpooling: Unpooling = .sum) -> RuleSet {
    RuleSet([
      (.rectifiers, RectifiedSignalRule()), (.kind(.maxPool), UnpoolingRule(policy: unpooling)),
    ])
  }
}

/// What a place gets that is the maximum of several overlapping windows.
public enum Unpooling: String, Hashable, Codable, Sendable, CaseIterable {
  /// All their signals added, as the gradient does.
  case sum
  /// The signal of the last window, row-major, as a deterministic unpooling layer does.
  case lastWriter
}

/// `R_in = R_out [x > 0] [R_out > 0]`.
struct GuidedRule: ValueRule {
  func pullback(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> [Value?] {
    let gate = Value(upstream.shape, upstream.layout)
    let sums = BlockedSums(machine: context.machine)
    guard case .relu = context.node.op else {
      sums.gate(.rectified, output: nil, upstream, into: gate)
      return try context.gradient(gate)
    }
    let output = try context.outputValue().like(upstream, context.machine)
    sums.gate(.guided, output: output, upstream, into: gate)
    return [gate]
  }
}

/// `R_in = max(R_out, 0)`.
struct RectifiedSignalRule: ValueRule {
  func pullback(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> [Value?] {
    let gate = Value(upstream.shape, upstream.layout)
    BlockedSums(machine: context.machine).gate(.rectified, output: nil, upstream, into: gate)
    return [gate]
  }
}

/// Max pooling undone by its switches.
struct UnpoolingRule: ValueRule {
  let policy: Unpooling

  func pullback(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> [Value?] {
    guard case .maxPool(let pool) = context.node.op else { return try context.gradient(upstream) }
    return [
      try context.maxPoolGradient(pool, upstream, lastWins: policy == .lastWriter)
    ]
  }
}
