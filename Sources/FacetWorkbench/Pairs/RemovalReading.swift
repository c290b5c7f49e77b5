import FacetEvaluation
import FacetReport

/// What a comparison with the controls comes to, in words.
///
/// Praise is for an order that beats every control; else each control that it stands above or below is
/// named, and where there is none no effect is shown.
extension RemovalComparison {
  var text: String {
    if beatsControls { return "better than every control" }
    if controls.contains(where: { $0.p == nil }) { return "too few people to tell" }
    let (worse, better) = (controls(.worse), controls(.better))
    let parts = [("worse", worse), ("better", better)].filter { !$0.1.isEmpty }
      .map { "\($0.0) than \(listed($0.1.map(Self.phrase)))" }
    return parts.isEmpty ? "no effect shown" : parts.joined(separator: ", ")
  }

  var tone: Tone {
    if beatsControls { return .good }
    return controls(.worse).isEmpty ? .neutral : .caution
  }

  /// A control as texts name it.
  fileprivate static func phrase(_ control: String) -> String {
    switch control {
    case RemovalRun.Order.randomMap.name: "random maps"
    case RemovalRun.Order.centre.name: "a centre blob"
    default: control
    }
  }
}

/// What a method's maps came to over many pairs, to be written into pictures of them.
struct ListReading {
  let comparisons: [RemovalComparison]

  /// For lines under a picture.
  var definitions: [Definition] {
    comparisons.map { Definition($0.direction.rawValue, $0.text) }
  }

  /// What is to be known of a picture that goes about by itself; `nil` where the method beats every
  /// control in one direction and is below none in the other.
  var label: String? {
    if let worse = comparisons.map({ $0.controls(.worse) }).first(where: { !$0.isEmpty }) {
      return "worse than \(listed(worse.map(RemovalComparison.phrase)))"
    }
    if comparisons.contains(where: \.beatsControls) { return nil }
    let open = comparisons.map { $0.controls(.undecided) }
    // What is missing in the direction that it does better in, if that is one control.
    guard let least = open.min(by: { $0.count < $1.count }), least.count == 1 else {
      return "not shown to beat chance"
    }
    return "not above \(RemovalComparison.phrase(least[0]))"
  }
}
