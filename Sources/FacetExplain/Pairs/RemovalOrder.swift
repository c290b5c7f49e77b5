import FacetTensor

/// The pixels of an image in the order in which they are taken away: the places `y * width + x`, each
/// once.
public struct RemovalOrder: Equatable, Sendable {
  public let places: [Int]
  public let height: Int
  public let width: Int

  /// From the largest value of a map `[H, W]` to the smallest; equal values by place, NaN last.
  public init(descending map: Tensor) {
    precondition(map.shape.rank == 2, "an order of pixels by a map of \(map.shape)")
    (height, width) = (map.shape[0], map.shape[1])
    places = PixelOrder(map.map { $0.isNaN ? -.infinity : $0 }).pixels
  }

  private init(places: [Int], height: Int, width: Int) {
    self.places = places
    self.height = height
    self.width = width
  }

  /// The last first: what an inverted map gives.
  public var reversed: RemovalOrder {
    RemovalOrder(places: places.reversed(), height: height, width: width)
  }

  // MARK: - Controls

  /// By the distance from the image's centre: the order of ``ControlMap/centre``.
  public static func centre(height: Int, width: Int) -> RemovalOrder {
    RemovalOrder(descending: ControlMap.blob(height: height, width: width))
  }

  /// By a map as ``ControlMap/randomMap`` draws them: as coarse as a map of a network's last layers, so
  /// that it takes away areas as such a map does.
  public static func randomMap(
    height: Int, width: Int, cells: Int = 7, seed: UInt64, _ index: Int
  ) -> RemovalOrder {
    var stream = RandomStream(seed: seed, 0x2A9D0, index)
    return RemovalOrder(
      descending: ControlMap.coarse(height: height, width: width, cells: cells, &stream))
  }

  /// Single pixels at random, as ``ControlMap/randomPixels`` orders them.
  public static func randomPixels(
    height: Int, width: Int, seed: UInt64, _ index: Int
  ) -> RemovalOrder {
    var stream = RandomStream(seed: seed, 0x91E15, index)
    return RemovalOrder(
      places: (0..<height * width).shuffled(using: &stream), height: height, width: width)
  }
}
