/// The nose: mostly light and shadow, within an outline that is its mask.
extension FaceScene {
  func drawNose() {
    let nose = code.nose
    let tip = 20 + 2.6 * nose.length
    let half = 10.2 + 2.2 * nose.width
    let bridge = 4 + 1.1 * nose.bridge
    let round = 1 + 0.22 * nose.tip
    func at(_ x: Double, _ y: Double) -> FacePoint { FacePoint(x, y) }
    let right = [
      at(bridge, -9), at(bridge + 0.4, 2), at(bridge + 1.6, tip - 10), at(half, tip - 4),
      at(half + 0.6, tip + 1.5), at(half * 0.62, tip + 5.2),
    ]
    let region = FacePath.loop(right + [at(0, tip + 7)] + right.mirrored)
    canvas.claim(region, for: .nose, at: .surface(6))
    // Both the region and what lies on it stand before the face, so a turned head shows them
    // displaced; a removed nose leaves the plain skin.
    let lit = canvas.light.x >= 0 ? 1.0 : -1
    let contrast = variation.light.contrast
    canvas.clipped(to: region, at: .surface(6)) {
      canvas.fill(
        region,
        .linear(
          at(-lit * (half + 1), 0), at(lit * (half + 1), 0),
          [
            (0, shadow(0.3 + 0.3 * contrast)), (0.32, shadow(0.22 + 0.25 * contrast)),
            (0.48, skin.lighter(0.4).opacity(0.25)), (0.6, shadow(0)), (1, shadow(0.16)),
          ]), as: nil, at: .surface(9))
      canvas.glow(at(0, tip + 8), half * 1.15, shadow(0.55), at: .surface(9))
      canvas.glow(
        at(lit * 1.2, tip - 3), 6.4 * round, skin.lighter(0.55).opacity(0.62), at: .surface(13))
      canvas.glow(at(lit * 0.8, 2), 4.5, skin.lighter(0.5).opacity(0.4), at: .surface(9))
      for side in [-1.0, 1] {
        canvas.fill(
          .ellipse(at(side * half * 0.46, tip + 2.7), 2.5, 1.5, angle: side * 0.35),
          .solid(line(0.85)), as: nil, at: .surface(8))
        canvas.stroke(
          .line(through: [
            at(side * half * 0.72, tip - 5.5), at(side * (half - 0.9), tip - 1.5),
            at(side * half * 0.8, tip + 3),
          ]), width: 1.3, line(0.42), as: nil, at: .surface(7))
      }
      canvas.stroke(
        .line(through: [
          at(-half * 0.3, tip + 3.4), at(0, tip + 4.6 + 0.6 * round), at(half * 0.3, tip + 3.4),
        ]), width: 1.2, line(0.4), as: nil, at: .surface(9))
    }
  }
}
