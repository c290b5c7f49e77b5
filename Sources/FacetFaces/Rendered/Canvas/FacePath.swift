import Foundation

/// A point in units of the face; see ``FaceRenderer``.
typealias FacePoint = SIMD2<Double>

extension FacePoint {
  /// The unit vector at `degrees` from the x axis, clockwise in the picture.
  static func direction(_ degrees: Double) -> FacePoint {
    FacePoint(cos(degrees * .pi / 180), sin(degrees * .pi / 180))
  }
}

/// An outline made of lines and cubic Bezier curves.
struct FacePath: Sendable {
  enum Element: Sendable {
    case move(FacePoint)
    case line(FacePoint)
    case curve(FacePoint, FacePoint, FacePoint)
    case close
  }

  private(set) var elements: [Element] = []
  private var current = FacePoint(0, 0)

  init() {}

  /// A path that begins at `start`.
  init(from start: FacePoint) { move(to: start) }

  mutating func move(to point: FacePoint) {
    elements.append(.move(point))
    current = point
  }

  mutating func line(to point: FacePoint) {
    elements.append(.line(point))
    current = point
  }

  mutating func curve(_ first: FacePoint, _ second: FacePoint, to point: FacePoint) {
    elements.append(.curve(first, second, point))
    current = point
  }

  mutating func close() { elements.append(.close) }

  /// A smooth curve from the current point through `points` (a Catmull-Rom spline); runs that
  /// follow each other meet in a corner.
  mutating func spline(_ points: [FacePoint]) {
    let all = [current] + points
    for i in 0..<all.count - 1 {
      let before = all[max(i - 1, 0)]
      let after = all[min(i + 2, all.count - 1)]
      curve(
        all[i] + (all[i + 1] - before) / 6, all[i + 1] - (after - all[i]) / 6, to: all[i + 1])
    }
  }

  mutating func append(_ other: FacePath) {
    elements += other.elements
    current = other.current
  }

  /// The closed smooth curve through `points`.
  static func loop(_ points: [FacePoint]) -> FacePath {
    let n = points.count
    var path = FacePath(from: points[0])
    for i in 0..<n {
      let (before, here) = (points[(i + n - 1) % n], points[i])
      let (next, after) = (points[(i + 1) % n], points[(i + 2) % n])
      path.curve(here + (next - before) / 6, next - (after - here) / 6, to: next)
    }
    path.close()
    return path
  }

  /// The open smooth curve through `points`.
  static func line(through points: [FacePoint]) -> FacePath {
    var path = FacePath(from: points[0])
    path.spline(Array(points.dropFirst()))
    return path
  }

  /// The polygon with the given corners.
  static func polygon(_ points: [FacePoint]) -> FacePath {
    var path = FacePath(from: points[0])
    for point in points.dropFirst() { path.line(to: point) }
    path.close()
    return path
  }

  static func rectangle(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> FacePath {
    polygon([
      FacePoint(x.lowerBound, y.lowerBound), FacePoint(x.upperBound, y.lowerBound),
      FacePoint(x.upperBound, y.upperBound), FacePoint(x.lowerBound, y.upperBound),
    ])
  }

  /// The ellipse with half axes `rx` and `ry`, turned by `angle` radians.
  static func ellipse(_ center: FacePoint, _ rx: Double, _ ry: Double, angle: Double = 0)
    -> FacePath
  {
    let k = 0.552_284_749_8
    let (c, s) = (cos(angle), sin(angle))
    func at(_ u: Double, _ v: Double) -> FacePoint {
      center + FacePoint(c * u * rx - s * v * ry, s * u * rx + c * v * ry)
    }
    var path = FacePath(from: at(1, 0))
    path.curve(at(1, k), at(k, 1), to: at(0, 1))
    path.curve(at(-k, 1), at(-1, k), to: at(-1, 0))
    path.curve(at(-1, -k), at(-k, -1), to: at(0, -1))
    path.curve(at(k, -1), at(1, -k), to: at(1, 0))
    path.close()
    return path
  }

  static func circle(_ center: FacePoint, _ radius: Double) -> FacePath {
    ellipse(center, radius, radius)
  }

  func mapped(_ transform: (FacePoint) -> FacePoint) -> FacePath {
    var path = FacePath()
    path.elements = elements.map { element in
      switch element {
      case .move(let p): .move(transform(p))
      case .line(let p): .line(transform(p))
      case .curve(let a, let b, let c): .curve(transform(a), transform(b), transform(c))
      case .close: .close
      }
    }
    path.current = transform(current)
    return path
  }

  func shifted(_ dx: Double, _ dy: Double) -> FacePath { mapped { $0 + FacePoint(dx, dy) } }
}

extension [FacePoint] {
  /// The points with x negated, in opposite order: the other half of a symmetric outline.
  var mirrored: [FacePoint] { reversed().map { FacePoint(-$0.x, $0.y) } }
}
