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

  func backwardData(_ gy: Source, weight: Source, into gx: Destination) {
    let (rows, inputs, outputs) = (gy.shape[0], gx.shape[1], gy.shape[1])
    // Long runs of each weight row: memory is read in pages.
    let block = max(block(outputs, inputs), min(1024, (inputs / 8 + 15) / 16 * 16))
    machine.parallel.forBlocks(of: block, in: inputs) { range in
      var job = facet_linear_gradient()
      job.gradient = gy.base
      job.gradient_row = outputs
      job.rows = Int32(rows)
      job.inputs = range.count
      job.outputs = outputs
      job.first = range.lowerBound
      job.weights = weight.base
      job.weight_row = inputs
      job.output = gx.base
      job.output_row = inputs
      machine.kernels.maps.linear_input_gradient(&job)
    }
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
