import COpenBLAS

/// A matrix in row-major order inside a larger one, perhaps read as its transpose.
struct Matrix {
  let base: UnsafePointer<Float>
  /// Elements from one stored row to the next.
  let stride: Int
  let transposed: Bool

  init(_ base: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
    self.base = base
    self.stride = stride
    self.transposed = transposed
  }
}

enum MatrixProduct {
  /// OpenBLAS works on the thread that calls it; the engine's own items use the cores.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// `C = A B`, or `C += A B`: A is `rows x inner`, B is `inner x columns`.
  static func multiply(
    _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>, stride: Int,
    rows: Int, columns: Int, inner: Int, accumulating: Bool = false
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
      b.transposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns), blasint(inner),
      1, a.base, blasint(a.stride), b.base, blasint(b.stride), accumulating ? 1 : 0, c,
      blasint(stride))
  }
}
