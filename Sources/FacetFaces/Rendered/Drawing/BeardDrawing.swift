import FacetTensor

/// Beards, below the mouth, and moustaches, drawn over the upper lip.
extension FaceScene {
  func drawBeard() {
    let beard = code.beard
    let ink = beard.color.ink
    let grow = 1.5 + 6.5 * beard.length
    switch beard.style {
    case .none, .moustache: break
    case .stubble:
      hair(
        of: jawRegion(grow: -0.5, lip: 32.5), ink.mixed(skin, 0.35).opacity(0.34), strands: false)
    case .full:
      hair(of: jawRegion(grow: grow, lip: 33), ink.opacity(0.97), strands: true)
    case .chinCurtain:
      hair(of: jawRegion(grow: grow, lip: 51), ink.opacity(0.97), strands: true)
    case .goatee:
      let b = head.bottom + grow
      let right = [
        FacePoint(7, 48.5), FacePoint(15, 51), FacePoint(14, b - 9), FacePoint(6, b - 1),
      ]
      hair(
        of: .loop([FacePoint(0, 47.5)] + right + [FacePoint(0, b)] + right.mirrored),
        ink.opacity(0.97), strands: true)
    }
  }

  func drawMoustache() {
    let beard = code.beard
    guard [.moustache, .full, .goatee].contains(beard.style) else { return }
    let y = 32.6
    let w = 15 + 3.5 * beard.length
    let drop = beard.style == .moustache ? 3 + 3 * beard.length : 8
    let smile = variation.expression.smile * 2
    var path = FacePath(from: FacePoint(0, y - 2.6))
    path.spline([
      FacePoint(w * 0.45, y - 3.6), FacePoint(w * 0.85, y), FacePoint(w + 2, y + drop - smile),
    ])
    path.spline([
      FacePoint(w * 0.7, y + 4 - smile * 0.5), FacePoint(w * 0.3, y + 3.2), FacePoint(0, y + 2.2),
    ])
    path.spline([
      FacePoint(-w * 0.3, y + 3.2), FacePoint(-w * 0.7, y + 4 - smile * 0.5),
      FacePoint(-w - 2, y + drop - smile),
    ])
    path.spline([
      FacePoint(-w * 0.85, y), FacePoint(-w * 0.45, y - 3.6), FacePoint(0, y - 2.6),
    ])
    path.close()
    hair(of: path, beard.color.ink.opacity(0.97), strands: true)
  }

  /// Cheeks, jaw and chin, from sideburn to sideburn, with its upper edge at the height `lip`.
  private func jawRegion(grow: Double, lip: Double) -> FacePath {
    let h = head
    let curtain = lip > 40
    let outer = [
      FacePoint(h.width + min(grow, 1) * 0.6, -4), FacePoint(h.cheek + grow * 0.2, 14),
      FacePoint(h.jaw + grow * 0.45, h.bottom - 24),
      FacePoint(h.chin + 2 + grow * 0.5, h.bottom - 3 + grow * 0.7),
      FacePoint(0, h.bottom + grow),
    ]
    let inner = [
      FacePoint(curtain ? 9 : 9, lip - 1), FacePoint(curtain ? 24 : 18, lip + 1),
      FacePoint(h.jaw - (curtain ? 10 : 12), curtain ? 34 : 30.5), FacePoint(h.cheek - 5.5, 13),
    ]
    var path = FacePath(from: outer[0])
    path.spline(Array(outer.dropFirst()) + outer.dropLast().map { $0 }.mirrored)
    path.line(to: FacePoint(-h.width + 3.5, -6))
    path.spline(inner.mirrored + [FacePoint(0, lip)] + inner + [FacePoint(h.width - 3.5, -6)])
    path.close()
    return path
  }

  private func hair(of path: FacePath, _ ink: Ink, strands: Bool) {
    canvas.fill(path, .solid(ink), as: .beard)
    canvas.clipped(to: path) {
      canvas.glow(FacePoint(0, 38) + canvas.light * 20, 40, ink.lighter(0.3).opacity(0.22))
      guard strands else { return }
      var stream = RandomStream(seed: 0xBEA4D, 1)
      var dark = FacePath()
      var bright = FacePath()
      for k in 0..<90 {
        let x = stream.number(-52, 52)
        let y = stream.number(-4, 76)
        let from = FacePoint(x, y)
        let to = FacePoint(x * 0.96, y + 6)
        if k % 2 == 0 {
          dark.move(to: from)
          dark.line(to: to)
        } else {
          bright.move(to: from)
          bright.line(to: to)
        }
      }
      canvas.stroke(dark, width: 1, ink.darker(0.45).opacity(0.35), as: nil, round: false)
      canvas.stroke(bright, width: 0.9, ink.lighter(0.35).opacity(0.3), as: nil, round: false)
    }
  }
}
