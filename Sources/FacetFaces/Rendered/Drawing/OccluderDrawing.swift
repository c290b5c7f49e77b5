/// What stands before the face in some photos.
extension FaceScene {
  private var cloth: Ink { variation.occluder.color.ink }

  func drawOccluder() {
    switch variation.occluder.style {
    case .none: break
    case .hand: drawHand()
    case .mask: drawMask()
    case .scarf: drawScarf()
    case .sunglasses: drawSunglasses()
    case .hat: drawHat()
    case .bar: drawBar()
    }
  }

  private func cover(
    _ path: FacePath, _ paint: Paint, at depth: FaceDepth = .surface(4), edge: Ink? = nil
  ) {
    canvas.fill(path, paint, as: .occluder, at: depth)
    if let edge { canvas.stroke(path, width: 1.2, edge, as: .occluder, at: depth) }
  }

  private func drawMask() {
    let h = head
    let right = [
      FacePoint(14, 12), FacePoint(h.cheek - 7, 17), FacePoint(h.jaw - 1, h.bottom - 25),
      FacePoint(h.chin + 6, h.bottom - 2),
    ]
    let path = FacePath.loop(
      [FacePoint(0, 8)] + right + [FacePoint(0, h.bottom + 3)] + right.mirrored)
    for side in [-1.0, 1] {
      for (from, to) in [(18.0, -8.0), (h.bottom - 26, 14.0)] {
        canvas.stroke(
          .line(through: [
            FacePoint(side * (h.cheek - 6), from), FacePoint(side * (h.width + 4), to),
          ]), width: 1.6, cloth.lighter(0.45), as: .occluder, at: .surface(0))
      }
    }
    cover(
      path,
      .linear(
        FacePoint(0, 8), FacePoint(0, h.bottom),
        [(0, cloth.lighter(0.28)), (0.4, cloth.lighter(0.12)), (1, cloth.darker(0.2))]),
      edge: cloth.darker(0.25))
    canvas.clipped(to: path, at: .surface(4)) {
      for k in 0..<3 {
        let y = 27 + 11 * Double(k)
        canvas.stroke(
          .line(through: [
            FacePoint(-44, y - 3), FacePoint(-18, y + 1), FacePoint(0, y + 2),
            FacePoint(18, y + 1), FacePoint(44, y - 3),
          ]), width: 1.3, cloth.darker(0.4).opacity(0.45), as: nil, at: .surface(4))
      }
    }
  }

  private func drawScarf() {
    let w = head.width
    let right = [
      FacePoint(22, 42), FacePoint(w - 2, 36), FacePoint(w + 12, 52), FacePoint(w + 14, 84),
      FacePoint(30, 104),
    ]
    let path = FacePath.loop(
      [FacePoint(0, 45)] + right + [FacePoint(0, 108)] + right.mirrored)
    cover(
      path,
      .linear(
        FacePoint(0, 36), FacePoint(0, 108),
        [(0, cloth.lighter(0.16)), (0.4, cloth), (1, cloth.darker(0.35))]), at: .surface(2),
      edge: cloth.darker(0.3))
    canvas.clipped(to: path, at: .surface(2)) {
      for k in 0..<4 {
        let y = 54 + 14 * Double(k)
        canvas.stroke(
          .line(through: [
            FacePoint(-70, y - 12), FacePoint(-20, y), FacePoint(24, y + 3),
            FacePoint(70, y - 8),
          ]), width: 2, cloth.darker(0.5).opacity(0.4), as: nil, at: .surface(2))
      }
    }
  }

  private func drawSunglasses() {
    let frame = Ink(hex: 0x17171B)
    for side in [-1.0, 1] {
      let lens = FacePath.loop([
        FacePoint(side * 5, -12), FacePoint(side * 14, -16), FacePoint(side * 34, -16),
        FacePoint(side * 40, -12), FacePoint(side * 38, 4), FacePoint(side * 28, 12),
        FacePoint(side * 14, 10), FacePoint(side * 6, 2),
      ])
      canvas.stroke(
        .line(through: [FacePoint(side * 38, -11), FacePoint(side * (head.width + 1), -9)]),
        width: 3, frame, as: .occluder, at: .surface(2))
      cover(
        lens,
        .linear(
          FacePoint(0, -16), FacePoint(0, 12),
          [(0, frame), (1, cloth.darker(0.55).mixed(frame, 0.4))]
        ), at: .surface(6), edge: frame)
      canvas.clipped(to: lens, at: .surface(6)) {
        canvas.fill(
          .polygon([
            FacePoint(side * 21 - 2, -18), FacePoint(side * 21 + 5, -18),
            FacePoint(side * 21 - 5, 14), FacePoint(side * 21 - 12, 14),
          ]), .solid(Ink.white.opacity(0.16)), as: nil, at: .surface(6))
      }
    }
    canvas.stroke(
      .line(through: [FacePoint(-7, -11), FacePoint(0, -13), FacePoint(7, -11)]), width: 3.4,
      frame, as: .occluder, at: .surface(8))
  }

  private func drawHat() {
    let w = head.width
    let cap = head.cap(side: 7, up: 15, end: -32)
    var crown = FacePath(from: cap[0])
    crown.spline(Array(cap.dropFirst()))
    crown.spline([FacePoint(w * 0.5, -37), FacePoint(0, -39), FacePoint(-w * 0.5, -37), cap[0]])
    crown.close()
    cover(
      crown,
      .linear(
        FacePoint(0, -86), FacePoint(0, -34),
        [(0, cloth.lighter(0.2)), (0.6, cloth), (1, cloth.darker(0.2))]), at: .outline)
    var rib = FacePath(from: FacePoint(-w - 8, -29))
    rib.spline([
      FacePoint(-w * 0.5, -35), FacePoint(0, -37), FacePoint(w * 0.5, -35), FacePoint(w + 8, -29),
    ])
    canvas.stroke(rib.shifted(0, -5), width: 13, cloth.darker(0.22), as: .occluder, at: .outline)
    var ribs = FacePath()
    for k in -8...8 {
      let x = Double(k) * w / 8
      ribs.move(to: FacePoint(x, -48 + 0.06 * abs(x)))
      ribs.line(to: FacePoint(x, -36 + 0.1 * abs(x)))
    }
    canvas.stroke(ribs, width: 1.3, cloth.darker(0.5).opacity(0.6), as: .occluder, at: .outline)
  }

  /// A hand that comes into the picture at some side and covers a part of the face.
  private func drawHand() {
    let skin = cloth
    let angle = 360 * variation.occluder.place
    let direction = FacePoint.direction(angle)
    let (c, s) = (direction.x, direction.y)
    // The hand points along -x in its own frame, its palm 62 units from the middle of the face.
    func at(_ u: Double, _ v: Double) -> FacePoint {
      let (x, y) = (62 + u, v)
      return FacePoint(c * x - s * y, 6 + s * x + c * y)
    }
    let edge = skin.shaded(0.55)
    let arm = FacePath.polygon([at(8, -15), at(130, -20), at(130, 20), at(8, 15)])
    cover(arm, .solid(skin.shaded(0.08)), at: .outline, edge: edge)
    let palm = FacePath.loop([
      at(-20, -19), at(4, -22), at(22, -14), at(22, 14), at(4, 22), at(-20, 19),
    ])
    cover(palm, .solid(skin.shaded(0.04)), at: .outline)
    for (k, reach) in [38.0, 46, 44, 34].enumerated() {
      let v = -15 + 10 * Double(k)
      let spread = (Double(k) - 1.5) * 2.4
      let finger = FacePath.line(through: [
        at(-8, v), at(-14 - reach * 0.4, v + spread * 0.5), at(-12 - reach, v + spread),
      ])
      canvas.stroke(finger, width: 9.6, edge, as: .occluder, at: .outline)
      canvas.stroke(finger, width: 7.8, skin, as: .occluder, at: .outline)
      canvas.fill(
        .circle(at(-13 - reach, v + spread), 2.1), .solid(skin.lighter(0.35)), as: .occluder,
        at: .outline)
    }
    let thumb = FacePath.line(through: [at(10, 16), at(-8, 28), at(-26, 31)])
    canvas.stroke(thumb, width: 11, edge, as: .occluder, at: .outline)
    canvas.stroke(thumb, width: 9.2, skin, as: .occluder, at: .outline)
  }

  /// A plain bar across a part of the face, as if something passed before the camera.
  private func drawBar() {
    let angle = 360 * variation.occluder.place
    let direction = FacePoint.direction(angle)
    let (c, s) = (direction.x, direction.y)
    func at(_ u: Double, _ v: Double) -> FacePoint {
      FacePoint(c * u - s * v, s * u + c * v)
    }
    cover(
      .polygon([at(-300, 16), at(300, 16), at(300, 46), at(-300, 46)]),
      .linear(
        at(0, 16), at(0, 46), [(0, cloth.lighter(0.15)), (0.5, cloth), (1, cloth.darker(0.3))]),
      at: .outline)
  }
}
