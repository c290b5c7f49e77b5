import FacetEvaluation
import FacetExplain

/// What the curves come to.
struct RemovalResult: Encodable, Sendable {
  /// Of one order of pixels.
  struct Curve: Encodable, Sendable {
    let order: String
    let deletion: RemovalCurve
    let insertion: RemovalCurve
    /// A method's area minus a control's, by the control; empty for controls.
    let deletionDifference: [String: PairedDifference]
    let insertionDifference: [String: PairedDifference]
  }

  let pairs: Int
  let genuine: Int
  let threshold: Double
  /// Methods, then controls.
  let curves: [Curve]

  init(_ run: RemovalRun, threshold: Double, seed: UInt64) throws {
    let study = try RemovalStudy(
      run.pairs, threshold: threshold, shares: RemovalRun.removal.shares,
      bootstrap: IdentityBootstrap(seed: seed))
    func scores(_ order: RemovalRun.Order) -> (deletion: [[Double]], insertion: [[Double]]) {
      let cosines = run.cosines[order] ?? []
      return (cosines.map(\.deletion), cosines.map(\.insertion))
    }
    pairs = run.pairs.count
    genuine = run.pairs.count(where: \.same)
    self.threshold = threshold
    curves = try (run.methods.map(RemovalRun.Order.method) + RemovalRun.controls).map { order in
      let own = scores(order)
      var deletion: [String: PairedDifference] = [:]
      var insertion: [String: PairedDifference] = [:]
      if case .method(let method) = order {
        for control in RemovalRun.controls + [.inverted(method)] {
          let other = scores(control)
          let name = if case .inverted = control { "inverted" } else { control.name }
          deletion[name] = try? study.areaDifference(own.deletion, other.deletion)
          insertion[name] = try? study.areaDifference(own.insertion, other.insertion)
        }
      }
      return Curve(
        order: order.name, deletion: try study.curve(own.deletion),
        insertion: try study.curve(own.insertion), deletionDifference: deletion,
        insertionDifference: insertion)
    }
  }
}
