import CFacetKernels
import FacetTensor
import FacetThreads

/// `y = x W^T + b` on rows, and its gradients; weights are read as they are, once for the whole batch.
struct LinearKernels {
  let machine: Machine

  /// Weights, as floats, in one item.
  private static let itemFloats = 1 << 16

  /// Outputs, or inputs, in one item, in whole vectors.
  private func block(_ other: Int, _ all: Int) -> Int {
    max(16, min(all, Self.itemFloats / max(other, 1)) / 16 * 16)
  }

  func forward(
    _ x: Source, weight: Source, bias: Source?, epilogue: facet_epilogue = facet_epilogue(),
    into y: Destination
  ) {
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], y.shape[1])
    let activation = Activation(epilogue: epilogue)
    machine.parallel.forBlocks(of: block(inputs, outputs), in: outputs) { range in
      var job = facet_linear()
      job.input = x.base
      job.input_row = inputs
      job.rows = Int32(rows)
      job.inputs = inputs
      job.weights = weight.base
      job.weight_row = inputs
      job.first_output = range.lowerBound
      job.outputs = range.count
      job.bias = bias?.base
      job.epilogue = activation.epilogue
      job.output = y.base
      job.output_row = outputs
      machine.kernels.maps.linear(&job)
    }
  }

  private struct Activation: @unchecked Sendable { let epilogue: facet_epilogue }

  /// Outputs whose weights are read by one core, row after row.
  private static let carriedOutputs = 128
  /// Floats of an input's gradient of which every core can have one of its own.
  private static let smallGradient = 1 << 15

  func backwardData(_ gy: Source, weight: Source, into gx: Destination) {
    let outputs = gy.shape[1]
    let parts = (outputs + Self.carriedOutputs - 1) / Self.carriedOutputs
    guard gx.shape.count <= Self.smallGradient, parts > 1 else {
      return backwardColumns(gy, weight: weight, into: gx)
    }
    // Memory is fastest read in its own order: whole rows of weights, and a sum of sums.
    let sums = Buffer(parts * gx.shape.count)
    machine.parallel.forEach(parts) { part in
      let first = part * Self.carriedOutputs
      let rows = first..<min(first + Self.carriedOutputs, outputs)
      let place = sums.base + part * gx.shape.count
      gradient(gy, weight, outputs: rows, inputs: 0..<gx.shape[1], into: place)
    }
    machine.parallel.forBlocks(of: 1 << 12, in: gx.shape.count) { range in
      let sum = gx.base + range.lowerBound
      sum.update(from: sums.base + range.lowerBound, count: range.count)
      for part in 1..<parts {
        let other = sums.base + part * gx.shape.count + range.lowerBound
        for i in 0..<range.count { sum[i] += other[i] }
      }
    }
  }

  /// Each item has some inputs and reads their columns of all weights, for all rows.
  private func backwardColumns(_ gy: Source, weight: Source, into gx: Destination) {
    let (inputs, outputs) = (gx.shape[1], gy.shape[1])
    // Long runs of each weight row: memory is read in pages.
    let block = max(block(outputs, inputs), min(1024, (inputs / 8 + 15) / 16 * 16))
    machine.parallel.forBlocks(of: block, in: inputs) { range in
      gradient(gy, weight, outputs: 0..<outputs, inputs: range, into: gx.base)
    }
  }

  /// The part of the inputs' gradient `[rows, all inputs]` that comes from some outputs.
  private func gradient(
    _ gy: Source, _ weight: Source, outputs: Range<Int>, inputs: Range<Int>,
    into gx: UnsafeMutablePointer<Float>
  ) {
    let all = weight.shape[1]
    var job = facet_linear_gradient()
    job.gradient = gy.base + outputs.lowerBound
    job.gradient_row = gy.shape[1]
    job.rows = Int32(gy.shape[0])
    job.inputs = inputs.count
    job.outputs = outputs.count
    job.first = inputs.lowerBound
    job.weights = weight.base + outputs.lowerBound * all
    job.weight_row = all
    job.output = gx
    job.output_row = all
    machine.kernels.maps.linear_input_gradient(&job)
  }

  func backwardWeights(_ x: Source, _ gy: Source, into gw: Destination) {
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], gy.shape[1])
    machine.parallel.forBlocks(of: block(inputs, outputs), in: outputs) { range in
      var job = facet_linear_gradient()
      job.gradient = gy.base
      job.gradient_row = outputs
      job.rows = Int32(rows)
      job.inputs = inputs
      job.outputs = range.count
      job.first = range.lowerBound
      job.input = x.base
      job.input_row = inputs
      job.output = gw.base
      job.output_row = inputs
      machine.kernels.maps.linear_weight_gradient(&job)
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
