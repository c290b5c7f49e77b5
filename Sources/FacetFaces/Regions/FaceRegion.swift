import Foundation

/// A part of a photo of a face, coarse enough to be told on real photos too. Every pixel belongs to
/// exactly one.
public enum FaceRegion: String, CaseIterable, Codable, Sendable {
  /// With lids, lashes and glasses.
  case eyes
  case brows
  case nose
  case mouth
  /// Skin above the brows, and a bald scalp.
  case forehead
  /// Skin beside the nose and the eyes.
  case cheeks
  /// Skin below the nose, and a beard.
  case jaw
  /// With the ears.
  case hair
  /// All that is no face: what is behind, clothing, neck, and whatever stands before the face.
  case background

  /// The name used in reports.
  public var name: String { self == .hair ? "hair and ears" : rawValue }
}

extension RenderedFace {
  /// The region of each pixel, rows from the top.
  ///
  /// - Parameter pose: the one it was drawn with; skin is divided by heights on the upright face.
  public func regions(_ pose: FacePose) -> [FaceRegion] {
    let roll = pose.roll * .pi / 180
    let unit = Double(size) / 200 * pose.scale
    return labels.indices.map { i in
      // From pixels to units of the face: the inverse of how the canvas is set up.
      let x = Double(i % size) + 0.5 - (0.5 + pose.shiftX) * Double(size)
      let y = Double(i / size) + 0.5 - (0.5 + pose.shiftY) * Double(size)
      let height = (cos(roll) * y - sin(roll) * x) / unit
      return FaceRegion(FacePart(rawValue: labels[i]) ?? .background, height: height)
    }
  }
}

extension FaceRegion {
  /// Of units of the face, y downwards: where the brows and the nose end.
  private static let browLine = -20.0
  private static let noseLine = 24.0

  /// - Parameter height: y on the upright face, in its units.
  init(_ part: FacePart, height: Double) {
    self =
      switch part {
      case .background, .clothing, .neck, .occluder: .background
      case .ears, .hair: .hair
      case .leftBrow, .rightBrow: .brows
      case .leftEye, .rightEye, .glasses: .eyes
      case .nose: .nose
      case .mouth: .mouth
      case .beard: .jaw
      case .skin, .moles:
        height < Self.browLine ? .forehead : height > Self.noseLine ? .jaw : .cheeks
      }
  }
}
