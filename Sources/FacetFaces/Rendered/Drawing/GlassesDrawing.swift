/// Glasses: frame, bridge, temples and a glint on each lens.
extension FaceScene {
  func drawGlasses() {
    let glasses = code.glasses
    guard glasses.style != .none else { return }
    let width = 1.7 + 2.1 * glasses.thickness
    let ink = glasses.color.ink
    let depth = FaceDepth.surface(5)
    for side in [-1.0, 1] {
      let lens = lensPath(glasses.style, side: side, scale: 1 + 0.09 * glasses.size)
      let temple = FacePath.line(through: [
        FacePoint(side * 36.5, -10), FacePoint(side * (head.width + 1), -8),
      ])
      canvas.stroke(temple, width: width * 0.9, ink.darker(0.15), as: .glasses, at: .surface(2))
      let rim = glasses.style == .halfRim ? upperRim(side: side) : lens
      canvas.stroke(rim.shifted(0, 1.3), width: width, shadow(0.3), as: nil, at: depth)
      canvas.stroke(rim, width: width, ink, as: .glasses, at: depth)
      canvas.stroke(
        rim.shifted(0, -0.35), width: width * 0.3, ink.lighter(0.45).opacity(0.5), as: nil,
        at: depth)
      var glint = FacePath(from: FacePoint(side * 21 + 7, -14))
      glint.line(to: FacePoint(side * 21 + 11, -9))
      canvas.stroke(glint, width: 1.5, Ink.white.opacity(0.55), as: .glasses, at: depth)
    }
    canvas.stroke(
      .line(through: [FacePoint(-7, -8), FacePoint(0, -10.5), FacePoint(7, -8)]), width: width, ink,
      as: .glasses, at: .surface(8))
  }

  private func lensPath(_ style: GlassesStyle, side: Double, scale: Double) -> FacePath {
    func at(_ u: Double, _ v: Double) -> FacePoint {
      FacePoint(side * (21.5 + u * scale), -4.5 + v * scale)
    }
    switch style {
    case .round, .none: return .circle(at(0, 0), 14.5 * scale)
    case .rectangular:
      return .loop([
        at(-14, -8), at(-9, -9.5), at(9, -9.5), at(15, -8.5), at(15.5, 0), at(14, 8), at(8, 10),
        at(-8, 10), at(-13, 8), at(-14.5, 0),
      ])
    case .halfRim:
      return .loop([
        at(-14, -6), at(-8, -9), at(7, -9.5), at(15, -8), at(14.5, 2), at(8, 9), at(-6, 9.5),
        at(-13, 4),
      ])
    case .catEye:
      return .loop([
        at(-14, -5), at(-6, -8.5), at(8, -11), at(18, -14), at(15.5, 0), at(9, 9.5), at(-5, 10),
        at(-13, 5),
      ])
    case .aviator:
      return .loop([
        at(-13.5, -9), at(0, -11), at(14.5, -9.5), at(15.5, -2), at(10, 11), at(1, 15), at(-8, 11),
        at(-13.5, 1),
      ])
    }
  }

  private func upperRim(side: Double) -> FacePath {
    .line(through: [
      FacePoint(side * 6.5, -3), FacePoint(side * 8, -11), FacePoint(side * 14, -14),
      FacePoint(side * 29, -14.4), FacePoint(side * 37, -12.5), FacePoint(side * 37.5, -4),
    ])
  }
}
