import FacetImage
import FacetTensor

/// Random changes of training images. Each image of each epoch has random numbers of its own, so an
/// epoch is the same whatever the batches and threads.
public struct Augmentation: Hashable, Codable, Sendable {
  /// Probability of a left-right flip.
  public var flip: Float
  /// Largest shift in either direction, as a fraction of the side.
  public var shift: Float
  /// Largest rotation either way, in degrees.
  public var rotation: Float
  /// Largest zoom in or out: 0.1 draws factors between 1/1.1 and 1.1.
  public var zoom: Float

  public init(flip: Float = 0, shift: Float = 0, rotation: Float = 0, zoom: Float = 0) {
    self.flip = flip
    self.shift = shift
    self.rotation = rotation
    self.zoom = zoom
  }

  public static let none = Augmentation()
  /// What suits upright faces: flips, shifts of a twelfth, rotations of 12 degrees, a little zoom.
  public static let standard = Augmentation(flip: 0.5, shift: 0.08, rotation: 12, zoom: 0.1)
  public static let flipOnly = Augmentation(flip: 0.5)
  public static let rotationOnly = Augmentation(rotation: 15)
  public static let shiftOnly = Augmentation(shift: 0.1)

  /// The augmentations by the names users give.
  public static let named: [(name: String, augmentation: Augmentation)] = [
    ("none", .none), ("flip", .flipOnly), ("rotation", .rotationOnly), ("shift", .shiftOnly),
    ("standard", .standard),
  ]

  /// An image `[C, H, W]` changed by the stream's next numbers.
  public func apply(_ image: Tensor, _ stream: inout RandomStream) -> Tensor {
    // Every number is drawn whether used or not, so turning one change off moves no other.
    let isFlipped = stream.happens(flip)
    let x = stream.uniform(in: -1...1)
    let y = stream.uniform(in: -1...1)
    let angle = stream.uniform(in: -1...1)
    let scale = stream.uniform(in: -1...1)
    let warp = Warp(
      rotation: rotation * angle, shiftX: shift * x * Float(image.shape[2]),
      shiftY: shift * y * Float(image.shape[1]),
      zoom: scale < 0 ? 1 / (1 - zoom * scale) : 1 + zoom * scale, isFlipped: isFlipped)
    return warp == Warp() ? image : image.warped(by: warp)
  }
}
