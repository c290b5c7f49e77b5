import Foundation

/// An affine map of the plane, (x, y) -> (a x + b y + tx, c x + d y + ty).
///
/// Coordinates are in pixels, x to the right, y down; whole numbers are pixel centres.
public struct AffineMap: Hashable, Sendable {
  public var a: Double
  public var b: Double
  public var c: Double
  public var d: Double
  public var tx: Double
  public var ty: Double

  public init(a: Double, b: Double, c: Double, d: Double, tx: Double, ty: Double) {
    (self.a, self.b, self.c, self.d, self.tx, self.ty) = (a, b, c, d, tx, ty)
  }

  public static let identity = AffineMap(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)

  public static func translation(x: Double, y: Double) -> AffineMap {
    AffineMap(a: 1, b: 0, c: 0, d: 1, tx: x, ty: y)
  }

  /// The map that applies this one and then `next`.
  public func followed(by next: AffineMap) -> AffineMap {
    AffineMap(
      a: next.a * a + next.b * c, b: next.a * b + next.b * d,
      c: next.c * a + next.d * c, d: next.c * b + next.d * d,
      tx: next.a * tx + next.b * ty + next.tx, ty: next.c * tx + next.d * ty + next.ty)
  }

  /// The map that undoes this one; `nil` when it flattens the plane.
  public var inverse: AffineMap? {
    let determinant = a * d - b * c
    guard determinant != 0, determinant.isFinite else { return nil }
    let (ia, ib) = (d / determinant, -b / determinant)
    let (ic, id) = (-c / determinant, a / determinant)
    return AffineMap(a: ia, b: ib, c: ic, d: id, tx: -ia * tx - ib * ty, ty: -ic * tx - id * ty)
  }

  /// The image of (x, y).
  public func apply(x: Double, y: Double) -> (x: Double, y: Double) {
    (a * x + b * y + tx, c * x + d * y + ty)
  }
}

/// A change of a picture's geometry as augmentation draws it: about the picture's centre, mirrored,
/// then sheared, then zoomed, then rotated, and shifted at last.
public struct Warp: Hashable, Codable, Sendable {
  /// Degrees, counterclockwise as seen.
  public var rotation: Float
  /// Pixels to the right.
  public var shiftX: Float
  /// Pixels down.
  public var shiftY: Float
  /// Factor of enlargement, positive.
  public var zoom: Float
  /// Degrees, between -90 and 90: the angle by which upright lines lean to the right.
  public var shear: Float
  /// Whether left and right are exchanged.
  public var isFlipped: Bool

  public init(
    rotation: Float = 0, shiftX: Float = 0, shiftY: Float = 0, zoom: Float = 1, shear: Float = 0,
    isFlipped: Bool = false
  ) {
    self.rotation = rotation
    self.shiftX = shiftX
    self.shiftY = shiftY
    self.zoom = zoom
    self.shear = shear
    self.isFlipped = isFlipped
  }

  /// Where a pixel of a picture of the given size goes.
  public func map(height: Int, width: Int) -> AffineMap {
    let (centerX, centerY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    let angle = Double(rotation) * .pi / 180
    // Rotations by nothing keep whole coordinates whole, so that they change no pixel.
    let (cosine, sine) = rotation == 0 ? (1, 0) : (cos(angle), sin(angle))
    let lean = shear == 0 ? 0 : tan(Double(shear) * .pi / 180)
    let mirror: Double = isFlipped ? -1 : 1
    return AffineMap.translation(x: -centerX, y: -centerY)
      .followed(by: AffineMap(a: mirror, b: 0, c: 0, d: 1, tx: 0, ty: 0))
      .followed(by: AffineMap(a: 1, b: -lean, c: 0, d: 1, tx: 0, ty: 0))
      .followed(by: AffineMap(a: Double(zoom), b: 0, c: 0, d: Double(zoom), tx: 0, ty: 0))
      .followed(by: AffineMap(a: cosine, b: sine, c: -sine, d: cosine, tx: 0, ty: 0))
      .followed(by: .translation(x: centerX + Double(shiftX), y: centerY + Double(shiftY)))
  }
}
