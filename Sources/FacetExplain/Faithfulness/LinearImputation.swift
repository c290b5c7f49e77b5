import FacetTensor

/// Missing pixels filled in from those around them (Rong et al. 2022, section 4.2): each is the
/// weighted mean of its eight neighbours, 1/6 for those beside it and 1/12 for the diagonal ones,
/// renormalised at the border. All missing pixels together make a sparse linear system.
///
/// It is solved by conjugate gradients until the residual's norm is ``tolerance`` of the right side's,
/// which for an image of deviation 1 is far below the noise that ROAD adds.
public struct LinearImputation: Sendable {
  /// The norm of the residual, as a part of the right side's.
  public var tolerance: Float
  /// Steps at most; a system of n unknowns needs about as many as its widest hole has pixels.
  public var iterations: Int

  public init(tolerance: Float = 1e-4, iterations: Int = 2000) {
    self.tolerance = tolerance
    self.iterations = iterations
  }

  /// An image `[C, H, W]` with the missing pixels filled in, channel by channel.
  ///
  /// - Parameter missing: for each pixel, whether it is; where all are, the system has no solution, and
  ///   they become 0.
  public func filled(_ image: Tensor, missing: [Bool]) -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    precondition(missing.count == height * width, "\(missing.count) pixels of \(image.shape)")
    let grid = PaddedGrid(height: height, width: width)
    var known = [Float](repeating: 0, count: grid.count)
    var unknown = known
    for y in 0..<height {
      for x in 0..<width {
        let isMissing = missing[y * width + x]
        unknown[grid.place(y, x)] = isMissing ? 1 : 0
        known[grid.place(y, x)] = isMissing ? 0 : 1
      }
    }
    let solver = ImputationSolver(grid: grid, unknown: unknown, diagonal: grid.neighbourSums())
    let channels = (0..<image.shape[0]).map { channel -> Tensor in
      var values = grid.padded(image.slice(channel))
      for i in values.indices { values[i] *= known[i] }
      // A start at the mean of what is known leaves only differences to find.
      let count = known.reduce(0, +)
      let mean = count > 0 ? values.reduce(0, +) / count : 0
      for i in values.indices where unknown[i] == 1 { values[i] = mean }
      if count > 0 { solver.solve(&values, tolerance, iterations) }
      return grid.plane(values)
    }
    return .stack(channels)
  }
}

/// A plane with a border of zeros around it, in one row-major array whose length is a multiple of 16.
private struct PaddedGrid {
  let height: Int
  let width: Int
  var stride: Int { width + 2 }
  var count: Int { ((height + 2) * stride + 15) / 16 * 16 }

  func place(_ y: Int, _ x: Int) -> Int { (y + 1) * stride + x + 1 }

  func padded(_ plane: Tensor) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    for y in 0..<height {
      for x in 0..<width { values[place(y, x)] = plane.scalars[y * width + x] }
    }
    return values
  }

  func plane(_ values: [Float]) -> Tensor {
    Tensor(
      [height, width],
      (0..<height * width).map { values[place($0 / width, $0 % width)] })
  }

  /// The weighted sum of the eight neighbours of every cell from `from` to the last row's end.
  func neighbours(
    _ v: UnsafePointer<Float>, _ i: Int
  ) -> Float {
    let s = stride
    let beside = v[i - 1] + v[i + 1] + v[i - s] + v[i + s]
    let diagonal = v[i - s - 1] + v[i - s + 1] + v[i + s - 1] + v[i + s + 1]
    return beside * (1 / 6) + diagonal * (1 / 12)
  }

  /// For each pixel, the sum of the weights of the neighbours that exist.
  func neighbourSums() -> [Float] {
    let ones = padded(Tensor([height, width], repeating: 1))
    var sums = [Float](repeating: 0, count: count)
    ones.withUnsafeBufferPointer { ones in
      guard let base = ones.baseAddress else { return }
      for y in 0..<height {
        for i in place(y, 0)...place(y, width - 1) { sums[i] = neighbours(base, i) }
      }
    }
    return sums
  }
}

/// Conjugate gradients on a grid (Hestenes and Stiefel 1952) for
/// `diagonal v - (sum of weighted missing neighbours) = (sum of weighted known neighbours)`.
private struct ImputationSolver {
  let grid: PaddedGrid
  /// 1 where a value is to be found, else 0.
  let unknown: [Float]
  let diagonal: [Float]

  /// - Parameter values: known values, and a first guess of the others.
  func solve(_ values: inout [Float], _ tolerance: Float, _ iterations: Int) {
    let n = grid.count
    var residual = [Float](repeating: 0, count: n)
    var direction = residual
    var image = residual
    // With known and guessed values in one array, the residual is minus the operator's image of it.
    apply(to: values, into: &residual)
    for i in 0..<n { residual[i] = -residual[i] }
    direction = residual
    let target = tolerance * norm(of: rightSide(values))
    var square = Self.dot(residual, residual)
    for _ in 0..<iterations {
      if square.squareRoot() <= Double(target) { return }
      apply(to: direction, into: &image)
      let step = Float(square / Self.dot(direction, image))
      Self.add(step, direction, to: &values)
      Self.add(-step, image, to: &residual)
      let next = Self.dot(residual, residual)
      let factor = Float(next / square)
      square = next
      Self.combine(residual, factor, into: &direction)
    }
  }

  /// The weighted sums of known neighbours.
  private func rightSide(_ values: [Float]) -> [Float] {
    var known = values
    for i in known.indices where unknown[i] == 1 { known[i] = 0 }
    var side = [Float](repeating: 0, count: known.count)
    apply(to: known, into: &side)
    return side
  }

  private func norm(of side: [Float]) -> Float { Float(Self.dot(side, side).squareRoot()) }

  /// `diagonal v - neighbours(v)` at the unknown pixels, 0 elsewhere.
  private func apply(to v: [Float], into out: inout [Float]) {
    let (first, last) = (grid.place(0, 0), grid.place(grid.height - 1, grid.width - 1))
    v.withUnsafeBufferPointer { v in
      unknown.withUnsafeBufferPointer { unknown in
        diagonal.withUnsafeBufferPointer { diagonal in
          out.withUnsafeMutableBufferPointer { out in
            guard let v = v.baseAddress, let unknown = unknown.baseAddress,
              let diagonal = diagonal.baseAddress, let out = out.baseAddress
            else { return }
            for i in first...last {
              out[i] = unknown[i] * (diagonal[i] * v[i] - grid.neighbours(v, i))
            }
          }
        }
      }
    }
  }

  private static func dot(_ a: [Float], _ b: [Float]) -> Double {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        var sum = SIMD16<Float>(repeating: 0)
        for start in stride(from: 0, to: a.count, by: 64) {
          sum +=
            a.loadUnaligned(fromByteOffset: start, as: SIMD16<Float>.self)
            * b.loadUnaligned(fromByteOffset: start, as: SIMD16<Float>.self)
        }
        return (0..<16).reduce(0.0) { $0 + Double(sum[$1]) }
      }
    }
  }

  private static func add(_ factor: Float, _ a: [Float], to b: inout [Float]) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        for i in 0..<a.count { b[i] += factor * a[i] }
      }
    }
  }

  /// `b = a + factor b`.
  private static func combine(_ a: [Float], _ factor: Float, into b: inout [Float]) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        for i in 0..<a.count { b[i] = a[i] + factor * b[i] }
      }
    }
  }
}
