import FacetTensor

/// Moles and freckles.
extension FaceScene {
  func drawMoles() {
    let freckle = skin.mixed(Ink(hex: 0x8A4A22), 0.6)
    var stream = RandomStream(seed: code.moles.freckleSeed, 0xF4EC)
    var freckles = FacePath()
    for _ in 0..<code.moles.freckles {
      let side = stream.happens(0.5) ? 1.0 : -1
      let center = FacePoint(side * stream.number(3, 38), stream.number(6, 26))
      freckles.append(.circle(center, stream.number(0.75, 1.25)))
    }
    if code.moles.freckles > 0 {
      canvas.fill(freckles, .solid(freckle.opacity(0.72)), as: .moles)
    }
    for mole in code.moles.moles {
      let center = FacePoint(mole.x, mole.y)
      canvas.fill(
        .circle(center, mole.radius),
        .radial(
          center + canvas.light * (mole.radius * 0.4), mole.radius * 1.4,
          [(0, skin.mixed(Ink(hex: 0x4A2A1C), 0.72)), (1, skin.mixed(Ink(hex: 0x2A1510), 0.85))]),
        as: .moles)
    }
  }
}
