/// Shoulders in what the person wears that day.
extension FaceScene {
  private var cloth: Ink { variation.clothing.color.ink }
  private var torso: FaceDepth { .plane(-18) }

  /// The part of a hood that is behind the neck.
  func drawHood() {
    guard variation.clothing.style == .hood else { return }
    let right = [FacePoint(28, 60), FacePoint(50, 72), FacePoint(58, 98)]
    canvas.fill(
      .loop([FacePoint(0, 57)] + right + [FacePoint(0, 110)] + right.mirrored),
      .solid(cloth.darker(0.32)), as: .clothing, at: torso)
  }

  func drawClothing() {
    let style = variation.clothing.style
    let body = shoulders(style)
    canvas.fill(
      body,
      .linear(
        FacePoint(0, 76), FacePoint(0, 150),
        [(0, cloth.lighter(0.08)), (0.5, cloth), (1, cloth.darker(0.25))]),
      as: .clothing, at: torso)
    canvas.clipped(to: body, at: torso) {
      canvas.glow(FacePoint(0, 84), 46, cloth.darker(0.7).opacity(0.35), at: torso)
      for side in [-1.0, 1] {
        canvas.stroke(
          .line(through: [
            FacePoint(side * 60, 112), FacePoint(side * 66, 140), FacePoint(side * 64, 180),
          ]), width: 1.8, cloth.darker(0.5).opacity(0.5), as: nil, at: torso)
      }
    }
    let trim = cloth.luma > 0.6 ? cloth.darker(0.16) : cloth.lighter(0.2)
    switch style {
    case .crew, .hood:
      canvas.stroke(.line(through: neckline(style)), width: 4.2, trim, as: .clothing, at: torso)
    case .vNeck:
      var line = FacePath(from: neckline(style)[0])
      for point in neckline(style).dropFirst() { line.line(to: point) }
      canvas.stroke(line, width: 3.4, trim, as: .clothing, at: torso)
    case .shirt:
      for side in [-1.0, 1] {
        let collar = FacePath.polygon([
          FacePoint(side * 27, 76), FacePoint(side * 36, 90), FacePoint(side * 18, 108),
          FacePoint(0, 100),
        ])
        canvas.fill(collar, .solid(trim), as: .clothing, at: torso)
        canvas.stroke(
          collar, width: 1, cloth.darker(0.45).opacity(0.6), as: .clothing, at: torso)
      }
    }
  }

  private func neckline(_ style: FaceClothing.Style) -> [FacePoint] {
    switch style {
    case .crew, .hood:
      [
        FacePoint(-34, 82), FacePoint(-20, 93), FacePoint(0, 97), FacePoint(20, 93),
        FacePoint(34, 82),
      ]
    case .vNeck: [FacePoint(-31, 82), FacePoint(0, 118), FacePoint(31, 82)]
    case .shirt: [FacePoint(-30, 80), FacePoint(0, 101), FacePoint(30, 80)]
    }
  }

  private func shoulders(_ style: FaceClothing.Style) -> FacePath {
    let line = neckline(style)
    var path = FacePath(from: line[0])
    if style == .crew || style == .hood {
      path.spline(Array(line.dropFirst()))
    } else {
      for point in line.dropFirst() { path.line(to: point) }
    }
    path.spline([FacePoint(62, 95), FacePoint(98, 108), FacePoint(116, 150), FacePoint(126, 300)])
    path.line(to: FacePoint(-126, 300))
    path.spline([
      FacePoint(-116, 150), FacePoint(-98, 108), FacePoint(-62, 95), line[0],
    ])
    path.close()
    return path
  }
}
