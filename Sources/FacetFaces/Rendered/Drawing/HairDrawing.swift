import FacetTensor
import Foundation

/// Hair, behind the head and before it.
extension FaceScene {
  private var hairInk: Ink { code.hair.color.ink }

  func drawHairBehind() {
    let shape = HairShape(code.hair, on: head)
    guard let path = shape.behind else { return }
    let ink = hairInk
    let depth = FaceDepth.plane(-22)
    canvas.fill(
      path,
      .linear(
        FacePoint(0, -90), FacePoint(0, 90),
        [(0, ink.lighter(0.04)), (0.35, ink.darker(0.22)), (1, ink.darker(0.34))]),
      as: .hair, at: depth)
    canvas.clipped(to: path, at: depth) {
      canvas.glow(
        FacePoint(0, -66) + canvas.light * 26, 52, ink.lighter(0.35).opacity(0.4), at: depth)
      if shape.texture == .curly {
        drawCurls(center: FacePoint(0, -27), spread: 78, at: depth)
      } else {
        drawFalls(at: depth)
      }
    }
  }

  func drawHair() {
    let shape = HairShape(code.hair, on: head)
    guard let path = shape.front else { return }
    let ink = hairInk.mixed(skin, shape.sheer * 0.5).opacity(1 - shape.sheer)
    canvas.clipped(to: head.outline, at: .outline) {
      canvas.fill(path.shifted(0, 2.4), .solid(shadow(0.28)), as: nil)
    }
    canvas.fill(
      path,
      .linear(
        FacePoint(0, -92), FacePoint(0, 96),
        [(0, ink.lighter(0.1)), (0.3, ink), (1, ink.darker(0.26))]),
      as: .hair)
    canvas.clipped(to: path) {
      let shine = ink.lighter(ink.luma < 0.25 ? 0.36 : 0.5)
      canvas.glow(FacePoint(0, -62) + canvas.light * 22, 44, shine.opacity(0.5))
      canvas.glow(
        FacePoint(0, -40) - canvas.light * 52, 48, ink.darker(0.6).opacity(0.35))
      switch shape.texture {
      case .along, .across:
        if !shape.strands.isEmpty {
          drawStrands(shape.strands)
        } else if let flow = shape.flow {
          drawStrands(flow, along: shape.texture == .along)
        }
      case .curly: drawCurls(center: FacePoint(0, -40), spread: 62, at: .surface(0))
      case .cropped: drawStubble()
      }
    }
  }

  private var darkStrand: Ink { hairInk.darker(0.5).opacity(0.3) }
  private var brightStrand: Ink {
    hairInk.lighter(hairInk.luma < 0.25 ? 0.3 : 0.42).opacity(0.34)
  }

  private func drawStrands(_ strands: [FacePath]) {
    var dark = FacePath()
    var bright = FacePath()
    for (k, strand) in strands.enumerated() {
      if k % 2 == 0 { dark.append(strand) } else { bright.append(strand) }
    }
    canvas.stroke(dark, width: 1.5, darkStrand, as: nil, round: false)
    canvas.stroke(bright, width: 1.2, brightStrand, as: nil, round: false)
  }

  private func drawStrands(_ flow: (outer: [FacePoint], inner: [FacePoint]), along: Bool) {
    let count = along ? 14 : 26
    let (outer, inner) = (resampled(flow.outer, count), resampled(flow.inner, count))
    if along {
      drawStrands(
        [0.14, 0.28, 0.42, 0.56, 0.7, 0.86].map { f in
          .line(through: zip(outer, inner).map { $0 + ($1 - $0) * f })
        })
    } else {
      drawStrands(
        (1..<count - 1).map { k in
          let (foot, top) = (inner[k], outer[k])
          let lean = FacePoint((top.y - foot.y) * 0.16, 0)
          var strand = FacePath(from: foot)
          strand.curve(
            foot + (top - foot) * 0.35 + lean, foot + (top - foot) * 0.7 + lean,
            to: foot + (top - foot) * 0.96)
          return strand
        })
    }
  }

  /// `count` points at equal distances along a polyline.
  private func resampled(_ points: [FacePoint], _ count: Int) -> [FacePoint] {
    var lengths = [0.0]
    for i in 1..<points.count {
      let d = points[i] - points[i - 1]
      lengths.append(lengths[i - 1] + (d * d).sum().squareRoot())
    }
    let total = lengths[points.count - 1]
    var segment = 1
    return (0..<count).map { k in
      let place = total * Double(k) / Double(count - 1)
      while segment < points.count - 1, lengths[segment] < place { segment += 1 }
      let span = max(lengths[segment] - lengths[segment - 1], 1e-9)
      let t = min(1, (place - lengths[segment - 1]) / span)
      return points[segment - 1] + (points[segment] - points[segment - 1]) * t
    }
  }

  /// Strands of the hair behind, straight down.
  private func drawFalls(at depth: FaceDepth) {
    var dark = FacePath()
    for k in -7...7 {
      let x = Double(k) * 8.5
      dark.append(
        .line(through: [
          FacePoint(x * 0.7, -70), FacePoint(x, -10), FacePoint(x * 1.03, 50), FacePoint(x, 110),
        ]))
    }
    canvas.stroke(dark, width: 1.4, darkStrand, as: nil, at: depth, round: false)
  }

  private func drawCurls(center: FacePoint, spread: Double, at depth: FaceDepth) {
    var stream = RandomStream(seed: 0xC0415, 2)
    var dark = FacePath()
    var bright = FacePath()
    for k in 0..<56 {
      let turn = stream.number(0, 360)
      let radius = spread * stream.number(0.2, 1)
      let place = center + radius * FacePoint.direction(Double(k) * 137.5)
      let size = stream.number(2.2, 4)
      let arc = [0.0, 70, 140, 210].map { step in
        place + size * FacePoint.direction(turn + step)
      }
      if k % 2 == 0 { dark.append(.line(through: arc)) } else { bright.append(.line(through: arc)) }
    }
    canvas.stroke(dark, width: 1.3, darkStrand, as: nil, at: depth, round: false)
    canvas.stroke(bright, width: 1.1, brightStrand, as: nil, at: depth, round: false)
  }

  private func drawStubble() {
    var stream = RandomStream(seed: 0x57B1E, 3)
    var dots = FacePath()
    for _ in 0..<110 {
      let p = FacePoint(stream.number(-54, 54), stream.number(-72, 8))
      dots.move(to: p)
      dots.line(to: p + FacePoint(0.6, 1.4))
    }
    canvas.stroke(dots, width: 0.9, darkStrand, as: nil, round: false)
  }
}
