import FacetGraph
import FacetTensor
import FacetThreads

/// A linear map along one axis in which each output element is a weighted sum of a few inputs: what
/// padding, gathering and resampling are. An element without inputs is `fill`.
struct AxisTaps: Equatable {
  struct Tap: Equatable {
    let index: Int
    let weight: Float
  }

  let axis: Int
  let extent: Int
  /// For each output element.
  let taps: [[Tap]]
  let fill: Float

  /// Whether nothing changes.
  var isIdentity: Bool {
    taps.count == extent
      && taps.indices.allSatisfy { taps[$0] == [Tap(index: $0, weight: 1)] }
  }

  func outputShape(_ input: Shape) -> Shape {
    var extents = input.extents
    extents[axis] = taps.count
    return Shape(extents)
  }

  func apply(_ x: Source, into y: Destination, _ parallel: Parallel) {
    let (inner, table, count) = (x.shape.dropFirst(axis + 1).count, Table(taps), taps.count)
    let outer = x.shape.extents.prefix(axis).reduce(1, *)
    if inner == 1 {
      parallel.forBlocks(of: max(1, Self.block / count), in: outer) { blocks in
        table.withPointers { table in
          for block in blocks {
            table.sum(x.base + block * extent, count, fill, into: y.base + block * count)
          }
        }
      }
    } else {
      // Items are output elements of this axis, each `inner` numbers.
      parallel.forBlocks(of: max(1, Self.block / inner), in: outer * count) { items in
        table.withPointers { table in
          for item in items {
            table.sum(
              x.base + item / count * extent * inner, place: item % count, inner, fill,
              into: y.base + item * inner)
          }
        }
      }
    }
  }

  /// Adds the gradient of the input to `gx`, which is zero before.
  func applyTransposed(_ gy: Source, onto gx: Destination, _ parallel: Parallel) {
    let (inner, table, count) = (gx.shape.dropFirst(axis + 1).count, Table(taps), taps.count)
    let outer = gx.shape.extents.prefix(axis).reduce(1, *)
    parallel.forBlocks(of: max(1, Self.block / (inner * extent)), in: outer) { blocks in
      table.withPointers { table in
        for block in blocks {
          table.spread(
            gy.base + block * count * inner, count, inner,
            onto: gx.base + block * extent * inner)
        }
      }
    }
  }

  private static let block = 1 << 14

  /// The taps of all output elements in a row: those of element `i` are `starts[i]..<starts[i + 1]`.
  private struct Table {
    private var starts = [0]
    private var indices: [Int] = []
    private var weights: [Float] = []

    init(_ taps: [[Tap]]) {
      for sum in taps {
        indices += sum.map(\.index)
        weights += sum.map(\.weight)
        starts.append(indices.count)
      }
      // Read by nobody; arrays without elements might have no address.
      indices.append(0)
      weights.append(0)
    }

    func withPointers(_ body: (TapPointers) -> Void) {
      starts.withUnsafeBufferPointer { starts in
        indices.withUnsafeBufferPointer { indices in
          weights.withUnsafeBufferPointer { weights in
            guard let starts = starts.baseAddress, let indices = indices.baseAddress,
              let weights = weights.baseAddress
            else { return }
            body(TapPointers(starts: starts, indices: indices, weights: weights))
          }
        }
      }
    }
  }
}

/// The taps of an axis in plain memory, on which loops over single numbers are many times faster.
private struct TapPointers {
  let starts: UnsafePointer<Int>
  let indices: UnsafePointer<Int>
  let weights: UnsafePointer<Float>

  /// All `count` sums of single numbers.
  func sum(
    _ x: UnsafePointer<Float>, _ count: Int, _ fill: Float, into y: UnsafeMutablePointer<Float>
  ) {
    var tap = 0
    for place in 0..<count {
      let end = starts[place + 1]
      guard tap < end else {
        y[place] = fill
        continue
      }
      var sum = weights[tap] * x[indices[tap]]
      tap += 1
      while tap < end {
        sum += weights[tap] * x[indices[tap]]
        tap += 1
      }
      y[place] = sum
    }
  }

  /// One sum of rows of `inner` numbers.
  func sum(
    _ x: UnsafePointer<Float>, place: Int, _ inner: Int, _ fill: Float,
    into y: UnsafeMutablePointer<Float>
  ) {
    let (first, end) = (starts[place], starts[place + 1])
    guard first < end else {
      y.update(repeating: fill, count: inner)
      return
    }
    let (from, weight) = (x + indices[first] * inner, weights[first])
    if weight == 1 {
      y.update(from: from, count: inner)
    } else {
      for i in 0..<inner { y[i] = weight * from[i] }
    }
    for tap in first + 1..<end {
      let (from, weight) = (x + indices[tap] * inner, weights[tap])
      for i in 0..<inner { y[i] += weight * from[i] }
    }
  }

  /// Adds the rows of `gy` to those they were summed from.
  func spread(
    _ gy: UnsafePointer<Float>, _ count: Int, _ inner: Int, onto gx: UnsafeMutablePointer<Float>
  ) {
    var tap = 0
    for place in 0..<count {
      let from = gy + place * inner
      let end = starts[place + 1]
      while tap < end {
        let (to, weight) = (gx + indices[tap] * inner, weights[tap])
        if inner == 1 {
          to[0] += weight * from[0]
        } else {
          for i in 0..<inner { to[i] += weight * from[i] }
        }
        tap += 1
      }
    }
  }
}

extension AxisTaps {
  /// The elements at `indices`, negative ones counted from the end.
  static func gather(_ shape: Shape, axis: Int, indices: [Int]) -> AxisTaps {
    let extent = shape[axis]
    return AxisTaps(
      axis: axis, extent: extent,
      taps: indices.map { [Tap(index: $0 < 0 ? $0 + extent : $0, weight: 1)] }, fill: 0)
  }

  /// One map for each axis that is padded.
  static func pad(_ shape: Shape, _ padding: Padding) -> [AxisTaps] {
    (0..<shape.rank).compactMap { axis in
      let (before, after) = (padding.before[axis], padding.after[axis])
      guard before != 0 || after != 0 else { return nil }
      let extent = shape[axis]
      var fill: Float = 0
      if case .constant(let value) = padding.mode { fill = value }
      let taps = (0..<extent + before + after).map { place -> [Tap] in
        var index = place - before
        switch padding.mode {
        case .constant: if !(0..<extent ~= index) { return [] }
        case .edge: index = min(max(index, 0), extent - 1)
        case .reflect:
          if index < 0 { index = -index }
          if index >= extent { index = 2 * (extent - 1) - index }
        case .wrap: index = (index % extent + extent) % extent
        }
        return [Tap(index: index, weight: 1)]
      }
      return AxisTaps(axis: axis, extent: extent, taps: taps, fill: fill)
    }
  }
}
