import FacetTensor

/// `y = x W^T + b` on rows, and its gradients; work is cut along the longer side of the weights.
struct LinearKernels {
  let parallel: Parallel
  private static let block = 256

  func forward(_ x: Source, weight: Source, bias: Source?, into y: Destination) {
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], y.shape[1])
    parallel.forBlocks(of: Self.block, in: outputs) { range in
      if let bias {
        for row in 0..<rows {
          (y.base + row * outputs + range.lowerBound)
            .update(from: bias.base + range.lowerBound, count: range.count)
        }
      }
      MatrixProduct.multiply(
        Matrix(x.base, stride: inputs),
        Matrix(weight.base + range.lowerBound * inputs, stride: inputs, transposed: true),
        into: y.base + range.lowerBound, stride: outputs, rows: rows, columns: range.count,
        inner: inputs, accumulating: bias != nil)
    }
  }

  func backwardData(_ gy: Source, weight: Source, into gx: Destination) {
    let (rows, inputs, outputs) = (gy.shape[0], gx.shape[1], gy.shape[1])
    parallel.forBlocks(of: Self.block, in: inputs) { range in
      MatrixProduct.multiply(
        Matrix(gy.base, stride: outputs), Matrix(weight.base + range.lowerBound, stride: inputs),
        into: gx.base + range.lowerBound, stride: inputs, rows: rows, columns: range.count,
        inner: outputs)
    }
  }

  func backwardWeights(_ x: Source, _ gy: Source, into gw: Destination) {
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], gy.shape[1])
    parallel.forBlocks(of: Self.block, in: outputs) { range in
      MatrixProduct.multiply(
        Matrix(gy.base + range.lowerBound, stride: outputs, transposed: true),
        Matrix(x.base, stride: inputs), into: gw.base + range.lowerBound * inputs,
        stride: inputs, rows: range.count, columns: inputs, inner: rows)
    }
  }

  func backwardBias(_ gy: Source, into gb: Destination) {
    gb.clear()
    for row in 0..<gy.shape[0] {
      let line = gy.base + row * gy.shape[1]
      for o in 0..<gy.shape[1] { gb.base[o] += line[o] }
    }
  }
}
