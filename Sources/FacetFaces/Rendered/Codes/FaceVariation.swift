/// What differs from photo to photo of one person.
public struct FaceVariation: Hashable, Codable, Sendable {
  public var pose: FacePose
  public var expression: FaceExpression
  public var light: FaceLight
  public var background: FaceBackground
  public var clothing: FaceClothing
  public var occluder: FaceOccluder
  public var camera: FaceCamera

  public init(
    pose: FacePose = .init(), expression: FaceExpression = .init(), light: FaceLight = .init(),
    background: FaceBackground = .init(), clothing: FaceClothing = .init(),
    occluder: FaceOccluder = .init(), camera: FaceCamera = .init()
  ) {
    self.pose = pose
    self.expression = expression
    self.light = light
    self.background = background
    self.clothing = clothing
    self.occluder = occluder
    self.camera = camera
  }

  /// Frontal, calm, evenly lit, before a plain background, without noise or blur.
  public static let neutral = FaceVariation()
}

public struct FacePose: Hashable, Codable, Sendable {
  /// In the plane of the picture, clockwise, in degrees.
  public var roll = 0.0
  /// Towards the picture's right, in degrees; up to about 20.
  public var yaw = 0.0
  /// Downwards, in degrees; up to about 20.
  public var pitch = 0.0
  /// The size of the head relative to the neutral one.
  public var scale = 1.0
  /// Fractions of the picture's side, to the right and downwards.
  public var shiftX = 0.0
  public var shiftY = 0.0

  public init() {}
}

public struct FaceExpression: Hashable, Codable, Sendable {
  /// -1 corners of the mouth down ... 1 a broad smile.
  public var smile = 0.0
  /// 0 closed ... 1 wide open.
  public var mouthOpen = 0.0
  /// -1 frown ... 1 raised.
  public var browRaise = 0.0
  /// 0 shut ... 1 normal ... 1.2 wide; the eyes of the picture's left and right.
  public var leftEye = 1.0
  public var rightEye = 1.0
  /// The direction of the look, each in -1...1.
  public var gazeX = 0.0
  public var gazeY = 0.0

  public init() {}
}

public struct FaceLight: Hashable, Codable, Sendable {
  /// Where the light comes from in the picture: 0 right, 90 below, -90 above, in degrees.
  public var angle = -110.0
  /// 0 even ... 1 strongly one-sided.
  public var contrast = 0.15
  /// The factor of all light.
  public var intensity = 1.0
  /// -1 bluish ... 1 yellowish.
  public var warmth = 0.0

  public init() {}
}

public struct FaceBackground: Hashable, Codable, Sendable {
  public enum Style: String, CaseIterable, Codable, Sendable {
    case plain
    case gradient
    case spotlight
    case stripes
    case shapes
    case outdoors
    case room
  }

  public var style = Style.plain
  public var first = FaceColor(hex: 0xC9D6DD)
  public var second = FaceColor(hex: 0x8FA3B0)
  /// Chooses the places of what is in the background.
  public var seed: UInt64 = 0

  public init() {}
}

public struct FaceClothing: Hashable, Codable, Sendable {
  public enum Style: String, CaseIterable, Codable, Sendable {
    case crew
    case vNeck
    case shirt
    case hood
  }

  public var style = Style.crew
  public var color = FaceColor(hex: 0x33475B)

  public init() {}
}

public struct FaceOccluder: Hashable, Codable, Sendable {
  public enum Style: String, CaseIterable, Codable, Sendable {
    case none
    case hand
    case mask
    case scarf
    case sunglasses
    case hat
    case bar
  }

  public var style = Style.none
  public var color = FaceColor(hex: 0x7FB3C8)
  /// The place of a hand or a bar about the face: 0...1 once around.
  public var place = 0.0

  public init() {}
}

public struct FaceCamera: Hashable, Codable, Sendable {
  /// The standard deviation of the noise of a pixel, in fractions of full scale.
  public var noise = 0.0
  /// The standard deviation of the blur, in fractions of the picture's side.
  public var blur = 0.0
  /// Chooses the noise.
  public var seed: UInt64 = 0

  public init() {}
}
