import FacetEngine
import FacetGraph
import FacetTensor

/// Layer-wise relevance propagation (Bach et al. 2015): the score is handed down from layer to layer,
/// each output's relevance shared among its inputs, until every pixel has its part.
///
/// The network is canonised first: batch norms are merged into the layers before them
/// (``FacetGraph/Model/foldingBatchNorm()``); a norm with no such layer is an affine layer of its own.
/// Relevance is conserved but for what biases take, which have no input to hand it to, and for the
/// stabilisers: by how much is ``Explanation/completenessGaps``.
public struct LRP: Explainer {
  public var rules: LRPRules

  public init(_ rules: LRPRules = LRPRules(.zBox)) { self.rules = rules }

  public var name: String { "lrp" }

  /// The map is `[N, C, H, W]`. What is handed down is the score, for a cosine with both norms held
  /// fixed, and for a probability the class's score times its slope. Cost: one forward and, with
  /// gamma, about four backward runs.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    guard x.shape.rank == 4, x.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: x.shape))
    }
    let canonised = try ExplainError.wrappingGraph({ () throws(GraphError) in
      try model.foldingBatchNorm()
    })
    let rules = try rules.ruleSet(
      for: canonised, imageSize: Extent(x.shape[2], x.shape[3]), on: engine)
    let input = canonised.graph.inputPath
    var gaps: [Float] = []
    var explanation = try explanation(
      of: canonised, x, objective, on: engine,
      keeping: .forBackward(to: [input]).and(canonised.graph.nodes.map(\.path)), space: .input,
      options: options
    ) { (run) throws(ExplainError) in
      let (map, given) = try run.relevance(at: input, rules: rules)
      for image in 0..<run.places.count {
        gaps.append(Float(map.slice(image).sum - given[image]))
      }
      return map
    }
    explanation.completenessGaps = gaps
    return explanation
  }

  private var options: [String: String] {
    var options = [
      "first": "\(rules.first)", "convolutions": "\(rules.convolutions)",
      "linear": "\(rules.linear)", "stabiliser": "\(rules.stabiliser)",
    ]
    for (path, rule) in rules.layers { options["rule of \(path)"] = "\(rule)" }
    return options
  }
}
