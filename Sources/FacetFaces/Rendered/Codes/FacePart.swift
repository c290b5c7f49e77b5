/// The parts of a rendered photo. Every pixel belongs to exactly one: the one that is seen there.
///
/// Left and right are the picture's: `leftEye` is the eye on the left of an upright photo, the
/// person's right one. The raw value is the grey level of the part in a written label map.
public enum FacePart: UInt8, CaseIterable, Codable, Sendable {
  case background = 0
  case clothing = 1
  case neck = 2
  /// The skin of the head, with what lies flat on it (cheeks, wrinkles, the bald scalp).
  case skin = 3
  case ears = 4
  case hair = 5
  case leftBrow = 6
  case rightBrow = 7
  /// An eye with its lids and lashes.
  case leftEye = 8
  case rightEye = 9
  case nose = 10
  case mouth = 11
  case beard = 12
  /// Moles and freckles.
  case moles = 13
  /// The frame of the glasses; what is seen through a lens belongs to the eye or the skin.
  case glasses = 14
  /// Whatever stands before the face: a hand, a mask, a scarf, sunglasses, a hat, a bar.
  case occluder = 15

  /// The name used in reports and in `parts.json`, for example `left brow`.
  public var name: String {
    switch self {
    case .leftBrow: "left brow"
    case .rightBrow: "right brow"
    case .leftEye: "left eye"
    case .rightEye: "right eye"
    default: "\(self)"
    }
  }

  /// The parts that a ``FaceCode`` decides; the others vary from photo to photo.
  public static let ofIdentity: [FacePart] = [
    .skin, .ears, .hair, .leftBrow, .rightBrow, .leftEye, .rightEye, .nose, .mouth, .beard, .moles,
    .glasses,
  ]
}
