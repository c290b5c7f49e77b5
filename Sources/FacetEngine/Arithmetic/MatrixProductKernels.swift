import FacetTensor
import FacetThreads

/// Products of the last two axes of two values, the axes before broadcast (NumPy's matmul).
struct MatrixProductKernels {
  let machine: Machine
  private let rows: Int
  private let inner: Int
  private let columns: Int
  /// Which matrices of either input each product takes.
  private let lefts: [Int]
  private let rights: [Int]

  init(_ a: Shape, _ b: Shape, _ machine: Machine) {
    self.machine = machine
    // An input of one axis is a row on the left and a column on the right.
    let left = a.rank == 1 ? a.prepending(1) : a
    let right = b.rank == 1 ? Shape([b[0], 1]) : b
    rows = left[left.rank - 2]
    inner = left[left.rank - 1]
    columns = right[right.rank - 1]
    let (leftBatch, rightBatch) = (left.dropLast(2), right.dropLast(2))
    let rank = max(leftBatch.rank, rightBatch.rank)
    func extent(_ shape: Shape, _ axis: Int) -> Int {
      axis < rank - shape.rank ? 1 : shape[axis - (rank - shape.rank)]
    }
    let batch = Shape(
      (0..<rank).map { axis in
        let (p, q) = (extent(leftBatch, axis), extent(rightBatch, axis))
        return p == 1 ? q : p
      })
    func places(_ shape: Shape) -> [Int] {
      let strides = StridedView.broadcast(shape, to: batch).strides
      return Swift.zip(batch.extents, strides).reduce([0]) { places, axis in
        places.flatMap { place in (0..<axis.0).map { place + $0 * axis.1 } }
      }
    }
    lefts = places(leftBatch)
    rights = places(rightBatch)
  }

  func forward(_ a: Source, _ b: Source, into y: Destination) {
    // Large matrices are cut into as many rows each, so that a single one occupies all cores.
    let height = 256
    let blocks = (rows + height - 1) / height
    machine.parallel.forEach(lefts.count * blocks) { part in
      let (item, first) = (part / blocks, part % blocks * height)
      MatrixProduct.multiply(
        Matrix(a.base + (lefts[item] * rows + first) * inner, stride: inner),
        Matrix(b.base + rights[item] * inner * columns, stride: columns),
        into: y.base + (item * rows + first) * columns, stride: columns,
        rows: min(height, rows - first), columns: columns, inner: inner, machine.kernels)
    }
  }

  /// `ga = gy b^T`, added up over the products a matrix takes part in; `ga` is zero before.
  func backwardFirst(_ b: Source, _ gy: Source, onto ga: Destination) {
    for item in lefts.indices {
      MatrixProduct.multiply(
        Matrix(gy.base + item * rows * columns, stride: columns),
        Matrix(b.base + rights[item] * inner * columns, stride: columns, transposed: true),
        into: ga.base + lefts[item] * rows * inner, stride: inner, rows: rows, columns: inner,
        inner: columns, accumulating: true, machine.kernels)
    }
  }

  /// `gb = a^T gy`, added up likewise.
  func backwardSecond(_ a: Source, _ gy: Source, onto gb: Destination) {
    for item in rights.indices {
      MatrixProduct.multiply(
        Matrix(a.base + lefts[item] * rows * inner, stride: inner, transposed: true),
        Matrix(gy.base + item * rows * columns, stride: columns),
        into: gb.base + rights[item] * inner * columns, stride: columns, rows: inner,
        columns: columns, inner: rows, accumulating: true, machine.kernels)
    }
  }
}

extension Shape {
  /// The shape without its last `n` extents.
  func dropLast(_ n: Int) -> Shape { Shape(Array(extents.dropLast(n))) }
}
