import Foundation

/// An operating point of the ROC (plot 1 - fnmr over fmr) and the DET (fnmr over fmr).
public struct CurvePoint: Codable, Sendable, Equatable {
  /// nil is above every score: nothing is accepted.
  public let threshold: Double?
  public let fmr: Double
  public let fnmr: Double

  public init(threshold: Double?, fmr: Double, fnmr: Double) {
    self.threshold = threshold
    self.fmr = fmr
    self.fnmr = fnmr
  }

  init(_ curve: ErrorCurve, _ index: Int) {
    let t = curve.thresholds[index]
    self.init(
      threshold: t.isFinite ? t : nil, fmr: curve.fmr(index), fnmr: curve.fnmr(index))
  }
}

extension ErrorCurve {
  /// The points of the curve, ascending thresholds, reduced to at most `limit` (at least 2).
  ///
  /// Points inside straight horizontal or vertical runs go first, which loses nothing. If more than
  /// `limit` are left, the curve is refined from its end points by the largest deviation, measured
  /// both in the plane of the rates (ROC) and in that of their logits (DET), so corners stay.
  /// - Complexity: O(n log limit) typically.
  public func points(limit: Int = 500) -> [CurvePoint] {
    precondition(limit >= 2, "at most \(limit) points")
    var kept: [Int] = []
    for index in 0..<count {
      if index > 0 && index < count - 1 {
        let flat =
          falseMatches[index - 1] == falseMatches[index]
          && falseMatches[index] == falseMatches[index + 1]
        let upright =
          falseNonMatches[index - 1] == falseNonMatches[index]
          && falseNonMatches[index] == falseNonMatches[index + 1]
        if flat || upright { continue }
      }
      kept.append(index)
    }
    if kept.count > limit { kept = refined(kept, limit: limit) }
    return kept.map { CurvePoint(self, $0) }
  }

  private func refined(_ candidates: [Int], limit: Int) -> [Int] {
    let planes = candidates.map { index in
      let halfGenuine = 0.5 / Double(genuine)
      let halfImpostor = 0.5 / Double(impostor)
      return (
        x: fmr(index), y: fnmr(index), u: Self.logit(fmr(index), margin: halfImpostor),
        v: Self.logit(fnmr(index), margin: halfGenuine)
      )
    }
    /// The interior point farthest from the chord first...last.
    func farthest(_ first: Int, _ last: Int) -> (index: Int, deviation: Double) {
      var best = (index: first, deviation: -1.0)
      let (a, b) = (planes[first], planes[last])
      for i in first + 1..<max(first + 1, last) {
        let p = planes[i]
        let rates = Self.distance(p.x - a.x, p.y - a.y, b.x - a.x, b.y - a.y)
        // A logit runs over some 20 units where a rate runs over one.
        let logits = Self.distance(p.u - a.u, p.v - a.v, b.u - a.u, b.v - a.v) / 20
        let deviation = max(rates, logits)
        if deviation > best.deviation { best = (i, deviation) }
      }
      return best
    }
    var segments = [(first: 0, last: candidates.count - 1, split: 0, deviation: 0.0)]
    let whole = farthest(0, candidates.count - 1)
    segments[0].split = whole.index
    segments[0].deviation = whole.deviation
    while segments.count + 1 < limit {
      var worst = 0
      for i in segments.indices where segments[i].deviation > segments[worst].deviation {
        worst = i
      }
      let segment = segments[worst]
      if segment.deviation < 0 { break }
      let left = farthest(segment.first, segment.split)
      let right = farthest(segment.split, segment.last)
      segments[worst] = (segment.first, segment.split, left.index, left.deviation)
      segments.append((segment.split, segment.last, right.index, right.deviation))
    }
    let places = Set(segments.flatMap { [$0.first, $0.last] }).sorted()
    return places.map { candidates[$0] }
  }

  private static func logit(_ rate: Double, margin: Double) -> Double {
    let r = min(max(rate, margin), 1 - margin)
    return log(r / (1 - r))
  }

  /// The distance of (px, py) from the segment from the origin to (dx, dy).
  private static func distance(_ px: Double, _ py: Double, _ dx: Double, _ dy: Double) -> Double {
    let length = dx * dx + dy * dy
    let along = length > 0 ? max(0, min(1, (px * dx + py * dy) / length)) : 0
    let x = px - along * dx
    let y = py - along * dy
    return (x * x + y * y).squareRoot()
  }
}
