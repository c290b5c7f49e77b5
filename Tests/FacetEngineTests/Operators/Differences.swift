import FacetEngine
import FacetTensor
import FacetTestSupport

/// Directional derivatives by differences.
enum Direction {
  static func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, 0xD1)
    return Tensor(shape, (0..<shape.count).map { _ in stream.uniform(in: -1...1) })
  }

  /// A signal for a run's output. Where that is infinite, as a padding may be, there is nothing to
  /// differ, and the signal is 0.
  static func seed(of trace: Trace) -> Tensor {
    Tensor.random(trace.output.shape, seed: 4).zip(trace.output) { $1.isFinite ? $0 : 0 }
  }

  /// The derivative of `f` at 0, from four points: the error is of the order of the step's fourth
  /// power.
  static func slope(_ f: (Float) throws -> Double) throws -> Double {
    let step: Float = 0.016
    let wide = (try f(step) - f(-step)) / Double(2 * step)
    let narrow = (try f(step / 2) - f(-step / 2)) / Double(step)
    return (4 * narrow - wide) / 3
  }
}

extension Tensor {
  /// The inner product with a signal, over the places where that isn't 0.
  func finiteDot(_ signal: Tensor) -> Double { zip(signal) { $1 == 0 ? 0 : $0 }.dot(signal) }

  /// The largest difference relative to the largest finite number; infinite where one of the two isn't
  /// finite and the other is something else.
  func difference(from reference: [Double]) -> Double {
    let scale = reference.filter(\.isFinite).map(abs).max() ?? 0
    return Swift.zip(scalars, reference).reduce(0) { worst, pair in
      let (value, reference) = (Double(pair.0), pair.1)
      if value == reference { return worst }
      guard value.isFinite, reference.isFinite else { return .infinity }
      return max(worst, abs(value - reference) / max(scale, .leastNormalMagnitude))
    }
  }
}
