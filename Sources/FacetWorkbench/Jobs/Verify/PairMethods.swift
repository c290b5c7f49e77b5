import FacetExplain
import FacetGraph

/// The methods a user asked for, or all of them.
struct PairMethods {
  /// One that a network doesn't allow.
  struct Refused {
    let method: PairMethod
    let reason: String

    var text: String { "\(method.title) can't be had for this network: \(reason)".sentence }
  }

  let methods: [PairMethod]
  /// Whether the user named them; then one that can't be had is an error.
  let isNamed: Bool
  private let layer: String?
  private let masks: Int
  /// For one face and one method.
  private let budget: TimeBudget?

  /// - Parameter budget: seconds for the maps of both faces by all methods that sample, shared evenly.
  init(_ names: [String], layer: String?, masks: Int, budget: Double? = nil) throws {
    isNamed = !names.isEmpty
    var seen = Set<PairMethod>()
    methods = try (isNamed ? names.map(PairMethod.named) : PairMethod.allCases)
      .filter { seen.insert($0).inserted }
    guard masks >= 2 else {
      throw WorkbenchError.usage("--masks must be at least 2, not \(masks)")
    }
    if layer != nil, !methods.contains(.gradCAM) {
      throw WorkbenchError.usage("--layer is for --methods gradcam")
    }
    self.layer = layer
    self.masks = masks
    try BudgetUse.check(budget)
    let sampled = methods.count(where: \.isSampled)
    guard budget == nil || sampled > 0 else {
      throw WorkbenchError.usage(
        "--budget is for methods that may stop early ("
          + "\(listed(PairMethod.allCases.filter(\.isSampled).map(\.name))))")
    }
    self.budget = budget.map { TimeBudget(seconds: $0 / Double(2 * sampled)) }
  }

  var settings: PairSettings {
    PairSettings(layer: layer.map { LayerPath($0) }, masks: masks, budget: budget)
  }

  func settings(seed: UInt64) -> PairSettings {
    var settings = settings
    settings.seed = seed
    return settings
  }

  /// The maps of some pairs, and which methods this network doesn't allow, and why.
  func maps(
    _ pairs: FacePairs, _ model: Model, _ context: JobContext
  ) throws -> (maps: [PairMaps], refused: [Refused]) {
    var maps: [PairMaps] = []
    var refused: [Refused] = []
    for (index, method) in methods.enumerated() {
      let phase = "maps: \(method.title)"
      let done = Double(index) / Double(methods.count)
      context.progress.step(phase, done)
      do {
        maps.append(
          try PairMaps(
            method, pairs, model, settings(seed: context.seed), context,
            onStep: context.progress.listener(
              phase: phase, from: done, to: done + 1 / Double(methods.count))))
      } catch let error as ExplainError {
        guard case .notAdditive = error, !isNamed else { throw error }
        refused.append(Refused(method: method, reason: "\(error)"))
      }
    }
    return (maps, refused)
  }
}
