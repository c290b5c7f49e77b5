import FacetEngine
import FacetGraph
import FacetTensor

/// Deletion and insertion (Petsiuk et al. 2018, section 4.1): the probability of a class while the
/// pixels of an image go, or come, by falling saliency.
///
/// Deletion paints them with one colour; a map that knows what counts makes the probability fall fast.
/// Insertion uncovers them in a blurred copy of the image; the probability should rise fast. Maps with
/// single strong pixels do well in deletion and smooth ones in insertion, so neither stands alone.
public struct DeletionInsertion: Sendable {
  public enum Direction: String, Hashable, Codable, Sendable {
    case deletion
    case insertion
  }

  /// After step k, the first floor(k H W / steps) pixels are altered.
  public var steps: Int
  public var ties: PixelOrder.Ties
  /// The colour that deletion paints with, a number for each channel in network space; empty is 0, the
  /// mean colour of networks whose input is centred.
  public var color: [Float]
  /// Of the blur that insertion starts from; the paper's is 5, cut at 5 pixels (11x11), with zeros
  /// beyond the border.
  public var blur: Float

  public init(
    steps: Int = 28, ties: PixelOrder.Ties = .index, color: [Float] = [], blur: Float = 5
  ) {
    self.steps = steps
    self.ties = ties
    self.color = color
    self.blur = blur
  }

  /// One curve for each image. Cost: `steps` + 1 forward runs an image.
  ///
  /// - Parameters:
  ///   - x: images `[N, C, H, W]`, preprocessed.
  ///   - maps: `[N, H, W]`, finite, larger where more salient; shared by the channels of an image.
  public func curves(
    _ direction: Direction, _ model: Model, _ x: Tensor, maps: Tensor,
    watching watched: WatchedClass = .predicted, on engine: Engine
  ) throws(ExplainError) -> [PixelCurve] {
    guard steps > 0 else {
      throw .badOption(name: "steps", expected: "at least 1", got: "\(steps)")
    }
    guard color.isEmpty || (x.shape.rank == 4 && color.count == x.shape[1]) else {
      throw .badOption(
        name: "the colour of deletion", expected: "one number a channel", got: "\(color.count)")
    }
    return try AlteredImages.map(model, x, maps: maps, watched.objective, on: engine) {
      (run, place, map) throws(ExplainError) in
      let clean = run.images.slice(place)
      let other =
        direction == .deletion
        ? painted(clean.shape) : clean.gaussianBlurred(sigma: blur, radius: 5, border: .zero)
      let (start, end) = direction == .deletion ? (clean, other) : (other, clean)
      let order = PixelOrder(map, ties: ties)
      let pixels = map.count
      let steps = steps
      return PixelCurve(
        try run.scores(ofCopies: steps + 1, of: place) { step, picture in
          start.write(replacedBy: end, order, first: step * pixels / steps, into: picture)
        })
    }
  }

  private func painted(_ shape: Shape) -> Tensor {
    let area = shape[1] * shape[2]
    return Tensor(
      shape,
      (0..<shape.count).map { color.isEmpty ? 0 : color[$0 / area] })
  }
}

extension Tensor {
  /// Writes an image `[C, H, W]` whose first pixels of an order are those of another.
  fileprivate func write(
    replacedBy other: Tensor, _ order: PixelOrder, first count: Int,
    into picture: UnsafeMutableBufferPointer<Float>
  ) {
    let pixels = order.pixels.count
    withUnsafeBufferPointer { from in
      other.withUnsafeBufferPointer { to in
        for i in 0..<pixels {
          let share = order.share(of: i, among: count)
          for place in stride(from: i, to: picture.count, by: pixels) {
            // Exact at both ends, and no product with what isn't taken.
            let value =
              share == 0
              ? from[place]
              : share == 1
                ? to[place]
                : from[place] + share * (to[place] - from[place])
            picture.initializeElement(at: place, to: value)
          }
        }
      }
    }
  }
}
