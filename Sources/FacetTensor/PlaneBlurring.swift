import Foundation

/// What a filter finds beyond the border of a plane.
public enum PlaneBorder: String, CaseIterable, Hashable, Codable, Sendable {
  /// The plane mirrored about its outermost cells, which are not repeated: c b | a b c | b a.
  case reflect
  /// The outermost cells repeated: a a | a b c | c c.
  case clamp
  /// Zeros.
  case zero

  /// The place inside `0..<count` that stands for `place`; `nil` for a zero.
  func place(_ place: Int, count: Int) -> Int? {
    if 0..<count ~= place { return place }
    switch self {
    case .zero: return nil
    case .clamp: return place < 0 ? 0 : count - 1
    case .reflect:
      if count == 1 { return 0 }
      let period = 2 * (count - 1)
      let folded = ((place % period) + period) % period
      return min(folded, period - folded)
    }
  }
}

extension Tensor {
  /// The planes (the last two axes) smoothed by a Gaussian of standard deviation `sigma` cells,
  /// sampled at whole cells, cut at `radius` and normalised to sum 1.
  ///
  /// An 11x11 kernel with sigma 5 is `sigma: 5, radius: 5`. A sigma of 0 changes nothing.
  ///
  /// - Parameter radius: in cells; `nil` is 3 sigma, rounded up.
  public func gaussianBlurred(
    sigma: Float, radius: Int? = nil, border: PlaneBorder = .reflect
  ) -> Tensor {
    precondition(shape.rank >= 2 && shape.count > 0, "blurring planes of shape \(shape)")
    precondition(sigma >= 0 && sigma.isFinite && (radius ?? 0) >= 0, "blurring by \(sigma)")
    if sigma == 0 { return self }
    let reach = radius ?? Int((3 * sigma).rounded(.up))
    let raw = (-reach...reach).map { exp(-Double($0 * $0) / (2 * Double(sigma) * Double(sigma))) }
    let sum = raw.reduce(0, +)
    let kernel = raw.map { Float($0 / sum) }
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let planes = shape.count / (rows * columns)
    // A row with its border on both sides, so that the inner loop has no branch.
    var padded = [Float](repeating: 0, count: columns + 2 * reach)
    var across = [Float](repeating: 0, count: rows * columns)
    return Tensor(shape) { out in
      withUnsafeBufferPointer { source in
        for plane in 0..<planes {
          let start = plane * rows * columns
          for y in 0..<rows {
            for x in -reach..<columns + reach {
              padded[x + reach] =
                border.place(x, count: columns).map { source[start + y * columns + $0] } ?? 0
            }
            for x in 0..<columns {
              var value: Float = 0
              for tap in kernel.indices { value += kernel[tap] * padded[x + tap] }
              across[y * columns + x] = value
            }
          }
          for y in 0..<rows {
            let line = out.baseAddress! + start + y * columns
            line.initialize(repeating: 0, count: columns)
            for tap in kernel.indices {
              guard let row = border.place(y + tap - reach, count: rows) else { continue }
              let weight = kernel[tap]
              for x in 0..<columns { line[x] += weight * across[row * columns + x] }
            }
          }
        }
      }
    }
  }
}
