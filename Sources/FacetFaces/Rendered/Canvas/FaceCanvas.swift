import Foundation

/// Where on the head something lies, which decides how it moves when the head turns.
enum FaceDepth {
  /// The silhouette, which a small turn doesn't move.
  case outline
  /// On the front of the head, `relief` units before the skin.
  case surface(Double)
  /// In the upright plane `depth` units before (or, negative, behind) the outline.
  case plane(Double)
}

/// Draws parts of a face: each path once in colour, smoothed, and once in the label map, sharp.
///
/// Since both come from the same path, a part's mask is where its pixels are.
final class FaceCanvas {
  let colors: CairoSurface
  let labels: CairoSurface
  /// The side the light comes from, a unit vector in the plane of the face.
  let light: FacePoint
  private let turn: FacePoint

  /// - Parameters:
  ///   - size: the side of the square picture in pixels.
  ///   - turn: the sines of yaw and pitch.
  init(size: Int, light: FacePoint, turn: FacePoint) {
    colors = CairoSurface(width: size, height: size, format: .color)
    labels = CairoSurface(width: size, height: size, format: .labels)
    self.light = light
    self.turn = turn
  }

  func setTransform(x: FacePoint, y: FacePoint, origin: FacePoint) {
    colors.setTransform(x: x, y: y, origin: origin)
    labels.setTransform(x: x, y: y, origin: origin)
  }

  /// Where `point` goes when the head turns: it moves with its depth. The head is taken for a
  /// paraboloid, on which the shift never folds.
  func project(_ point: FacePoint, _ depth: FaceDepth) -> FacePoint {
    switch depth {
    case .outline: return point
    case .plane(let z): return point + z * turn
    case .surface(let relief):
      let (u, v) = (point.x / 54, (point.y + 2) / 74)
      let bulge = max(1 - u * u - v * v, 0)
      return point + (42 * bulge + relief * min(4 * bulge, 1)) * turn
    }
  }

  private func project(_ path: FacePath, _ depth: FaceDepth) -> FacePath {
    if turn == FacePoint(0, 0) { return path }
    if case .outline = depth { return path }
    return path.mapped { project($0, depth) }
  }

  private func project(_ paint: Paint, _ depth: FaceDepth) -> Paint {
    switch paint {
    case .solid: paint
    case .linear(let a, let b, let stops):
      .linear(project(a, depth), project(b, depth), stops)
    case .radial(let center, let radius, let stops):
      .radial(project(center, depth), radius, stops)
    }
  }

  /// Fills `path`; its pixels become `part`'s, or stay whose they are when `part` is `nil`.
  func fill(_ path: FacePath, _ paint: Paint, as part: FacePart?, at depth: FaceDepth = .surface(0))
  {
    let path = project(path, depth)
    colors.fill(path, project(paint, depth), fine: part != nil)
    if let part { labels.fill(path, .label(part)) }
  }

  func stroke(
    _ path: FacePath, width: Double, _ ink: Ink, as part: FacePart?,
    at depth: FaceDepth = .surface(0), round: Bool = true
  ) {
    let path = project(path, depth)
    colors.stroke(path, width: width, .solid(ink), round: round, fine: part != nil)
    if let part { labels.stroke(path, width: width, .label(part), round: round) }
  }

  /// Gives the pixels inside `path` to `part` without drawing.
  func claim(_ path: FacePath, for part: FacePart, at depth: FaceDepth = .surface(0)) {
    labels.fill(project(path, depth), .label(part))
  }

  /// Draws `body` only inside `path`.
  func clipped(to path: FacePath, at depth: FaceDepth = .surface(0), _ body: () -> Void) {
    let path = project(path, depth)
    colors.beginClip(path)
    labels.beginClip(path)
    body()
    colors.endClip()
    labels.endClip()
  }

  /// A soft spot of `ink`: full in the center, nothing at `radius`.
  func glow(
    _ center: FacePoint, _ radius: Double, _ ink: Ink, at depth: FaceDepth = .surface(0)
  ) {
    fill(
      .circle(center, radius),
      .radial(
        center, radius, [(0, ink), (0.5, ink.opacity(ink.alpha * 0.5)), (1, ink.opacity(0))]),
      as: nil, at: depth)
  }

  /// The label map: the raw value of a ``FacePart`` for each pixel, rows from the top.
  func labelMap() -> [UInt8] {
    labels.withBytes { bytes, stride in
      (0..<labels.height).flatMap { bytes[$0 * stride..<$0 * stride + labels.width] }
    }
  }
}

extension Paint {
  fileprivate static func label(_ part: FacePart) -> Paint {
    .solid(Ink(0, 0, 0, Double(part.rawValue) / 255))
  }
}
