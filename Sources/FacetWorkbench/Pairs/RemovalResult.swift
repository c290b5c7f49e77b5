import FacetEvaluation
import FacetExplain

/// What the curves come to.
struct RemovalResult: Encodable, Sendable {
  /// Of one order of pixels.
  struct Curve: Encodable, Sendable {
    let order: String
    let deletion: RemovalCurve
    let insertion: RemovalCurve
    /// A method's areas against those of the controls; empty for controls, and with one person.
    fileprivate(set) var comparisons: [RemovalComparison] = []
    /// A method's areas minus those of its own order reversed, deletion's and insertion's; empty for
    /// controls, and with one person.
    fileprivate(set) var aboveInverted: [PairedDifference] = []
    /// Deletion with pixels blurred in place of black.
    let blurred: RemovalCurve
    /// A method's against the controls, adjusted over methods apart from the others.
    fileprivate(set) var blurredComparison: RemovalComparison?
  }

  /// Draws of people behind each interval and p-value.
  static let resamples = 4000

  let pairs: Int
  let genuine: Int
  let threshold: Double
  let thresholdSource: ThresholdSource
  let methods: [PairMethod]
  /// Methods, then controls.
  let curves: [Curve]

  /// - Parameter source: where the threshold is from.
  init(_ run: RemovalRun, threshold: Double, source: ThresholdSource, seed: UInt64) throws {
    let study = try RemovalStudy(
      run.pairs, threshold: threshold, shares: RemovalRun.removal.shares,
      bootstrap: IdentityBootstrap(resamples: Self.resamples, seed: seed))
    func scores(_ order: RemovalRun.Order, _ direction: RemovalDirection) -> [[Double]] {
      let cosines = run.cosines[order] ?? []
      return direction == .deletion ? cosines.map(\.deletion) : cosines.map(\.insertion)
    }
    pairs = run.pairs.count
    genuine = run.pairs.count(where: \.same)
    self.threshold = threshold
    thresholdSource = source
    methods = run.methods
    var curves = try (run.methods.map(RemovalRun.Order.method) + RemovalRun.controls).map { order in
      var curve = Curve(
        order: order.name, deletion: try study.curve(scores(order, .deletion)),
        insertion: try study.curve(scores(order, .insertion)),
        blurred: try study.curve(run.blurred[order] ?? []))
      guard case .method(let method) = order else { return curve }
      for direction in RemovalDirection.allCases {
        let own = scores(order, direction)
        // One person has no interval, and no comparison.
        let controls = RemovalRun.controls.map { ($0.name, scores($0, direction)) }
        if let found = try? study.comparison(own, to: controls, direction) {
          curve.comparisons.append(found)
        }
        if let found = try? study.areaDifference(own, scores(.inverted(method), direction)) {
          curve.aboveInverted.append(found)
        }
      }
      curve.blurredComparison = try? study.comparison(
        run.blurred[order] ?? [],
        to: RemovalRun.controls.map { ($0.name, run.blurred[$0] ?? []) }, .deletion)
      return curve
    }
    let blurred = curves.indices.filter { curves[$0].blurredComparison != nil }
    for (index, found) in zip(
      blurred, RemovalComparison.adjusted(blurred.compactMap { curves[$0].blurredComparison }))
    {
      curves[index].blurredComparison = found
    }
    var adjusted = RemovalComparison.adjusted(curves.flatMap(\.comparisons))[...]
    for index in curves.indices {
      let count = curves[index].comparisons.count
      curves[index].comparisons = Array(adjusted.prefix(count))
      adjusted = adjusted.dropFirst(count)
    }
    self.curves = curves
  }

  /// A method's comparisons, deletion's and insertion's.
  func comparisons(_ method: PairMethod) -> [RemovalComparison] {
    curves.first { $0.order == method.name }?.comparisons ?? []
  }
}
