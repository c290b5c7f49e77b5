import Foundation

/// One photo being drawn: who, under which conditions, on which canvas. Each part has its own file
/// that extends the scene by what draws it.
///
/// Units of the face: the neutral picture spans -100...100 both ways, x to the right and y down;
/// the middle of the head is at the origin, the eyes at y = -6, the mouth at about 40.
struct FaceScene {
  let code: FaceCode
  let variation: FaceVariation
  let canvas: FaceCanvas
  let head: HeadGeometry

  init(code: FaceCode, variation: FaceVariation, canvas: FaceCanvas) {
    self.code = code
    self.variation = variation
    self.canvas = canvas
    head = HeadGeometry(code.head)
  }

  var skin: Ink { code.head.tone.ink }

  /// The ink of shadows on this skin.
  func shadow(_ alpha: Double) -> Ink { skin.shaded(0.6).opacity(alpha) }

  /// The ink of lines drawn on this skin: wrinkles, nostrils, lids.
  func line(_ alpha: Double) -> Ink { skin.shaded(0.78).opacity(alpha) }

  func draw(removing: Set<FacePart>) {
    drawBackground(removed: removing.contains(.background))
    canvas.setTransform(variation.pose, size: canvas.colors.width)
    func part(_ part: FacePart, _ draw: () -> Void) {
      if !removing.contains(part) { draw() }
    }
    part(.hair) { drawHairBehind() }
    part(.clothing) { drawHood() }
    part(.neck) { drawNeck() }
    part(.clothing) { drawClothing() }
    part(.ears) { drawEars() }
    part(.skin) { drawHead() }
    part(.beard) { drawBeard() }
    part(.nose) { drawNose() }
    part(.mouth) { drawMouth() }
    part(.beard) { drawMoustache() }
    part(.leftEye) { drawEye(code.leftEye, .left) }
    part(.rightEye) { drawEye(code.rightEye, .right) }
    part(.leftBrow) { drawBrow(code.leftBrow, .left) }
    part(.rightBrow) { drawBrow(code.rightBrow, .right) }
    part(.moles) { drawMoles() }
    part(.hair) { drawHair() }
    part(.glasses) { drawGlasses() }
    part(.occluder) { drawOccluder() }
  }
}

/// A half of the face, as the picture shows it.
enum FaceSide {
  case left
  case right

  /// -1 or 1: the direction of "outwards" along x.
  var sign: Double { self == .left ? -1 : 1 }
}

/// The outline of the head.
struct HeadGeometry {
  /// Half the breadth at the temples.
  let width: Double
  let cheek: Double
  let jaw: Double
  let chin: Double
  /// y of the tip of the chin.
  let bottom: Double
  /// y of the top of the skull.
  let top = -68.0

  init(_ code: HeadCode) {
    width = 47 + 3.5 * code.width
    cheek = width * (0.965 + 0.03 * code.cheek)
    jaw = width * (0.79 + 0.1 * code.jaw)
    chin = 15 + 5 * code.chin
    bottom = 64 + 5 * code.length
  }

  /// The right half of the outline, from the top of the skull to the chin.
  var rightHalf: [FacePoint] {
    [
      FacePoint(0, top), FacePoint(width * 0.55, top + 7), FacePoint(width * 0.88, -43),
      FacePoint(width, -15), FacePoint(cheek, 13), FacePoint(jaw, bottom - 25),
      FacePoint(chin, bottom - 4), FacePoint(0, bottom),
    ]
  }

  var outline: FacePath { .loop(rightHalf + rightHalf.dropFirst().dropLast().map { $0 }.mirrored) }

  /// The contour of hair that stands `side` units from the temples and `up` from the crown: from
  /// the left end at height `end` over the top to the right one.
  func cap(side: Double, up: Double, end: Double) -> [FacePoint] {
    let right = [
      FacePoint(width * 0.55 + side * 0.5, top + 5 - up * 0.86),
      FacePoint(width * 0.86 + side, -44 - up * 0.42),
      FacePoint(width + side, -18 - up * 0.05), FacePoint(width + side * 0.8, end),
    ]
    return right.mirrored + [FacePoint(0, top - up)] + right
  }
}

extension FaceCanvas {
  /// From units of the face to pixels, by the pose.
  fileprivate func setTransform(_ pose: FacePose, size: Int) {
    let unit = Double(size) / 200 * pose.scale
    let roll = pose.roll * .pi / 180
    let (c, s) = (cos(roll) * unit, sin(roll) * unit)
    setTransform(
      x: FacePoint(c, s), y: FacePoint(-s, c),
      origin: FacePoint(0.5 + pose.shiftX, 0.5 + pose.shiftY) * Double(size))
  }
}
