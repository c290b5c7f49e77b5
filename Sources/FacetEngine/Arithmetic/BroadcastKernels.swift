import FacetGraph
import FacetTensor
import FacetThreads
import Foundation

/// Functions of two broadcast values.
struct BroadcastKernels {
  let parallel: Parallel

  func forward(_ function: Arithmetic, _ a: Source, _ b: Source, into y: Destination) {
    forRuns(a, b, y.shape) { place, run in Self.combine(function, run, into: y.base + place) }
  }

  /// The gradient of the first or the second input, summed over what was repeated.
  func backward(
    _ function: Arithmetic, _ a: Source, _ b: Source, _ gy: Source, ofFirst: Bool
  ) -> Tensor {
    let shape = ofFirst ? a.shape : b.shape
    let full = Tensor(
      gy.shape,
      writing: { g in
        forRuns(a, b, gy.shape) { place, run in
          Self.derive(function, run, gy.base + place, ofFirst, into: g.base + place)
        }
      })
    guard shape != gy.shape else { return full }
    return Tensor.withSources([full]) { sources in
      Tensor(
        shape,
        accumulating: {
          StridedView.broadcast(shape, to: gy.shape).scatter(sources[0], onto: $0, parallel)
        })
    }
  }

  /// Some elements of both inputs; a step is 0 where one is repeated.
  private struct Run {
    let a: UnsafePointer<Float>
    let aStep: Int
    let b: UnsafePointer<Float>
    let bStep: Int
    let count: Int

    /// A loop of its own for each way to broadcast, without calls.
    @inline(__always)
    func each(_ body: (_ i: Int, _ a: Float, _ b: Float) -> Void) {
      switch (aStep, bStep) {
      case (1, 1): for i in 0..<count { body(i, a[i], b[i]) }
      case (1, 0):
        let b = b[0]
        for i in 0..<count { body(i, a[i], b) }
      case (0, 1):
        let a = a[0]
        for i in 0..<count { body(i, a, b[i]) }
      default: for i in 0..<count { body(i, a[i * aStep], b[i * bStep]) }
      }
    }
  }

  private func forRuns(
    _ a: Source, _ b: Source, _ shape: Shape, _ body: @Sendable (_ place: Int, Run) -> Void
  ) {
    let views = StridedView.merged([.broadcast(a.shape, to: shape), .broadcast(b.shape, to: shape)])
    let (aStep, bStep) = (views[0].row.step, views[1].row.step)
    StridedView.forRuns(views[0], views[1], parallel) { place, i, j, count in
      body(place, Run(a: a.base + i, aStep: aStep, b: b.base + j, bStep: bStep, count: count))
    }
  }

  private static func combine(
    _ function: Arithmetic, _ run: Run, into y: UnsafeMutablePointer<Float>
  ) {
    @inline(__always) func each(_ f: (Float, Float) -> Float) {
      run.each { i, a, b in y[i] = f(a, b) }
    }
    switch function {
    case .add: each { $0 + $1 }
    case .subtract: each { $0 - $1 }
    case .multiply: each { $0 * $1 }
    case .divide: each { $0 / $1 }
    case .power: each { powf($0, $1) }
    // A NaN of either stays, as in NumPy.
    case .minimum: each { $0 <= $1 || $0.isNaN ? $0 : $1 }
    case .maximum: each { $0 >= $1 || $0.isNaN ? $0 : $1 }
    }
  }

  /// The gradient before it is summed over repeated elements.
  private static func derive(
    _ function: Arithmetic, _ run: Run, _ gy: UnsafePointer<Float>, _ ofFirst: Bool,
    into g: UnsafeMutablePointer<Float>
  ) {
    @inline(__always) func each(_ derivative: (Float, Float) -> Float) {
      run.each { i, a, b in g[i] = gy[i] * derivative(a, b) }
    }
    switch (function, ofFirst) {
    case (.add, _), (.subtract, true): g.update(from: gy, count: run.count)
    case (.subtract, false): for i in 0..<run.count { g[i] = -gy[i] }
    case (.multiply, true): each { $1 }
    case (.multiply, false): each { a, _ in a }
    case (.divide, true): each { 1 / $1 }
    case (.divide, false): each { -$0 / ($1 * $1) }
    case (.power, true): each { a, b in b == 0 ? 0 : b * powf(a, b - 1) }
    case (.power, false): each { a, b in a == 0 && b >= 0 ? 0 : powf(a, b) * logf(a) }
    // A tie gives either half.
    case (.minimum, true): each { $0 < $1 ? 1 : $0 == $1 ? 0.5 : 0 }
    case (.minimum, false): each { $1 < $0 ? 1 : $0 == $1 ? 0.5 : 0 }
    case (.maximum, true): each { $0 > $1 ? 1 : $0 == $1 ? 0.5 : 0 }
    case (.maximum, false): each { $1 > $0 ? 1 : $0 == $1 ? 0.5 : 0 }
    }
  }
}
