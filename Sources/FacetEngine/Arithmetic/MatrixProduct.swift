import CFacetKernels

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

  fileprivate var rowStep: Int { transposed ? 1 : stride }
  fileprivate var columnStep: Int { transposed ? stride : 1 }
}

enum MatrixProduct {
  /// `C = A B`, or `C += A B`: A is `rows x inner`, B is `inner x columns`.
  static func multiply(
    _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>, stride: Int,
    rows: Int, columns: Int, inner: Int, accumulating: Bool = false, _ kernels: KernelTable
  ) {
    var job = facet_matrix_product()
    job.rows = rows
    job.columns = columns
    job.inner = inner
    job.a = a.base
    job.a_row = a.rowStep
    job.a_column = a.columnStep
    job.b = b.base
    job.b_row = b.rowStep
    job.b_column = b.columnStep
    job.c = c
    job.c_row = stride
    job.adds = accumulating ? 1 : 0
    let scratch = Buffer(kernels.maps.matrix_scratch(&job))
    job.scratch = scratch.base
    kernels.maps.matrix_product(&job)
    _ = scratch
  }
}
