import FacetTensor

/// What is behind the person; it doesn't move with the pose.
extension FaceScene {
  private var screen: FacePath { .rectangle(-101...101, -101...101) }

  /// - Parameter removed: whether to draw an even grey instead.
  func drawBackground(removed: Bool) {
    let scale = Double(canvas.colors.width) / 200
    canvas.setTransform(
      x: FacePoint(scale, 0), y: FacePoint(0, scale), origin: FacePoint(100, 100) * scale)
    let (first, second) = (variation.background.first.ink, variation.background.second.ink)
    if removed { return paint(.solid(Ink(0.5, 0.5, 0.5))) }
    switch variation.background.style {
    case .plain: paint(.solid(first))
    case .gradient:
      paint(.linear(FacePoint(-40, -100), FacePoint(40, 100), [(0, first), (1, second)]))
    case .spotlight:
      paint(
        .radial(FacePoint(-20, -30), 150, [(0, first.lighter(0.25)), (0.5, first), (1, second)]))
    case .stripes: drawStripes(first, second)
    case .shapes: drawShapes(first, second)
    case .outdoors: drawOutdoors(first)
    case .room: drawRoom(first, second)
    }
  }

  private func paint(_ paint: Paint) {
    canvas.fill(screen, paint, as: .background, at: .outline)
  }

  private func add(_ path: FacePath, _ ink: Ink) {
    canvas.fill(path, .solid(ink), as: nil, at: .outline)
  }

  private var stream: RandomStream { RandomStream(seed: variation.background.seed, 0xBAC6) }

  private func drawStripes(_ first: Ink, _ second: Ink) {
    paint(.solid(first))
    var stream = stream
    let angle = stream.number(0, 180)
    let step = stream.number(16, 40)
    let (along, across) = (
      FacePoint.direction(angle), FacePoint.direction(angle + 90)
    )
    var lines = FacePath()
    var offset = -150.0
    while offset < 150 {
      lines.move(to: across * offset - along * 160)
      lines.line(to: across * offset + along * 160)
      offset += step
    }
    canvas.stroke(lines, width: step * 0.45, second.opacity(0.7), as: nil, at: .outline)
  }

  /// Lights out of focus.
  private func drawShapes(_ first: Ink, _ second: Ink) {
    paint(
      .linear(
        FacePoint(0, -100), FacePoint(0, 100), [(0, second.darker(0.35)), (1, first.darker(0.3))]))
    var stream = stream
    for k in 0..<11 {
      let center = FacePoint(stream.number(-100, 100), stream.number(-100, 70))
      let radius = stream.number(12, 34)
      let ink = (k % 2 == 0 ? first : second).lighter(0.3)
      canvas.fill(
        .circle(center, radius),
        .radial(
          center, radius,
          [(0, ink.opacity(0.5)), (0.8, ink.opacity(0.55)), (1, ink.opacity(0))]),
        as: nil, at: .outline)
    }
  }

  private func drawOutdoors(_ first: Ink) {
    var stream = stream
    let sky = Ink(hex: 0x8FC3E8).mixed(first, 0.25)
    paint(.linear(FacePoint(0, -100), FacePoint(0, 40), [(0, sky), (1, sky.lighter(0.6))]))
    let sun = FacePoint(stream.number(-90, 90), stream.number(-90, -40))
    canvas.glow(sun, 40, Ink(hex: 0xFFF3C4).opacity(0.9), at: .outline)
    for _ in 0..<3 {
      let cloud = FacePoint(stream.number(-90, 90), stream.number(-90, -30))
      canvas.fill(
        .ellipse(cloud, stream.number(22, 44), stream.number(6, 11)),
        .solid(Ink.white.opacity(0.55)), as: nil, at: .outline)
    }
    let green = Ink(hex: 0x7FA06A).mixed(first, 0.2)
    for layer in 0..<3 {
      let y = 2.0 + 22 * Double(layer)
      let (a, b) = (stream.number(-16, 16), stream.number(-16, 16))
      var hill = FacePath(from: FacePoint(-101, 101))
      hill.line(to: FacePoint(-101, y + a))
      hill.spline([
        FacePoint(-45, y + b), FacePoint(10, y - a), FacePoint(60, y - b), FacePoint(101, y + a),
      ])
      hill.line(to: FacePoint(101, 101))
      hill.close()
      add(hill, green.mixed(sky, 0.45 - 0.2 * Double(layer)).darker(0.08 * Double(layer)))
    }
    for _ in 0..<4 {
      let foot = FacePoint(stream.number(-98, 98), stream.number(28, 50))
      let size = stream.number(13, 24)
      add(.rectangle(foot.x - 1.8...foot.x + 1.8, foot.y - size...foot.y), Ink(hex: 0x6A4E3A))
      add(.circle(foot - FacePoint(0, size * 1.35), size * 0.8), green.darker(0.28))
      add(.circle(foot - FacePoint(size * 0.2, size * 1.5), size * 0.5), green.darker(0.12))
    }
  }

  private func drawRoom(_ first: Ink, _ second: Ink) {
    var stream = stream
    paint(.linear(FacePoint(-100, 0), FacePoint(100, 0), [(0, first), (1, first.darker(0.14))]))
    let side = stream.happens(0.5) ? 1.0 : -1
    let window = stream.number(-84, -70)
    let glass = FacePath.rectangle(30...92, window...(window + 74))
      .mapped { FacePoint($0.x * side, $0.y) }
    canvas.fill(
      glass,
      .linear(
        FacePoint(0, window), FacePoint(0, window + 74),
        [(0, Ink(hex: 0xCFE6F5)), (1, Ink(hex: 0xF4F1E2))]), as: nil, at: .outline)
    canvas.stroke(glass, width: 4, second.lighter(0.5), as: nil, at: .outline)
    var cross = FacePath(from: FacePoint(61 * side, window))
    cross.line(to: FacePoint(61 * side, window + 74))
    canvas.stroke(cross, width: 2.5, second.lighter(0.5), as: nil, at: .outline)
    let shelf = stream.number(-30, 10)
    let low = -side * 96
    let high = -side * 28
    add(.rectangle(min(low, high)...max(low, high), shelf...shelf + 4), second.darker(0.3))
    var x = min(low, high) + 3
    while x < max(low, high) - 9 {
      let (width, height) = (stream.number(4, 8), stream.number(18, 30))
      let ink = stream.element(of: FacePalette.clothing).ink.mixed(first, 0.3)
      add(.rectangle(x...x + width, shelf - height...shelf), ink)
      x += width + stream.number(0.5, 3)
    }
    add(.rectangle(-101...101, 72...101), second.darker(0.2))
  }
}
