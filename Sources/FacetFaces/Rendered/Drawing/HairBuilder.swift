/// Makes the outlines of each hair style from the measures of a head.
struct HairBuilder {
  let head: HeadGeometry
  let volume: Double
  let rise: Double

  private var w: Double { head.width }

  func shape(_ style: HairStyle) -> HairShape {
    switch style {
    case .bald: HairShape()
    case .buzz: shell(side: 0.8, up: 1.5, end: -1, edge: natural, .cropped, sheer: 0.22)
    case .crop: crop
    case .sidePart: sidePart
    case .quiff: quiff
    case .bowl: bowl
    case .spikes: spikes
    case .curls: curls
    case .afro: afro
    case .bob: curtains(end: 46, behind: 50, wave: 0)
    case .long: curtains(end: 100, behind: 112, wave: 0)
    case .waves: curtains(end: 84, behind: 96, wave: 3.4)
    case .fringe: fringe
    case .bun: bun
    case .ponytail: ponytail
    case .receding: receding
    }
  }

  /// A right half edge and its mirror image, from right to left.
  private func symmetric(_ right: [FacePoint], middle: [FacePoint]) -> [FacePoint] {
    right + middle + right.mirrored
  }

  private var natural: [FacePoint] {
    symmetric(
      [
        FacePoint(w - 3, 0), FacePoint(w - 5, -19), FacePoint(w - 12, -38),
        FacePoint(16, -46 - rise),
      ],
      middle: [FacePoint(0, -47 - rise)])
  }

  /// Hair between a silhouette and an inner `edge`, which runs from right to left.
  private func shell(
    side: Double, up: Double, end: Double, edge: [FacePoint], _ texture: HairShape.Texture,
    sheer: Double = 0, behind: FacePath? = nil
  ) -> HairShape {
    shell(
      outer: lengthened(head.cap(side: side, up: up, end: end), wave: 0), edge: edge, texture,
      sheer: sheer, behind: behind)
  }

  private func shell(
    outer: [FacePoint], edge: [FacePoint], _ texture: HairShape.Texture, sheer: Double = 0,
    behind: FacePath? = nil
  ) -> HairShape {
    var path = FacePath(from: outer[0])
    path.spline(Array(outer.dropFirst()))
    path.line(to: edge[0])
    path.spline(Array(edge.dropFirst()))
    path.close()
    return HairShape(
      behind: behind, front: path, flow: (outer, edge.reversed()), texture: texture, sheer: sheer)
  }

  /// A contour whose long straight sides have points between, bent by `wave` units.
  private func lengthened(_ cap: [FacePoint], wave: Double) -> [FacePoint] {
    guard let last = cap.last, last.y > 20 else { return cap }
    let from = cap[cap.count - 2]
    let steps = 5
    let side = (1..<steps).map { k in
      let t = Double(k) / Double(steps)
      return from + (last - from) * t + FacePoint(k % 2 == 0 ? wave : -wave * 0.4, 0)
    }
    return [cap[0]] + side.mirrored + cap[1..<cap.count - 1] + side + [last]
  }

  private var crop: HairShape {
    let edge = [
      FacePoint(w - 2, 3), FacePoint(w - 4, -18), FacePoint(w - 8, -35), FacePoint(w * 0.5, -44),
      FacePoint(w * 0.32, -39 - rise), FacePoint(w * 0.14, -45), FacePoint(-2, -39.5 - rise),
      FacePoint(-w * 0.22, -45), FacePoint(-w * 0.4, -40 - rise), FacePoint(-w * 0.6, -43),
      FacePoint(-w + 8, -34), FacePoint(-w + 4, -18), FacePoint(-w + 2, 3),
    ]
    return shell(side: 2.5 + volume, up: 8 + 2.5 * volume, end: 3, edge: edge, .across)
  }

  private var sidePart: HairShape {
    let edge = [
      FacePoint(w - 2, 5), FacePoint(w - 3, -15), FacePoint(w - 6, -30), FacePoint(w * 0.55, -40),
      FacePoint(w * 0.2, -46 - rise), FacePoint(-10, -54 - rise), FacePoint(-21, -61),
      FacePoint(-w * 0.62, -47), FacePoint(-w + 7, -34), FacePoint(-w + 4, -16),
      FacePoint(-w + 2, 5),
    ]
    return shell(side: 3.5 + 1.5 * volume, up: 10 + 3 * volume, end: 5, edge: edge, .along)
  }

  private var quiff: HairShape {
    let up = 3.5 * volume
    let outer = [
      FacePoint(-w - 1, 2), FacePoint(-w - 1.8, -18), FacePoint(-w * 0.86 - 2, -46),
      FacePoint(-w * 0.66, -66), FacePoint(-w * 0.3, -82 - up), FacePoint(8, -90 - up),
      FacePoint(w * 0.62, -84 - up), FacePoint(w * 0.86, -66), FacePoint(w * 0.86 + 2, -46),
      FacePoint(w + 1.8, -18), FacePoint(w + 1, 2),
    ]
    return shell(outer: outer, edge: natural, .across)
  }

  private var bowl: HairShape {
    let edge = symmetric(
      [
        FacePoint(w - 1, 14), FacePoint(w - 4, -8), FacePoint(w - 8, -27),
        FacePoint(w * 0.5, -31.5),
      ],
      middle: [FacePoint(0, -32.5)])
    return shell(side: 6 + 1.5 * volume, up: 9 + 2 * volume, end: 13, edge: edge, .across)
  }

  private var spikes: HairShape {
    let cap = head.cap(side: 2, up: 6 + 2 * volume, end: 1)
    var path = FacePath(from: cap[0])
    path.spline([cap[1], cap[2]])
    let crown = FacePoint(0, -30)
    let count = 9
    for k in 0..<count {
      let t = (Double(k) + 0.5) / Double(count)
      let (tip, foot) = (on(cap, 0.26 + 0.48 * t), on(cap, 0.26 + 0.48 * (t + 0.5 / Double(count))))
      let out = tip - crown
      let reach = (k % 2 == 0 ? 0.3 : 0.2) + 0.05 * volume
      path.curve(
        tip + out * 0.04 - FacePoint(3, 0), tip + out * (reach * 0.7) - FacePoint(1, 0),
        to: tip + out * reach + FacePoint(3, 0))
      path.line(to: foot)
    }
    path.spline([cap[cap.count - 3], cap[cap.count - 2], cap[cap.count - 1]])
    path.line(to: natural[0])
    path.spline(Array(natural.dropFirst()))
    path.close()
    return HairShape(front: path, flow: (cap, natural.reversed()), texture: .across)
  }

  /// The point at fraction `t` of the points of a contour.
  private func on(_ points: [FacePoint], _ t: Double) -> FacePoint {
    let place = t * Double(points.count - 1)
    let i = min(Int(place), points.count - 2)
    return points[i] + (points[i + 1] - points[i]) * (place - Double(i))
  }

  private func blobs(_ contour: [FacePoint], count: Int, radius: Double) -> FacePath {
    var path = FacePath()
    for k in 0...count {
      let center = on(contour, Double(k) / Double(count))
      path.append(.circle(center, radius * (k % 2 == 0 ? 1 : 0.84)))
    }
    return path
  }

  private var curls: HairShape {
    let cap = head.cap(side: 2 + volume, up: 9 + 3 * volume, end: 2)
    let edge = symmetric(
      [
        FacePoint(w - 3, 4), FacePoint(w - 5, -18), FacePoint(w - 9, -33), FacePoint(w * 0.52, -40),
        FacePoint(w * 0.22, -38 - rise),
      ],
      middle: [FacePoint(0, -42 - rise)])
    var shape = shell(outer: cap, edge: edge, .curly)
    shape.front?.append(blobs(cap, count: 14, radius: 9.5 + volume))
    shape.front?.append(
      blobs(Array(edge.reversed()[2..<edge.count - 2]), count: 8, radius: 5.5))
    return shape
  }

  private var afro: HairShape {
    let radius = w + 17 + 5 * volume
    let center = FacePoint(0, -27)
    let ring = stride(from: 150.0, through: 390, by: 15).map { degrees in
      center + radius * FacePoint.direction(degrees)
    }
    var behind = FacePath.circle(center, radius)
    behind.append(blobs(ring, count: 20, radius: 9))
    var shape = shell(side: 8, up: 18, end: -4, edge: natural, .curly, behind: behind)
    shape.front?.append(
      blobs(Array(natural.reversed()[1..<natural.count - 1]), count: 12, radius: 3.6))
    return shape
  }

  /// Hair parted near the middle that falls beside the face to the height `end`.
  private func curtains(end: Double, behind: Double, wave: Double) -> HairShape {
    let side = 7 + 2 * volume
    let part = wave == 0 ? -6.0 : -17
    let tuck = end < 60 ? 7.0 : 2
    let outer = lengthened(head.cap(side: side, up: 9 + 2.5 * volume, end: end), wave: wave)
    let low = (end + 12) / 2
    let right = [
      FacePoint(w - tuck, end + 4), FacePoint(w - 5, low), FacePoint(w - 4, 4),
      FacePoint(w - 8, -23),
    ]
    let edge =
      right + [FacePoint((w - 8 + part) / 2 + 4, -45 - rise), FacePoint(part, -60)]
      + [FacePoint((-w + 8 + part) / 2 - 3, -46 - rise)] + right.mirrored
    return shell(outer: outer, edge: edge, .along, behind: mane(to: behind, side: side))
  }

  private func mane(to bottom: Double, side: Double) -> FacePath {
    let right = [
      FacePoint(w * 0.6, -66), FacePoint(w + side * 0.7, -30), FacePoint(w + side * 0.8, 10),
      FacePoint(w + side * 0.7, bottom * 0.6), FacePoint(w - 2, bottom),
    ]
    return .loop([FacePoint(0, -70)] + right + [FacePoint(0, bottom + 3)] + right.mirrored)
  }

  private var fringe: HairShape {
    let side = 6 + 2 * volume
    let outer = lengthened(head.cap(side: side, up: 9 + 2.5 * volume, end: 66), wave: 0)
    let edge = symmetric(
      [
        FacePoint(w - 2, 70), FacePoint(w - 5, 34), FacePoint(w - 3.5, 2), FacePoint(w - 7, -23),
        FacePoint(w * 0.55, -31),
      ],
      middle: [FacePoint(0, -32.5)])
    var shape = shell(outer: outer, edge: edge, .along, behind: mane(to: 74, side: side))
    // From the crown: forward to the cut above the brows, and down the sides.
    let crown = FacePoint(0, -66)
    for k in -7...7 {
      let x = Double(k) / 7.6 * (w - 6)
      var strand = FacePath(from: crown + FacePoint(x * 0.35, -14))
      strand.curve(
        FacePoint(x * 0.75, -66), FacePoint(x, -54), to: FacePoint(x, -31 + 5 * abs(x / w)))
      shape.strands.append(strand)
    }
    for side in [-1.0, 1] {
      for k in 0..<4 {
        let x = side * (w - 3 + 2.6 * Double(k))
        var strand = FacePath(from: crown + FacePoint(side * 18, -12))
        strand.spline([
          FacePoint(x * 0.8, -58 - Double(k)), FacePoint(x, -24), FacePoint(x + side, 20),
          FacePoint(x, 66),
        ])
        shape.strands.append(strand)
      }
    }
    return shape
  }

  private var tight: [FacePoint] {
    symmetric(
      [
        FacePoint(w - 2, -3), FacePoint(w - 5, -21), FacePoint(w - 11, -38),
        FacePoint(19, -50 - rise),
      ],
      middle: [FacePoint(0, -53 - rise)])
  }

  private var bun: HairShape {
    shell(
      side: 1.6, up: 4.5, end: -2, edge: tight, .across,
      behind: .ellipse(FacePoint(0, -80), 17 + 3 * volume, 15 + 2.5 * volume))
  }

  private var ponytail: HairShape {
    let tail = FacePath.loop([
      FacePoint(18, -66), FacePoint(w, -62), FacePoint(w + 17 + 3 * volume, -34),
      FacePoint(w + 20 + 4 * volume, 8), FacePoint(w + 16, 48), FacePoint(w + 5, 84),
      FacePoint(w - 1, 50), FacePoint(w - 6, 0),
    ])
    return shell(side: 1.6, up: 4.5, end: -2, edge: tight, .across, behind: tail)
  }

  private var receding: HairShape {
    let right = FacePath.loop([
      FacePoint(w + 1.6, 8), FacePoint(w + 2.6 + volume, -18), FacePoint(w * 0.86 + 3, -44),
      FacePoint(w * 0.7, -55 + rise), FacePoint(w - 11, -42), FacePoint(w - 6, -22),
      FacePoint(w - 3.5, 2),
    ])
    var both = right
    both.append(right.mapped { FacePoint(-$0.x, $0.y) })
    return HairShape(front: both, texture: .cropped, sheer: 0.1)
  }
}
