/// Eyes: lids, white, iris, lashes.
extension FaceScene {
  func drawEye(_ eye: EyeCode, _ side: FaceSide) {
    let expression = variation.expression
    let open = max(0, min(1.25, side == .left ? expression.leftEye : expression.rightEye))
    let shape = EyeShape(eye, side: side, open: open)
    let part: FacePart = side == .left ? .leftEye : .rightEye
    canvas.claim(shape.lidRegion, for: part)
    canvas.fill(
      shape.lidRegion,
      .linear(
        shape.at(0, -shape.upper - shape.lid), shape.at(0, 1),
        [(0, shadow(0)), (0.4, shadow(0.35 + 0.15 * eye.lashes)), (1, shadow(0.4))]),
      as: nil)
    if open > 0.15 {
      canvas.fill(
        shape.opening,
        .linear(
          shape.at(0, -shape.upper), shape.at(0, shape.lower),
          [(0, Ink(hex: 0xC9C4C4)), (0.45, Ink(hex: 0xF7F4F1)), (1, Ink(hex: 0xE9E3E0))]),
        as: part)
      canvas.clipped(to: shape.opening) { drawIris(eye, shape, part) }
      canvas.stroke(shape.lowerLid, width: 0.9, line(0.5), as: part)
    }
    drawLashes(eye, shape, part)
    if eye.crease > 0.25 {
      canvas.stroke(shape.crease, width: 1.1, line(0.25 + 0.4 * eye.crease), as: part)
    }
  }

  private func drawIris(_ eye: EyeCode, _ shape: EyeShape, _ part: FacePart) {
    let radius = 5.3 + 0.5 * eye.irisSize
    let center =
      shape.center
      + FacePoint(variation.expression.gazeX * 3.2, variation.expression.gazeY * 1.6 - 0.3)
    let iris = eye.iris.ink
    canvas.fill(
      .circle(center, radius),
      .radial(
        center + FacePoint(0, 1.4), radius * 1.15,
        [
          (0, iris.lighter(0.28)), (0.55, iris.lighter(0.06)), (0.82, iris.darker(0.1)),
          (1, iris.darker(0.55)),
        ]), as: part)
    canvas.fill(.circle(center, radius * 0.44), .solid(Ink(hex: 0x120D0C)), as: part)
    // The shadow of the upper lid on the eyeball.
    canvas.stroke(shape.upperLid, width: 3.4, Ink.black.opacity(0.22), as: part)
    let shine = center + canvas.light * 2.2 + FacePoint(0.3, -0.4)
    canvas.fill(.circle(shine, 1.45), .solid(Ink.white.opacity(0.92)), as: part)
    canvas.fill(
      .circle(center - canvas.light * 2.2, 0.8), .solid(Ink.white.opacity(0.35)), as: part)
  }

  private func drawLashes(_ eye: EyeCode, _ shape: EyeShape, _ part: FacePart) {
    let dark = Ink(hex: 0x1C1210).mixed(skin.shaded(0.9), 0.25 * (1 - eye.lashes))
    let thick = 1.5 + 1.3 * eye.lashes
    var lash = FacePath(from: shape.at(-shape.width, 0.8))
    lash.spline(shape.upperPoints + [shape.outerCorner])
    let wing = shape.outerCorner + FacePoint(shape.side * 3.4, -2) * eye.lashes
    lash.line(to: wing)
    lash.spline(
      shape.upperPoints.reversed().enumerated().map {
        $1 - FacePoint(0, thick * (1 - 0.25 * Double($0)))
      } + [shape.at(-shape.width, 0.8)])
    lash.close()
    canvas.fill(lash, .solid(dark), as: part)
  }
}

/// The curves of one eye, with the lids where the expression puts them.
private struct EyeShape {
  let center: FacePoint
  let side: Double
  /// Half the distance between the corners.
  let width: Double
  /// How far the lids are above and below the line of the corners.
  let upper: Double
  let lower: Double
  /// From the edge of the upper lid to its crease.
  let lid: Double
  private let tilt: Double

  init(_ eye: EyeCode, side: FaceSide, open: Double) {
    self.side = side.sign
    center = FacePoint(side.sign * (20.8 + 1.8 * eye.spacing), -6)
    width = 10.6 + 1.5 * eye.width
    let height = 5.8 + 1.6 * eye.openness
    upper = height * max(open, 0) - 1.8 * max(0, 1 - open)
    lower = height * (0.32 + 0.38 * open) - 0.6 * max(0, 1 - open)
    lid = 1.8 + 2.4 * eye.crease + 2.5 * max(0, 1 - open)
    tilt = 2.2 * eye.tilt
  }

  /// `u` units outwards and `v` down from the middle of the eye.
  func at(_ u: Double, _ v: Double) -> FacePoint {
    center + FacePoint(side * u, v - tilt * u / width * 0.6)
  }

  var innerCorner: FacePoint { at(-width, 1.2) }
  var outerCorner: FacePoint { at(width, 0) }

  /// Points of the edge of the upper lid between the corners, from the nose outwards.
  var upperPoints: [FacePoint] {
    [
      at(-width * 0.62, -upper * 0.62), at(-width * 0.08, -upper), at(width * 0.52, -upper * 0.8),
    ]
  }

  private var lowerPoints: [FacePoint] {
    [at(width * 0.5, lower * 0.86), at(-width * 0.1, lower), at(-width * 0.6, lower * 0.72)]
  }

  var opening: FacePath {
    var path = FacePath(from: innerCorner)
    path.spline(upperPoints + [outerCorner])
    path.spline(lowerPoints + [innerCorner])
    path.close()
    return path
  }

  var upperLid: FacePath { .line(through: [innerCorner] + upperPoints + [outerCorner]) }
  var lowerLid: FacePath { .line(through: [outerCorner] + lowerPoints + [innerCorner]) }

  private var creasePoints: [FacePoint] {
    upperPoints.map { $0 - FacePoint(0, lid) }
  }

  var crease: FacePath {
    .line(
      through: [at(-width * 0.9, -1.6)] + creasePoints + [at(width * 1.05, -lid * 0.7)])
  }

  /// All that belongs to the eye: from the crease of the upper lid to just below the lower one.
  var lidRegion: FacePath {
    var path = FacePath(from: at(-width - 0.8, 1))
    path.spline(creasePoints + [at(width + 1, -0.3)])
    path.spline(lowerPoints.map { $0 + FacePoint(0, 1.1) } + [at(-width - 0.8, 1)])
    path.close()
    return path
  }
}
