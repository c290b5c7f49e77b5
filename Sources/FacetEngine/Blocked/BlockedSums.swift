import CFacetKernels
import FacetTensor
import FacetThreads

/// Element-by-element sums and gates of values, in pieces of memory.
struct BlockedSums {
  let machine: Machine

  /// Floats in one item.
  private static let piece = 1 << 15

  /// Calls `body` for pieces of every image; all values have one image's floats in a row.
  private func forPieces(_ y: Value, _ body: @Sendable (_ image: Int, Range<Int>) -> Void) {
    let count = Value.imageCount(y.shape, y.layout)
    let images = y.shape.rank == 0 ? 1 : y.shape[0]
    let pieces = (count + Self.piece - 1) / Self.piece
    machine.parallel.forEach(images * pieces) { item in
      let start = item % pieces * Self.piece
      body(item / pieces, start..<min(start + Self.piece, count))
    }
  }

  /// `y = activation(x_0 + x_1 + ...)`, added in this order.
  func sum(_ inputs: [Value], _ epilogue: facet_epilogue = facet_epilogue(), into y: Value) {
    let activation = Activation(epilogue: epilogue)
    forPieces(y) { image, range in
      let pointers = inputs.map { Optional(UnsafePointer($0.image(image) + range.lowerBound)) }
      pointers.withUnsafeBufferPointer { pointers in
        var job = facet_sum()
        job.inputs = pointers.baseAddress
        job.input_count = Int32(inputs.count)
        job.output = y.image(image) + range.lowerBound
        job.count = range.count
        job.epilogue = activation.epilogue
        machine.kernels.maps.sum(&job)
      }
    }
  }

  private struct Activation: @unchecked Sendable { let epilogue: facet_epilogue }

  /// What passes a ReLU backwards.
  enum Gate {
    case gradient
    case guided
    case rectified

    fileprivate var code: Int32 {
      switch self {
      case .gradient: Int32(FACET_GATE_RELU.rawValue)
      case .guided: Int32(FACET_GATE_GUIDED.rawValue)
      case .rectified: Int32(FACET_GATE_RECTIFIED.rawValue)
      }
    }
  }

  /// - Parameter output: the ReLU's forward output; not read by `rectified`.
  func gate(_ gate: Gate, output: Value?, _ gy: Value, high: Float = .infinity, into gx: Value) {
    forPieces(gx) { image, range in
      var job = facet_relu_gradient()
      job.forward = output.map { UnsafePointer($0.image(image) + range.lowerBound) }
      job.gradient = UnsafePointer(gy.image(image) + range.lowerBound)
      job.output = gx.image(image) + range.lowerBound
      job.count = range.count
      job.gate = gate.code
      job.high = high
      machine.kernels.maps.relu_gradient(&job)
    }
  }
}
