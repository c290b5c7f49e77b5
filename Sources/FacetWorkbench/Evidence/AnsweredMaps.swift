import FacetTensor

/// Maps of several photos of which some may hold NaN or infinity: those are no answer, and what would
/// be measured on them is no figure.
struct AnsweredMaps {
  /// With zeros in place of what isn't finite, so that the others can be measured beside it.
  let maps: Tensor
  let isAnswered: [Bool]

  init(_ maps: Tensor) {
    let isAnswered = (0..<maps.shape[0]).map { maps.slice($0).isFinite }
    self.isAnswered = isAnswered
    self.maps =
      isAnswered.allSatisfy { $0 }
      ? maps
      : .stack(
        isAnswered.enumerated().map { index, isAnswered in
          let map = maps.slice(index)
          return isAnswered ? map : .zeros(map.shape)
        })
  }

  var unanswered: Int { isAnswered.count { !$0 } }

  /// The figures of the photos with an answer.
  func figures(_ values: [Double?]) -> [Double?] {
    zip(values, isAnswered).map { $1 ? $0 : nil }
  }
}
