import FacetImage

/// A 64-bit difference hash of a picture (N. Krawetz, "Kind of like that", 2013): the picture is
/// shrunk to 9x8 grey pixels, and each bit says whether a pixel is brighter than its left
/// neighbour.
///
/// Pictures that differ by size, compression or brightness get hashes a few bits apart; a mirrored
/// picture or another crop does not. Pictures of one plain colour all hash to 0.
public struct PerceptualHash: Hashable, Sendable, CustomStringConvertible {
  public let bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  public init(of image: Image) {
    let small = image.resized(width: 9, height: 8)
    var bits: UInt64 = 0
    for y in 0..<8 {
      for x in 0..<8 {
        let isBrighter = PerceptualHash.luma(small[x + 1, y]) > PerceptualHash.luma(small[x, y])
        bits = bits << 1 | (isBrighter ? 1 : 0)
      }
    }
    self.bits = bits
  }

  /// In how many of the 64 bits two hashes differ.
  public func distance(to other: PerceptualHash) -> Int { (bits ^ other.bits).nonzeroBitCount }

  /// Up to this distance two photos count as near-duplicates.
  public static let nearDuplicateDistance = 2

  /// 16 hexadecimal digits.
  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// 1000 times the luma of ITU-R BT.601, in whole numbers so that equal pixels compare equal.
  private static func luma(_ color: RGB) -> Int {
    299 * Int(color.red) + 587 * Int(color.green) + 114 * Int(color.blue)
  }
}
