import FacetGraph
import FacetTensor
import FacetThreads

/// An array seen through other extents and strides: what transposing, slicing and broadcasting are.
/// Element `i` of the view is element `offset + sum of i[k] * strides[k]` of what is seen.
struct StridedView {
  let extents: [Int]
  let strides: [Int]
  let offset: Int

  /// Axis `i` of the view is axis `permutation[i]`.
  static func transposed(_ shape: Shape, _ permutation: [Int]) -> StridedView {
    let strides = shape.strides
    return StridedView(
      extents: permutation.map { shape[$0] }, strides: permutation.map { strides[$0] }, offset: 0)
  }

  static func sliced(_ shape: Shape, _ slicing: Slicing) -> StridedView {
    var (extents, strides) = (shape.extents, shape.strides)
    let (first, count) = slicing.range(in: extents[slicing.axis])
    let offset = first * strides[slicing.axis]
    extents[slicing.axis] = count
    // A single element needs no step, and one out of bounds might not even fit.
    strides[slicing.axis] *= count > 1 ? slicing.step : 1
    return StridedView(extents: extents, strides: strides, offset: offset)
  }

  /// Repeated along axes where it has extent 1 or that it lacks on the left.
  static func broadcast(_ shape: Shape, to target: Shape) -> StridedView {
    let missing = target.rank - shape.rank
    let own = shape.strides
    return StridedView(
      extents: target.extents,
      strides: (0..<target.rank).map { axis in
        axis < missing || shape[axis - missing] == 1 ? 0 : own[axis - missing]
      }, offset: 0)
  }

  /// The elements of a row (the last axis), and the step between them in what is seen.
  var row: (count: Int, step: Int) { (extents.last ?? 1, strides.last ?? 0) }

  /// Whether an element of what is seen is seen more than once.
  private var repeats: Bool { Swift.zip(extents, strides).contains { $0 > 1 && $1 == 0 } }
}

extension StridedView {
  /// Views of one shape with axes merged where each of them walks on as if they were one, so that
  /// rows are as long as can be.
  static func merged(_ views: [StridedView]) -> [StridedView] {
    let extents = views[0].extents
    var kept: [Int] = []
    var strides = views.map { _ in [Int]() }
    for axis in extents.indices where extents[axis] != 1 {
      let continues = views.indices.allSatisfy {
        strides[$0].last == views[$0].strides[axis] * extents[axis]
      }
      if continues, let last = kept.last {
        kept[kept.count - 1] = last * extents[axis]
      } else {
        kept.append(extents[axis])
      }
      for (place, view) in views.enumerated() {
        if continues { strides[place].removeLast() }
        strides[place].append(view.strides[axis])
      }
    }
    return Swift.zip(views, strides).map {
      StridedView(extents: kept, strides: $1, offset: $0.offset)
    }
  }

  private static let block = 1 << 14

  /// Walks two views of one shape together: `body(place, a, b, count)` for runs along a row, where
  /// `place` counts the view's elements and the others are places in what is seen.
  static func forRuns(
    _ a: StridedView, _ b: StridedView, _ parallel: Parallel,
    _ body: @Sendable (_ place: Int, _ a: Int, _ b: Int, _ count: Int) -> Void
  ) {
    let (length, step) = a.row
    let otherStep = b.row.step
    let rows = a.extents.dropLast().reduce(1, *)
    let run = min(length, block)
    let runs = (length + run - 1) / run
    parallel.forBlocks(of: max(1, block / length), in: rows * runs) { items in
      var walk = Odometer(a, b, row: items.lowerBound / runs)
      for item in items {
        let start = item % runs * run
        body(
          item / runs * length + start, walk.a + start * step, walk.b + start * otherStep,
          min(run, length - start))
        if item % runs == runs - 1 { walk.advance() }
      }
    }
  }

  /// Where a row begins in two views.
  private struct Odometer {
    private let views: (StridedView, StridedView)
    private var index: [Int]
    private(set) var a: Int
    private(set) var b: Int

    init(_ first: StridedView, _ second: StridedView, row: Int) {
      views = (first, second)
      index = [Int](repeating: 0, count: max(first.extents.count - 1, 0))
      (a, b) = (first.offset, second.offset)
      var rest = row
      for axis in index.indices.reversed() {
        index[axis] = rest % first.extents[axis]
        rest /= first.extents[axis]
        a += index[axis] * first.strides[axis]
        b += index[axis] * second.strides[axis]
      }
    }

    /// To the next row.
    mutating func advance() {
      for axis in index.indices.reversed() {
        let extent = views.0.extents[axis]
        index[axis] += 1
        a += views.0.strides[axis]
        b += views.1.strides[axis]
        if index[axis] < extent { return }
        index[axis] = 0
        a -= extent * views.0.strides[axis]
        b -= extent * views.1.strides[axis]
      }
    }
  }
}

extension StridedView {
  /// Writes the view's elements in a row.
  func gather(_ x: Source, into y: Destination, _ parallel: Parallel) {
    let view = Self.merged([self])[0]
    let step = view.row.step
    Self.forRuns(view, view, parallel) { place, offset, _, count in
      let (from, to) = (x.base + offset, y.base + place)
      switch step {
      case 1: to.update(from: from, count: count)
      case 0: to.update(repeating: from[0], count: count)
      default: for i in 0..<count { to[i] = from[i * step] }
      }
    }
  }

  /// Adds the elements of a row back to where the view sees them: the gradient of ``gather``.
  func scatter(_ gy: Source, onto gx: Destination, _ parallel: Parallel) {
    let view = Self.merged([self])[0]
    let step = view.row.step
    // One thread where a repeated element is the sum of many.
    Self.forRuns(view, view, view.repeats ? Parallel(threads: 1) : parallel) {
      place, offset, _, count in
      let (from, to) = (gy.base + place, gx.base + offset)
      switch step {
      case 1: for i in 0..<count { to[i] += from[i] }
      case 0: to[0] += Sums.sum(from, count)
      default: for i in 0..<count { to[i * step] += from[i] }
      }
    }
  }
}

extension Shape {
  /// Elements from one index of each axis to the next.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * self[axis + 1]
    }
    return strides
  }
}
