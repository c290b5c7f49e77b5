import FacetGraph
import FacetTensor
import FacetThreads
import Foundation

/// Reductions over some axes, and their gradients.
struct ReductionKernels {
  let parallel: Parallel

  /// Where the elements are: the first of each output element, and the others from there.
  private struct Lanes {
    let starts: [Int]
    let count: Int
    /// `nil` where a lane's elements lie side by side.
    let offsets: [Int]?

    init(_ shape: Shape, _ axes: [Int]) {
      let strides = shape.strides
      func places(_ axes: [Int]) -> [Int] {
        axes.reduce([0]) { places, axis in
          places.flatMap { place in (0..<shape[axis]).map { place + $0 * strides[axis] } }
        }
      }
      count = axes.reduce(1) { $0 * shape[$1] }
      // Axes of extent 1 lie side by side with anything.
      let wide = axes.filter { shape[$0] > 1 }
      let isRun = wide.allSatisfy { axis in
        (axis..<shape.rank).allSatisfy { shape[$0] == 1 || axes.contains($0) }
      }
      starts = places((0..<shape.rank).filter { !axes.contains($0) })
      offsets = isRun ? nil : places(axes)
    }

    /// Calls `body` for blocks of lanes.
    func forBlocks(_ parallel: Parallel, _ body: @Sendable (Range<Int>) -> Void) {
      parallel.forBlocks(of: max(1, 1 << 14 / count), in: starts.count, body)
    }
  }

  /// The elements of one lane.
  private struct Lane {
    let x: UnsafePointer<Float>
    let count: Int
    let offsets: [Int]?

    /// `body` of the place of each element, from the lane's first; a loop of its own without calls.
    @inline(__always)
    func each(_ body: (Int) -> Void) {
      guard let offsets else {
        for i in 0..<count { body(i) }
        return
      }
      offsets.withUnsafeBufferPointer { for i in $0 { body(i) } }
    }

    @inline(__always)
    func fold<Value>(_ start: Value, _ f: (Value, Float) -> Value) -> Value {
      var value = start
      each { value = f(value, x[$0]) }
      return value
    }

    /// In fixed order; in single precision but many lanes wide where the elements lie side by side.
    var sum: Float {
      offsets == nil ? Sums.sum(x, count) : Float(fold(0.0) { $0 + Double($1) })
    }
  }

  func forward(_ reduction: Reduction, _ x: Source, into y: Destination) {
    let lanes = Lanes(x.shape, reduction.axes)
    lanes.forBlocks(parallel) { places in
      for place in places {
        let lane = Lane(x: x.base + lanes.starts[place], count: lanes.count, offsets: lanes.offsets)
        y.base[place] = Self.reduce(reduction.kind, lane)
      }
    }
  }

  private static func reduce(_ kind: Reduction.Kind, _ lane: Lane) -> Float {
    switch kind {
    case .sum: return lane.sum
    case .mean: return lane.sum / Float(lane.count)
    // A NaN stays.
    case .maximum: return lane.fold(-Float.infinity) { $0 >= $1 || $0.isNaN ? $0 : $1 }
    case .minimum: return lane.fold(Float.infinity) { $0 <= $1 || $0.isNaN ? $0 : $1 }
    case .product: return Float(lane.fold(1.0) { $0 * Double($1) })
    case .l1: return Float(lane.fold(0.0) { $0 + Double(abs($1)) })
    case .l2: return Float(lane.fold(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    case .sumOfSquares: return Float(lane.fold(0.0) { $0 + Double($1) * Double($1) })
    case .logSum: return Float(log(lane.fold(0.0) { $0 + Double($1) }))
    case .logSumExp:
      let largest = reduce(.maximum, lane)
      guard largest.isFinite else { return largest }
      return largest + Float(log(lane.fold(0.0) { $0 + Double(expf($1 - largest)) }))
    }
  }

  /// The gradient of the input. A maximum that occurs several times shares its signal evenly.
  func backward(
    _ reduction: Reduction, _ x: Source, output y: Source, _ gy: Source, into gx: Destination
  ) {
    let lanes = Lanes(x.shape, reduction.axes)
    lanes.forBlocks(parallel) { places in
      for place in places {
        let start = lanes.starts[place]
        let lane = Lane(x: x.base + start, count: lanes.count, offsets: lanes.offsets)
        Self.derive(reduction.kind, lane, value: y.base[place], gy.base[place], gx.base + start)
      }
    }
  }

  private static func derive(
    _ kind: Reduction.Kind, _ lane: Lane, value: Float, _ up: Float,
    _ gx: UnsafeMutablePointer<Float>
  ) {
    @inline(__always) func each(_ f: (Float) -> Float) {
      lane.each { gx[$0] = up * f(lane.x[$0]) }
    }
    switch kind {
    case .sum: each { _ in 1 }
    case .mean:
      let share = 1 / Float(lane.count)
      each { _ in share }
    case .maximum, .minimum:
      let share = 1 / Float(lane.fold(0) { $0 + ($1 == value ? 1 : 0) })
      each { $0 == value ? share : 0 }
    case .product: product(lane, up, into: gx)
    case .l1: each { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    case .l2: each { value == 0 ? 0 : $0 / value }
    case .sumOfSquares: each { 2 * $0 }
    case .logSum:
      let slope = expf(-value)
      each { _ in slope }
    case .logSumExp: each { expf($0 - value) }
    }
  }

  /// Each factor's gradient is the product of the others, from the left and from the right, so that a
  /// zero does no harm.
  private static func product(_ lane: Lane, _ up: Float, into gx: UnsafeMutablePointer<Float>) {
    var places: [Int] = []
    lane.each { places.append($0) }
    var left: Double = 1
    let lefts = places.map { place in
      defer { left *= Double(lane.x[place]) }
      return left
    }
    var right: Double = 1
    for (place, left) in Swift.zip(places, lefts).reversed() {
      gx[place] = up * Float(left * right)
      right *= Double(lane.x[place])
    }
  }
}
