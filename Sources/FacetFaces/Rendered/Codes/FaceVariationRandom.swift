import FacetTensor

extension FaceVariation {
  /// The conditions of photo `index` of person `identity` in the world `seed`.
  ///
  /// - Parameter difficulty: 0 (nearly ``neutral``) to 1; it scales every range. At the default,
  ///   0.6, the head turns by up to 20 degrees in the plane, is 0.8 to 1.2 times as large and
  ///   shifted by up to 10 % of the side, and something stands before one face in four.
  public static func random(
    seed: UInt64, identity: Int, index: Int, difficulty: Double = 0.6
  ) -> FaceVariation {
    precondition(0...1 ~= difficulty, "difficulty \(difficulty)")
    var stream = RandomStream(seed: seed, 0xF070, identity, index)
    let d = difficulty / 0.6
    var variation = FaceVariation()
    variation.pose = .random(d, &stream)
    variation.expression = .random(d, &stream)
    variation.light = .random(d, &stream)
    variation.background = .random(&stream)
    variation.clothing.style = stream.element(of: FaceClothing.Style.allCases)
    variation.clothing.color = stream.element(of: FacePalette.clothing)
    variation.occluder = .random(probability: 0.25 * d, &stream)
    variation.camera.noise = stream.number(0.005, 0.005 + 0.028 * d)
    variation.camera.blur = stream.number(0, 0.006 * d)
    variation.camera.seed = stream.next() >> 32
    return variation
  }
}

extension FacePose {
  fileprivate static func random(_ d: Double, _ stream: inout RandomStream) -> FacePose {
    var pose = FacePose()
    pose.roll = stream.number(-20, 20) * d
    pose.yaw = stream.number(-14, 14) * d
    pose.pitch = stream.number(-9, 9) * d
    pose.scale = 1 + stream.number(-0.2, 0.2) * d
    pose.shiftX = stream.number(-0.1, 0.1) * d
    pose.shiftY = stream.number(-0.1, 0.1) * d
    return pose
  }
}

extension FaceExpression {
  fileprivate static func random(_ d: Double, _ stream: inout RandomStream) -> FaceExpression {
    var expression = FaceExpression()
    expression.smile = max(-1, min(1, stream.number(-0.55, 1) * d))
    if stream.happens(0.4) { expression.mouthOpen = min(1, stream.number(0.1, 0.8) * d) }
    expression.browRaise = max(-1, min(1, stream.number(-0.6, 0.6) * d))
    let open = 1 + max(-0.6, min(0.2, stream.number(-0.35, 0.18) * d))
    (expression.leftEye, expression.rightEye) = (open, open)
    let event = stream.number(0, 1)
    if event < 0.04 * d {
      (expression.leftEye, expression.rightEye) = (0, 0)
    } else if event < 0.08 * d {
      if stream.happens(0.5) { expression.leftEye = 0 } else { expression.rightEye = 0 }
    }
    expression.gazeX = max(-1, min(1, stream.number(-0.6, 0.6) * d))
    expression.gazeY = max(-1, min(1, stream.number(-0.5, 0.5) * d))
    return expression
  }
}

extension FaceLight {
  fileprivate static func random(_ d: Double, _ stream: inout RandomStream) -> FaceLight {
    var light = FaceLight()
    light.angle = stream.number(-180, 180)
    light.contrast = min(1, stream.number(0.05, 0.6) * d)
    light.intensity = 1 + stream.number(-0.38, 0.22) * d
    light.warmth = max(-1, min(1, stream.number(-0.7, 0.7) * d))
    return light
  }
}

extension FaceBackground {
  fileprivate static func random(_ stream: inout RandomStream) -> FaceBackground {
    var background = FaceBackground()
    background.style = stream.element(of: Style.allCases)
    background.first = stream.element(of: FacePalette.backdrop)
    background.second = stream.element(
      of: FacePalette.backdrop.filter { $0 != background.first })
    background.seed = stream.next() >> 40
    return background
  }
}

extension FaceOccluder {
  private static let cloths = [0x7FB3C8, 0xB5533C, 0x2B2B33, 0x3F6B57, 0xE9E4D8, 0x8A5A83]
    .map { FaceColor(hex: $0) }

  fileprivate static func random(probability: Double, _ stream: inout RandomStream)
    -> FaceOccluder
  {
    var occluder = FaceOccluder()
    guard stream.happens(Float(probability)) else { return occluder }
    occluder.style = Style.allCases[1 + stream.index(Style.allCases.count - 1)]
    occluder.color =
      occluder.style == .hand
      ? stream.element(of: FacePalette.skin) : stream.element(of: cloths)
    occluder.place = stream.number(0, 1)
    return occluder
  }
}
