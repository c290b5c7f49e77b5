import FacetTensor
import FacetThreads

/// The squares that masks cover.
struct PatchMasks: Sendable {
  let height: Int
  let width: Int
  /// The squares of each mask.
  let squares: [[Square]]

  /// Cut at the border.
  typealias Square = (rows: Range<Int>, columns: Range<Int>)

  init(_ method: CorrRISE, height: Int, width: Int) {
    self.init(
      height: height, width: width,
      squares: (0..<method.masks).map { Self.squares(method, $0, height: height, width: width) })
  }

  private init(height: Int, width: Int, squares: [[Square]]) {
    (self.height, self.width, self.squares) = (height, width, squares)
  }

  /// The first masks.
  func prefix(_ count: Int) -> PatchMasks {
    PatchMasks(height: height, width: width, squares: Array(squares.prefix(count)))
  }

  /// A square may lie anywhere where it covers a pixel, so every pixel is covered equally often.
  static func squares(_ method: CorrRISE, _ index: Int, height: Int, width: Int) -> [Square] {
    let side = max(1, Int((method.side * Double(min(height, width))).rounded()))
    var stream = RandomStream(seed: method.seed, 0xC0221, index)
    return (0..<method.patches).map { _ in
      let top = Int.random(in: 1 - side..<height, using: &stream)
      let left = Int.random(in: 1 - side..<width, using: &stream)
      return (
        max(0, top)..<min(height, top + side), max(0, left)..<min(width, left + side)
      )
    }
  }

  /// Writes an image `[C, H, W]` as it is seen through mask `index`.
  func write(
    _ image: Tensor, through index: Int, _ black: [Float],
    into picture: UnsafeMutableBufferPointer<Float>
  ) {
    image.withUnsafeBufferPointer { _ = picture.initialize(from: $0) }
    for (channel, value) in black.enumerated() {
      for square in squares[index] {
        for y in square.rows {
          for x in square.columns { picture[(channel * height + y) * width + x] = value }
        }
      }
    }
  }

  /// For each list of centred numbers, one for each mask, their correlation with each pixel's being
  /// seen, `[H, W]`. Only covered pixels are visited: being seen is 1 minus being covered.
  func correlations(_ lists: [[Double]], _ parallel: Parallel) -> [Tensor] {
    let squaredSums = lists.map { $0.reduce(0) { $0 + $1 * $1 } }
    let rows = parallel.map(height) { y in row(y, lists, squaredSums) }
    return lists.indices.map { list in
      Tensor([height, width], rows.flatMap { $0[list] })
    }
  }

  private func row(_ y: Int, _ lists: [[Double]], _ squaredSums: [Double]) -> [[Float]] {
    var covered = [Double](repeating: 0, count: width)
    var sums = [[Double]](repeating: covered, count: lists.count)
    var isCovered = [Bool](repeating: false, count: width)
    for (index, mask) in squares.enumerated() {
      for square in mask where square.rows.contains(y) {
        for x in square.columns { isCovered[x] = true }
      }
      // Squares of one mask may overlap; each pixel counts once.
      for square in mask where square.rows.contains(y) {
        for x in square.columns where isCovered[x] {
          isCovered[x] = false
          covered[x] += 1
          for list in lists.indices { sums[list][x] += lists[list][index] }
        }
      }
    }
    let count = Double(squares.count)
    return lists.indices.map { list in
      (0..<width).map { x in
        let spread = covered[x] * (1 - covered[x] / count) * squaredSums[list]
        return spread > 0 ? Float(max(-1, min(1, -sums[list][x] / spread.squareRoot()))) : 0
      }
    }
  }
}
