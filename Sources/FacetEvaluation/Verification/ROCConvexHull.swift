/// The lower left convex hull of operating points in the plane of FMR (x) and FNMR (y).
///
/// Its corners are what pool-adjacent-violators finds on the sorted scores; between two of them lie
/// systems that choose among two thresholds by chance. The always-accept point (1, 0) and the
/// always-reject point (0, 1) belong to it.
public struct ROCConvexHull: Sendable, Equatable {
  /// From (0, 1) to (1, 0).
  public let corners: [CurvePoint]

  /// The hull of any operating points, in any order.
  public init(fmr: [Double], fnmr: [Double]) {
    precondition(fmr.count == fnmr.count, "\(fmr.count) and \(fnmr.count) rates")
    var points = zip(fmr, fnmr).map { CurvePoint(threshold: nil, fmr: $0, fnmr: $1) }
    points.append(CurvePoint(threshold: nil, fmr: 0, fnmr: 1))
    points.append(CurvePoint(threshold: nil, fmr: 1, fnmr: 0))
    points.sort { ($0.fmr, -$0.fnmr) < ($1.fmr, -$1.fnmr) }
    self.init(sorted: points)
  }

  public init(_ curve: ErrorCurve) {
    // Descending thresholds are ascending FMR and descending FNMR.
    self.init(
      sorted: (0..<curve.count).reversed().map { index in
        CurvePoint(curve, index)
      })
  }

  private init(sorted points: [CurvePoint]) {
    var hull: [CurvePoint] = []
    for point in points {
      // Points of one column come from the top, so all but the lowest (and (0, 1)) are dropped.
      while hull.count >= 2 {
        let a = hull[hull.count - 2]
        let b = hull[hull.count - 1]
        let turn =
          (b.fmr - a.fmr) * (point.fnmr - a.fnmr) - (b.fnmr - a.fnmr) * (point.fmr - a.fmr)
        if turn > 0 { break }
        hull.removeLast()
      }
      hull.append(point)
    }
    corners = hull
  }

  /// Where the hull meets FMR = FNMR, in [0, 1/2].
  public var equalErrorRate: Double {
    for (a, b) in zip(corners, corners.dropFirst()) where b.fmr >= b.fnmr && a.fmr <= a.fnmr {
      let above = a.fnmr - a.fmr
      let below = b.fmr - b.fnmr
      if above + below == 0 { return a.fmr }
      return a.fmr + above / (above + below) * (b.fmr - a.fmr)
    }
    return 0
  }
}
