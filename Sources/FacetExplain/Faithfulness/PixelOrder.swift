import FacetTensor

/// The pixels of a map from the most to the least salient.
public struct PixelOrder: Sendable {
  /// What is done with pixels of equal saliency. A rectified class activation map has many: more than
  /// half of it may be zeros.
  public enum Ties: Hashable, Sendable {
    /// Row by row from the top: a stable sort.
    case index
    /// In an order drawn from a seed, the same for all maps.
    case shuffled(seed: UInt64)
    /// They go together, each in equal parts: no order among them decides anything.
    case averaged
  }

  /// Pixels by falling saliency.
  public let pixels: [Int]
  /// For each pixel, the number of those before it.
  private let starts: [Int]
  /// For each pixel, the number of those before the ones after it.
  private let ends: [Int]

  /// - Parameter map: `[H, W]`, finite.
  public init(_ map: Tensor, ties: Ties = .index) {
    let values = map.scalars
    var seats = Array(values.indices)
    if case .shuffled(let seed) = ties {
      var stream = RandomStream(seed: seed, 0x71E5)
      seats.shuffle(using: &stream)
    }
    // One number for value and seat sorts several times faster than a comparison of both.
    var pixelOfSeat = seats
    for (pixel, seat) in seats.enumerated() { pixelOfSeat[seat] = pixel }
    let keys = values.indices.map { UInt64(values[$0].descendingKey) << 32 | UInt64(seats[$0]) }
    let order = keys.sorted().map { pixelOfSeat[Int($0 & 0xFFFF_FFFF)] }
    var starts = [Int](repeating: 0, count: order.count)
    var ends = starts
    var start = 0
    while start < order.count {
      var end = start + 1
      if ties == .averaged {
        while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      }
      for pixel in order[start..<end] { (starts[pixel], ends[pixel]) = (start, end) }
      start = end
    }
    (pixels, self.starts, self.ends) = (order, starts, ends)
  }

  /// How much of a pixel is among the first `count`, in 0...1; strictly between only where equals are
  /// averaged.
  public func share(of pixel: Int, among count: Int) -> Float {
    let (start, end) = (starts[pixel], ends[pixel])
    if count >= end { return 1 }
    return count <= start ? 0 : Float(count - start) / Float(end - start)
  }

  /// The first pixels of the order, as many as hold at most the share `rate` of all pixels outside of
  /// `mask`: what a map selects when so many false pixels are allowed.
  ///
  /// - Parameter mask: for each pixel, whether it is a true one.
  /// - Returns: for each pixel, whether it is selected.
  public func selection(falseRate rate: Double, mask: [Bool]) -> [Bool] {
    precondition(mask.count == pixels.count, "a mask of \(mask.count) for \(pixels.count) pixels")
    var allowed = Int(rate * Double(mask.count { !$0 }))
    var selected = [Bool](repeating: false, count: mask.count)
    for pixel in pixels {
      if !mask[pixel] {
        if allowed == 0 { break }
        allowed -= 1
      }
      selected[pixel] = true
    }
    return selected
  }
}

extension Float {
  /// A number that is smaller for a larger value, and the same for both zeros.
  fileprivate var descendingKey: UInt32 {
    let bits = (self + 0).bitPattern
    return bits >> 31 == 1 ? bits : ~bits & 0x7FFF_FFFF
  }
}
