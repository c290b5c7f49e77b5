import CFacetKernels
import FacetGraph
import FacetTensor

/// Several nodes computed at once: what a plan is made of.
struct Step: Sendable {
  /// The nodes, in graph order; the last one's value is the step's.
  var nodes: [Node]
  var kernel: Kernel
  /// The values it reads.
  var inputs: [NodeID]
  var layout: Layout

  var output: NodeID { nodes[nodes.count - 1].id }

  enum Kernel: Sendable {
    case convolution(ConvolutionStep)
    /// A fully connected layer and what follows it element by element.
    case linear(Tail)
    /// Batch norm with fixed statistics (its node), then what follows.
    case affine(norm: Node?, Tail)
    /// Batch norm with the batch's statistics, then what follows.
    case batchNorm(Node, Tail)
    /// The sum of all inputs, then an activation.
    case sum(Activated)
    case maxPool(Pooling)
    case averagePool(Pooling, countsPadding: Bool)
    case adaptiveAveragePool
    case localResponseNorm
    /// The same floats under another shape or name: nothing is computed.
    case view
    /// Inputs joined along the channels; those that were written in place already are not copied.
    case join
    /// An activation of blocked values, element by element.
    case elementwise(Activation)
    /// Everything else, on row-major arrays.
    case array
  }

  /// What follows a layer before its value is stored: a second value is added, then an activation.
  struct Tail: Sendable {
    var residual: NodeID?
    var activation = Activated()
  }

  /// An activation that kernels apply as they store.
  struct Activated: Sendable {
    enum Kind: Hashable, Sendable {
      case none
      case clamp(Float, Float)
      /// Slopes from a node's parameter.
      case prelu
      /// One slope for all channels.
      case leaky(Float)
    }
    var kind = Kind.none
    /// The PReLU's node.
    var node: Node?
  }

  struct ConvolutionStep: Sendable {
    let convolution: Convolution
    /// The batch norm that the sums pass before they are stored.
    var norm: Node?
    var tail = Tail()
    /// A batch norm and its activation that the input passes on its way in.
    var before: (norm: Node, activation: Activated)?
  }
}

extension Op {
  /// What the operator does to each element, if kernels can apply it while they store: they do it to
  /// the lanes beyond the last channel too, whose zeros must stay.
  var activated: Step.Activated.Kind? {
    switch self {
    case .relu: .clamp(0, .infinity)
    case .prelu: .prelu
    case .activation(.clip(let low, let high)) where low <= 0 && high >= 0: .clamp(low, high)
    case .activation(.leakyReLU(let slope)): .leaky(slope)
    default: nil
    }
  }

  /// Whether kernels for blocked maps compute it.
  var worksOnBlocks: Bool {
    switch self {
    case .convolution, .batchNorm, .relu, .prelu, .maxPool, .averagePool, .adaptiveAveragePool,
      .localResponseNorm, .add, .concat, .dropout, .transposedConvolution:
      true
    case .activation(let activation): activation.isFiniteAtZero
    default: false
    }
  }
}

extension Activation {
  /// Whether the zeros that fill up a block stay finite, so that weights of zero undo them.
  var isFiniteAtZero: Bool {
    switch self {
    case .logarithm, .reciprocal: false
    default: true
    }
  }
}
