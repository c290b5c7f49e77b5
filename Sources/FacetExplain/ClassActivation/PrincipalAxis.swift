/// The first left singular vector of a matrix, in double precision.
enum PrincipalAxis {
  /// For `rows` x `columns` values in row-major order, the unit vector of `rows` elements along
  /// which the columns reach furthest; zeros for a zero matrix.
  ///
  /// Power iteration on the smaller of the two Gram matrices, from a fixed start, until the
  /// residual is 1e-11 of the eigenvalue. Complexity: O(rows columns min + iterations min^2).
  static func ofColumns(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
    if rows <= columns {
      return leading(gram(matrix, rows, columns, byRows: true), rows)
    }
    let weights = leading(gram(matrix, rows, columns, byRows: false), columns)
    let axis = (0..<rows).map { row in
      (0..<columns).reduce(0.0) { $0 + matrix[row * columns + $1] * weights[$1] }
    }
    return unit(axis)
  }

  /// `M M^T` (by rows) or `M^T M`.
  private static func gram(_ m: [Double], _ rows: Int, _ columns: Int, byRows: Bool) -> [Double] {
    let n = byRows ? rows : columns
    let depth = byRows ? columns : rows
    let (along, across) = byRows ? (columns, 1) : (1, columns)
    var gram = [Double](repeating: 0, count: n * n)
    m.withUnsafeBufferPointer { m in
      for i in 0..<n {
        for j in 0...i {
          var sum = 0.0
          for d in 0..<depth { sum += m[i * along + d * across] * m[j * along + d * across] }
          gram[i * n + j] = sum
          gram[j * n + i] = sum
        }
      }
    }
    return gram
  }

  /// The eigenvector of the largest eigenvalue of a symmetric positive matrix.
  private static func leading(_ matrix: [Double], _ n: Int) -> [Double] {
    // The row of the largest diagonal element is not orthogonal to the leading vector but by chance;
    // the small slope breaks such a chance.
    let widest = (0..<n).max { matrix[$0 * n + $0] < matrix[$1 * n + $1] } ?? 0
    let scale = matrix[widest * n + widest]
    guard scale > 0 else { return [Double](repeating: 0, count: n) }
    var vector = unit(
      (0..<n).map { matrix[widest * n + $0] + 1e-3 * scale * Double($0 + 1) / Double(n) })
    var image = vector
    for _ in 0..<20_000 {
      matrix.withUnsafeBufferPointer { matrix in
        for i in 0..<n {
          var sum = 0.0
          for j in 0..<n { sum += matrix[i * n + j] * vector[j] }
          image[i] = sum
        }
      }
      let value = Swift.zip(image, vector).reduce(0) { $0 + $1.0 * $1.1 }
      let residual = Swift.zip(image, vector)
        .reduce(0) { $0 + ($1.0 - value * $1.1) * ($1.0 - value * $1.1) }
      vector = unit(image)
      if residual.squareRoot() <= 1e-11 * value { break }
    }
    return vector
  }

  private static func unit(_ vector: [Double]) -> [Double] {
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return norm > 0 ? vector.map { $0 / norm } : vector
  }
}
