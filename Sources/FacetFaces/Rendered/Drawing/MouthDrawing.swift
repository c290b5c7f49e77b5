/// The mouth: two lips in two tones; open, also teeth and tongue.
extension FaceScene {
  func drawMouth() {
    let mouth = MouthShape(code.mouth, variation.expression)
    let color = code.mouth.color.ink
    canvas.glow(FacePoint(0, mouth.bottom - 0.5), 5, shadow(0.4))
    canvas.fill(
      mouth.outline,
      .linear(
        mouth.at(0, -mouth.upper), FacePoint(0, mouth.bottom),
        [(0, color.darker(0.1)), (0.45, color.darker(0.24)), (1, color.darker(0.12))]),
      as: .mouth)
    canvas.fill(
      mouth.lowerLip,
      .linear(
        FacePoint(0, mouth.innerBottom), FacePoint(0, mouth.bottom),
        [(0, color), (0.5, color.lighter(0.12)), (1, color.darker(0.08))]),
      as: .mouth)
    canvas.clipped(to: mouth.lowerLip) {
      let middle = (mouth.innerBottom + mouth.bottom) / 2
      canvas.fill(
        .ellipse(FacePoint(canvas.light.x * 3, middle), 6, 1.3),
        .solid(color.lighter(0.6).opacity(0.45)), as: nil)
    }
    if mouth.gap > 0.8 {
      canvas.fill(mouth.opening, .solid(Ink(hex: 0x4A1518)), as: .mouth)
      canvas.clipped(to: mouth.opening) {
        canvas.fill(
          .ellipse(FacePoint(0, mouth.innerBottom + 1), mouth.half * 0.5, mouth.gap * 0.4 + 0.5),
          .solid(Ink(hex: 0xB65458)), as: .mouth)
        let teeth = mouth.opening.shifted(0, -mouth.gap * 0.55)
        canvas.fill(teeth, .solid(Ink(hex: 0xF6F1EA)), as: .mouth)
        canvas.stroke(
          mouth.innerUpper, width: 1.6, Ink.black.opacity(0.25), as: .mouth)
      }
    }
    canvas.stroke(mouth.innerUpper, width: 1.25, color.darker(0.66).opacity(0.85), as: .mouth)
    for side in [-1.0, 1] {
      canvas.fill(
        .circle(mouth.at(side * mouth.half, 0), 1.3), .solid(line(0.5)), as: .mouth)
    }
  }
}

private struct MouthShape {
  let half: Double
  let upper: Double
  let gap: Double
  private let y: Double
  private let lower: Double
  private let bow: Double
  private let smile: Double

  init(_ code: MouthCode, _ expression: FaceExpression) {
    smile = max(-1, min(1, expression.smile))
    half = (15.4 + 2.6 * code.width) * (1 + 0.14 * max(smile, 0) - 0.06 * expression.mouthOpen)
    upper = 4.2 + 1.5 * code.upperLip - 0.6 * max(smile, 0)
    lower = 5.8 + 1.9 * code.lowerLip
    bow = 0.6 + 1.5 * code.bow
    gap = 9.5 * max(0, min(1, expression.mouthOpen))
    y = 40 + 1.6 * code.height
  }

  /// `x` from the middle and `v` below the line of the lips, which bends with the smile.
  func at(_ x: Double, _ v: Double) -> FacePoint {
    let t = x / half
    return FacePoint(x, y + v + (smile + 0.14) * (2.2 - 5.8 * t * t))
  }

  private func edge(_ v: Double, _ stations: [Double]) -> [FacePoint] {
    stations.map { at($0 * half, v * (1 - $0 * $0)) }
  }

  private static let stations = [-0.66, -0.3, 0.0, 0.3, 0.66]

  private var lineOfUpper: [FacePoint] {
    [
      at(-half * 0.6, 0.5 - gap * 0.12), at(-half * 0.22, -0.4 - gap * 0.18),
      at(0, 0.7 - gap * 0.18), at(half * 0.22, -0.4 - gap * 0.18),
      at(half * 0.6, 0.5 - gap * 0.12),
    ]
  }

  var innerBottom: Double { at(0, gap * 0.9 + 0.6).y }
  var bottom: Double { at(0, gap * 0.9 + lower).y }

  private var left: FacePoint { at(-half, 0) }
  private var right: FacePoint { at(half, 0) }

  var innerUpper: FacePath { .line(through: [left] + lineOfUpper + [right]) }

  var outline: FacePath {
    var path = FacePath(from: left)
    let top = -upper - gap * 0.18
    path.spline([
      at(-half * 0.62, top * 0.55), at(-half * 0.24, top), at(0, top + bow),
      at(half * 0.24, top), at(half * 0.62, top * 0.55), right,
    ])
    path.spline(edge(gap * 0.9 + lower, Self.stations).reversed() + [left])
    path.close()
    return path
  }

  var lowerLip: FacePath {
    var path = FacePath(from: left)
    path.spline(edge(gap * 0.9 + 0.6, Self.stations) + [right])
    path.spline(edge(gap * 0.9 + lower, Self.stations).reversed() + [left])
    path.close()
    return path
  }

  /// What is seen between parted lips.
  var opening: FacePath {
    var path = FacePath(from: left)
    path.spline(lineOfUpper + [right])
    path.spline(edge(gap * 0.9 + 0.6, Self.stations).reversed() + [left])
    path.close()
    return path
  }
}
