import FacetTensor
import Foundation

/// Maps that know nothing of the network. A method that isn't better than these says nothing of it
/// either, however well it scores.
public enum ControlMap: String, CaseIterable, Hashable, Codable, Sendable {
  /// Independent uniform numbers, as fine as gradients: what it takes away hurts a network whatever was
  /// there, as noise does.
  case randomPixels
  /// Uniform numbers on a grid of 7x7, stretched bilinearly, as coarse as a network's last layers: it
  /// takes away areas.
  case randomMap
  /// A Gaussian on the middle of the picture with a deviation of a quarter of each side: faces are
  /// usually there.
  case centre
  /// The magnitude of the image's Sobel gradient, of the mean of its channels.
  case edges
  /// All pixels alike: where areas are compared, it gives each its size. It orders no pixels.
  case uniform

  /// Those that order pixels.
  public static let ordering: [ControlMap] = [.randomPixels, .randomMap, .centre, .edges]

  public var title: String {
    switch self {
    case .randomPixels: "Random pixels"
    case .randomMap: "Random map"
    case .centre: "Centre blob"
    case .edges: "Edges of the photo"
    case .uniform: "Area alone"
    }
  }

  /// `[N, H, W]` for images `[N, C, H, W]`. An image's map is a function of the image and the seed.
  public func maps(of x: Tensor, seed: UInt64 = 0) -> Tensor {
    .stack((0..<x.shape[0]).map { map(of: x.slice($0), seed: seed) })
  }

  private func map(of image: Tensor, seed: UInt64) -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    switch self {
    case .randomPixels:
      var stream = RandomStream(seed: seed, 0xC0E7, image.checksum)
      return Tensor([height, width], (0..<height * width).map { _ in stream.uniform() })
    case .randomMap:
      var stream = RandomStream(seed: seed, 0xC0A2, image.checksum)
      return Self.coarse(height: height, width: width, &stream)
    case .centre: return Self.blob(height: height, width: width)
    case .edges: return image.edges
    case .uniform: return Tensor([height, width], repeating: 1)
    }
  }

  /// A random map `[height, width]`.
  static func coarse(
    height: Int, width: Int, cells: Int = 7, _ stream: inout RandomStream
  ) -> Tensor {
    let grid = Tensor([cells, cells], (0..<cells * cells).map { _ in stream.uniform() })
    return grid.resampled(height: height, width: width, by: .bilinear)
  }

  /// The Gaussian, 1 in the middle.
  static func blob(height: Int, width: Int) -> Tensor {
    let rows = bell(height)
    let columns = bell(width)
    return Tensor(
      [height, width], (0..<height * width).map { rows[$0 / width] * columns[$0 % width] })
  }

  private static func bell(_ count: Int) -> [Float] {
    let (middle, deviation) = (Double(count - 1) / 2, Double(count) / 4)
    return (0..<count).map {
      let distance = (Double($0) - middle) / deviation
      return Float(exp(-distance * distance / 2))
    }
  }
}

extension Tensor {
  /// A number from the bits of all elements.
  fileprivate var checksum: Int {
    let mixed = scalars.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1.bitPattern)) &* 0x0000_0100_0000_01B3
    }
    return Int(truncatingIfNeeded: mixed)
  }

  /// The Sobel magnitude of an image `[C, H, W]`, borders repeated.
  fileprivate var edges: Tensor {
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    let area = height * width
    let grey = (0..<area).map { i in
      (0..<channels).reduce(Float(0)) { $0 + scalars[$1 * area + i] } / Float(channels)
    }
    func pixel(_ y: Int, _ x: Int) -> Float {
      grey[Swift.min(Swift.max(y, 0), height - 1) * width + Swift.min(Swift.max(x, 0), width - 1)]
    }
    return Tensor(
      [height, width],
      (0..<area).map { i in
        let (y, x) = (i / width, i % width)
        func across(_ row: Int) -> Float { pixel(row, x + 1) - pixel(row, x - 1) }
        func down(_ column: Int) -> Float { pixel(y + 1, column) - pixel(y - 1, column) }
        let dx = across(y - 1) + 2 * across(y) + across(y + 1)
        let dy = down(x - 1) + 2 * down(x) + down(x + 1)
        return (dx * dx + dy * dy).squareRoot()
      })
  }
}
