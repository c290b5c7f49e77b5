import FacetTensor

/// One crop against all crops on images damaged in one way.
public struct DamagePoint: Codable, Sendable, Equatable {
  /// The share of the image that is covered, in [0, 1].
  public let area: Double
  public let centre: Proportion
  public let fused: Proportion
  /// First is fused, second the centre crop.
  public let mcNemar: McNemar
  /// Images the damaged centre crop gets wrong, and of those the ones that fusion decides rightly
  /// with the help of a crop the damage does not touch and that is right; nil when the centre crop
  /// gets none wrong.
  public let rescued: Proportion?

  /// - Parameters:
  ///   - area: the share of the image that is covered.
  ///   - logits: `[images, positions, classes]` of the damaged images.
  ///   - untouched: whether each position's crop lies wholly outside the damage.
  public init(
    area: Double, logits: Tensor, labels: [Int], untouched: [Bool], centre: Int = 4,
    rule: CropFusion = .meanSoftmax
  ) throws(EvaluationError) {
    guard area >= 0 && area <= 1 else {
      throw .invalidOption(name: "damaged area", expected: "0 to 1", got: "\(area)")
    }
    let (images, positions, classes) = try CropFusion.extents(logits)
    try checkLabels(labels, images: images, classes: classes)
    guard untouched.count == positions else {
      throw .sizeMismatch(
        what: "untouched crops", expected: "\(positions)", got: "\(untouched.count)")
    }
    guard (0..<positions).contains(centre) else {
      throw .outOfRange(
        what: "position of the centre crop", index: 0, got: centre, count: positions)
    }
    let flat = try Decisions.ofRows(logits.reshaped([images * positions, classes]))
    let fusedDecisions = try rule.decisions(logits)
    let centreRight = (0..<images).map { flat[$0 * positions + centre] == labels[$0] }
    let fusedRight = (0..<images).map { fusedDecisions[$0] == labels[$0] }
    let wrong = centreRight.count { !$0 }
    let rescues = (0..<images).count { image in
      !centreRight[image] && fusedRight[image]
        && (0..<positions).contains { p in
          untouched[p] && flat[image * positions + p] == labels[image]
        }
    }
    self.area = area
    self.centre = Proportion(images - wrong, of: images)
    fused = Proportion(fusedRight.count { $0 }, of: images)
    mcNemar = try McNemar(first: fusedRight, second: centreRight)
    rescued = wrong == 0 ? nil : Proportion(rescues, of: wrong)
  }
}

/// A figure over the damaged area, such as accuracy or EER.
public enum DamageCurve {
  /// The area under the polyline through (x, y), divided by the range of x: the figure's mean over
  /// that range. The points may come in any order; nil when they cover no range.
  public static func mean(_ points: [(x: Double, y: Double)]) -> Double? {
    let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard let first = sorted.first, let last = sorted.last, last.x > first.x else { return nil }
    var sum = 0.0
    for (a, b) in zip(sorted, sorted.dropFirst()) { sum += (b.x - a.x) * (a.y + b.y) / 2 }
    return sum / (last.x - first.x)
  }
}
