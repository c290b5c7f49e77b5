/// Eyebrows.
extension FaceScene {
  func drawBrow(_ brow: BrowCode, _ side: FaceSide) {
    let raise = variation.expression.browRaise
    let inner = 8.6 + 1.6 * brow.spacing
    let length = 26 + 3 * brow.length
    let y = -23.5 - 2 * brow.height - 4.2 * raise
    let thick = 4.1 + 1.7 * brow.thickness
    let arch = 3.6 + 2.2 * brow.arch
    let slant = 2.2 + 2 * brow.slant
    // A frown draws the inner ends down and together.
    let frown = max(0, -raise) * 3
    func at(_ t: Double, _ v: Double) -> FacePoint {
      FacePoint(
        side.sign * (inner - frown * 0.5 + length * t), y + v - slant * t + frown * (1 - t))
    }
    func bend(_ t: Double) -> Double { -arch * 4 * t * (1 - t) * (0.6 + 0.5 * t) }
    let stations = [0.08, 0.3, 0.55, 0.8]
    var path = FacePath(from: at(0, thick * 0.2))
    path.spline(
      stations.map { at($0, bend($0) - thick * (0.62 - 0.32 * $0)) } + [at(1, 2.2)])
    path.spline(
      stations.reversed().map { at($0, bend($0) + thick * (0.46 - 0.34 * $0)) }
        + [at(0, thick * 0.2)])
    path.close()
    let part: FacePart = side == .left ? .leftBrow : .rightBrow
    let ink = brow.color.ink
    canvas.fill(
      path,
      .linear(
        at(0, 0), at(1, 0),
        [(0, ink.opacity(0.72)), (0.25, ink.opacity(0.95)), (1, ink.darker(0.12).opacity(0.9))]),
      as: part)
    canvas.clipped(to: path) {
      var hairs = FacePath()
      for k in 0..<9 {
        let t = 0.04 + 0.1 * Double(k)
        hairs.move(to: at(t, bend(t) + thick * 0.4))
        hairs.line(to: at(t + 0.09, bend(t + 0.09) - thick * 0.5))
      }
      let strand = ink.luma < 0.3 ? ink.lighter(0.3) : ink.darker(0.35)
      canvas.stroke(hairs, width: 0.8, strand.opacity(0.4), as: nil)
    }
  }
}
