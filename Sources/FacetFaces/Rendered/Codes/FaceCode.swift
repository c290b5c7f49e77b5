/// Who a rendered person is: the parts of the face that stay the same in every photo.
///
/// Shape parameters are in -1...1 about an average face unless said otherwise. Parts don't depend
/// on each other, so a part can be swapped alone: only the head (its width and skin colour) is seen
/// in the parts around it.
public struct FaceCode: Hashable, Codable, Sendable {
  public var head: HeadCode
  public var ears: EarCode
  public var hair: HairCode
  public var leftBrow: BrowCode
  public var rightBrow: BrowCode
  public var leftEye: EyeCode
  public var rightEye: EyeCode
  public var nose: NoseCode
  public var mouth: MouthCode
  public var beard: BeardCode
  public var moles: MoleCode
  public var glasses: GlassesCode

  public init(
    head: HeadCode, ears: EarCode, hair: HairCode, brows: BrowCode, eyes: EyeCode, nose: NoseCode,
    mouth: MouthCode, beard: BeardCode, moles: MoleCode, glasses: GlassesCode
  ) {
    self.head = head
    self.ears = ears
    self.hair = hair
    (leftBrow, rightBrow) = (brows, brows)
    (leftEye, rightEye) = (eyes, eyes)
    self.nose = nose
    self.mouth = mouth
    self.beard = beard
    self.moles = moles
    self.glasses = glasses
  }

  /// This face with one part of another face: the ground truth of a counterfactual.
  ///
  /// Parts that no code decides (background, clothing, neck, occluder) change nothing.
  public func replacing(_ part: FacePart, from other: FaceCode) -> FaceCode {
    var code = self
    switch part {
    case .skin: code.head = other.head
    case .ears: code.ears = other.ears
    case .hair: code.hair = other.hair
    case .leftBrow: code.leftBrow = other.leftBrow
    case .rightBrow: code.rightBrow = other.rightBrow
    case .leftEye: code.leftEye = other.leftEye
    case .rightEye: code.rightEye = other.rightEye
    case .nose: code.nose = other.nose
    case .mouth: code.mouth = other.mouth
    case .beard: code.beard = other.beard
    case .moles: code.moles = other.moles
    case .glasses: code.glasses = other.glasses
    case .background, .clothing, .neck, .occluder: break
    }
    return code
  }

  /// The parts in which this face and another differ, in the order of ``FacePart/ofIdentity``.
  public func parts(differingFrom other: FaceCode) -> [FacePart] {
    FacePart.ofIdentity.filter { replacing($0, from: other) != self }
  }
}

/// The head: skin and the outline of the face.
public struct HeadCode: Hashable, Codable, Sendable {
  public var tone: FaceColor
  /// The breadth at the temples.
  public var width: Double
  public var length: Double
  public var cheek: Double
  /// The breadth of the jaw: pointed to square.
  public var jaw: Double
  public var chin: Double
  /// 0 young ... 1 old: wrinkles about the eyes, mouth and forehead.
  public var age: Double
  /// 0...1: the redness of the cheeks.
  public var blush: Double
}

public struct EarCode: Hashable, Codable, Sendable {
  public var size: Double
  /// How far they stand out.
  public var stance: Double
  public var ring: FaceColor?
}

public enum HairStyle: String, CaseIterable, Codable, Sendable {
  case bald
  case buzz
  case crop
  case sidePart
  case quiff
  case bowl
  case spikes
  case curls
  case afro
  case bob
  case fringe
  case long
  case waves
  case bun
  case ponytail
  case receding
}

public struct HairCode: Hashable, Codable, Sendable {
  public var style: HairStyle
  public var color: FaceColor
  /// How full it is.
  public var volume: Double
  /// How far up the forehead it begins.
  public var hairline: Double
  /// Whether the parting is on the other side.
  public var mirrored: Bool
}

public struct BrowCode: Hashable, Codable, Sendable {
  public var color: FaceColor
  public var thickness: Double
  public var arch: Double
  /// Outer end up (positive) or down.
  public var slant: Double
  public var length: Double
  /// Distance from the middle.
  public var spacing: Double
  public var height: Double
}

public struct EyeCode: Hashable, Codable, Sendable {
  public var iris: FaceColor
  public var width: Double
  /// Narrow to round.
  public var openness: Double
  /// Outer corner up (positive) or down.
  public var tilt: Double
  public var spacing: Double
  /// 0 a lid without crease ... 1 a deep one.
  public var crease: Double
  /// 0...1: the length of the lashes.
  public var lashes: Double
  public var irisSize: Double
}

public struct NoseCode: Hashable, Codable, Sendable {
  public var length: Double
  public var width: Double
  public var bridge: Double
  /// How round and strong the tip is.
  public var tip: Double
}

public struct MouthCode: Hashable, Codable, Sendable {
  public var color: FaceColor
  public var width: Double
  public var upperLip: Double
  public var lowerLip: Double
  /// 0...1: the depth of the cupid's bow.
  public var bow: Double
  public var height: Double
}

public enum BeardStyle: String, CaseIterable, Codable, Sendable {
  case none
  case stubble
  case moustache
  case goatee
  case full
  case chinCurtain
}

public struct BeardCode: Hashable, Codable, Sendable {
  public var style: BeardStyle
  public var color: FaceColor
  public var length: Double
}

/// One mole: its place in units of the face (see ``FaceRenderer``) and its radius.
public struct Mole: Hashable, Codable, Sendable {
  public var x: Double
  public var y: Double
  public var radius: Double

  public init(x: Double, y: Double, radius: Double) {
    self.x = x
    self.y = y
    self.radius = radius
  }
}

public struct MoleCode: Hashable, Codable, Sendable {
  public var moles: [Mole]
  /// The number of freckles on nose and cheeks.
  public var freckles: Int
  /// Chooses where the freckles are.
  public var freckleSeed: UInt64
}

public enum GlassesStyle: String, CaseIterable, Codable, Sendable {
  case none
  case round
  case rectangular
  case catEye
  case aviator
  case halfRim
}

public struct GlassesCode: Hashable, Codable, Sendable {
  public var style: GlassesStyle
  public var color: FaceColor
  public var size: Double
  /// 0...1: thin wire to thick acetate.
  public var thickness: Double
}
