/// Neck, ears and the skin of the head.
extension FaceScene {
  func drawNeck() {
    let w = head.jaw * 0.62
    var neck = FacePath(from: FacePoint(-w, 20))
    neck.spline([FacePoint(-w, 50), FacePoint(-w - 1, 74), FacePoint(-w - 16, 92)])
    neck.line(to: FacePoint(-w - 16, 140))
    neck.line(to: FacePoint(w + 16, 140))
    neck.line(to: FacePoint(w + 16, 92))
    neck.spline([FacePoint(w + 1, 74), FacePoint(w, 50), FacePoint(w, 20)])
    neck.close()
    canvas.fill(neck, .solid(skin.shaded(0.08)), as: .neck, at: .plane(-18))
    canvas.clipped(to: neck, at: .plane(-18)) {
      // The shadow of the head on the neck.
      canvas.fill(
        head.outline.shifted(0, 11), .solid(shadow(0.5)), as: nil, at: .plane(-8))
      canvas.glow(FacePoint(-w, 80), 26, shadow(0.3), at: .plane(-18))
      canvas.glow(FacePoint(w, 80), 26, shadow(0.3), at: .plane(-18))
    }
  }

  func drawEars() {
    let size = 1 + 0.16 * code.ears.size
    let out = 2.2 + 2.2 * code.ears.stance
    for side in [-1.0, 1] {
      func at(_ u: Double, _ v: Double) -> FacePoint {
        FacePoint(side * (head.width - 4 + (u + out) * size), 4 + v * size)
      }
      let ear = FacePath.loop([
        at(-4, -14), at(3, -18.5), at(8, -15), at(8.6, -6), at(6, 4), at(4, 13), at(-1, 15),
        at(-5, 9),
      ])
      canvas.fill(
        ear, .linear(at(-4, 0), at(9, 0), [(0, skin.shaded(0.22)), (1, skin.shaded(0.03))]),
        as: .ears, at: .plane(-8))
      let inner = FacePath.line(through: [
        at(1, -12.5), at(4.6, -11.5), at(5.2, -5), at(2.6, 1), at(2.2, 7),
      ])
      canvas.stroke(inner, width: 2 * size, line(0.45), as: nil, at: .plane(-8))
      if let ring = code.ears.ring {
        canvas.stroke(
          .circle(at(2, 18.5), 3.2), width: 1.7, ring.ink, as: .ears, at: .plane(-8))
      }
    }
  }

  func drawHead() {
    let outline = head.outline
    canvas.fill(
      outline,
      .linear(
        FacePoint(0, -60), FacePoint(0, head.bottom),
        [(0, skin.lighter(0.07)), (0.55, skin), (1, skin.shaded(0.09))]),
      as: .skin, at: .outline)
    canvas.clipped(to: outline, at: .outline) {
      drawForm()
      drawCheeks()
      drawAge()
      // The darker edge by which the head stands out from its neck.
      canvas.stroke(outline, width: 2.4, shadow(0.35), as: nil, at: .outline)
    }
  }

  /// Light on one side of the head, shadow on the other.
  private func drawForm() {
    let light = canvas.light
    let strength = 0.22 + 0.4 * variation.light.contrast
    canvas.fill(
      .circle(FacePoint(0, 0), 120),
      .radial(
        FacePoint(0, -4) + light * 22, 92,
        [
          (0, shadow(0)), (0.5, shadow(0.03)), (0.72, shadow(strength * 0.5)),
          (1, shadow(strength * 1.5)),
        ]), as: nil, at: .outline)
    canvas.glow(FacePoint(0, -38) + light * 12, 34, skin.lighter(0.45).opacity(0.4))
    canvas.glow(FacePoint(0, head.bottom - 8), 15, skin.lighter(0.35).opacity(0.3))
    // The hollows of the eyes, below the lip and under the cheekbones.
    for side in [-1.0, 1] {
      canvas.glow(FacePoint(side * 17, -8), 19, shadow(0.22))
      canvas.glow(FacePoint(side * 35, 32), 22, shadow(0.16 - 0.1 * code.head.cheek))
      canvas.glow(FacePoint(side * 28, 14), 16, skin.lighter(0.4).opacity(0.3))
    }
    canvas.glow(FacePoint(0, 53), 12, shadow(0.2))
  }

  private func drawCheeks() {
    let red = skin.mixed(Ink(hex: 0xD8434A), 0.6)
    let smile = max(variation.expression.smile, 0)
    for side in [-1.0, 1] {
      canvas.glow(
        FacePoint(side * 29, 22 - 3 * smile), 17, red.opacity(0.14 + 0.38 * code.head.blush))
    }
  }

  private func drawAge() {
    let age = code.head.age
    let expression = variation.expression
    let fold = max(0, age - 0.35) * 0.7 + max(0, expression.smile) * 0.28
    for side in [-1.0, 1] {
      canvas.stroke(
        .line(through: [
          FacePoint(side * 13, 24), FacePoint(side * 19.5, 31), FacePoint(side * 21.5, 40),
        ]), width: 1.5, line(min(fold, 0.5)), as: nil)
      guard age > 0.4 else { continue }
      let ink = line((age - 0.4) * 0.7)
      canvas.stroke(
        .line(through: [
          FacePoint(side * 11, 3.5), FacePoint(side * 19, 8), FacePoint(side * 28, 6.5),
        ]), width: 1.4, ink, as: nil)
      for k in [-1.0, 0, 1] {
        canvas.stroke(
          .line(through: [
            FacePoint(side * 36, -5 + 2 * k), FacePoint(side * 42, -5.5 + 4.5 * k),
          ]), width: 1.1, ink, as: nil)
      }
    }
    let raised = max(0, expression.browRaise) * 0.25
    let forehead = max(0, age - 0.5) * 0.8 + raised * age
    guard forehead > 0.04 else { return }
    for k in 0..<3 {
      let y = -36 - 6 * Double(k)
      let w = 20 - 3 * Double(k)
      canvas.stroke(
        .line(through: [
          FacePoint(-w, y + 1.5), FacePoint(-w / 2, y), FacePoint(0, y + 0.8), FacePoint(w / 2, y),
          FacePoint(w, y + 1.5),
        ]), width: 1.2, line(min(forehead, 0.4)), as: nil)
    }
  }
}
