import FacetTensor

/// Where the elements of a tensor lie in a run of elements: element `(i, j, ...)` is at
/// `offset + i * strides[0] + j * strides[1] + ...`.
struct StridedLayout {
  let offset: Int
  let shape: Shape
  let strides: [Int]

  /// The elements that are looked at, from the first to the last; `nil` when one can't be named within
  /// 64 bits or lies before the first. A tensor without elements looks at none.
  var span: Range<Int>? {
    guard offset >= 0, strides.count == shape.rank else { return nil }
    if shape.count == 0 { return offset..<offset }
    var last = offset
    for (extent, stride) in Swift.zip(shape.extents, strides) {
      guard stride >= 0 else { return nil }
      let (way, far) = stride.multipliedReportingOverflow(by: extent - 1)
      let (sum, further) = last.addingReportingOverflow(way)
      guard !far, !further, sum < Int.max else { return nil }
      last = sum
    }
    return offset..<last + 1
  }

  /// Whether the elements lie side by side in row-major order.
  var isContiguous: Bool {
    var expected = 1
    for (extent, stride) in Swift.zip(shape.extents, strides).reversed() where extent != 1 {
      guard stride == expected else { return false }
      expected *= extent
    }
    return true
  }

  /// The tensor in row-major order. Element 0 of `elements` is the one at `offset`; the rest of the
  /// ``span`` follows.
  func gather(_ elements: [Float]) -> Tensor {
    guard shape.count > 0 else { return .zeros(shape) }
    precondition(elements.count >= (span?.count ?? .max), "\(elements.count) elements for \(self)")
    let inner = shape.extents.last ?? 1
    // An axis of one element has any stride, however large; it is never gone along.
    let strides = Swift.zip(shape.extents, strides).map { $0 == 1 ? 0 : $1 }
    let step = strides.last ?? 1
    var index = [Int](repeating: 0, count: max(shape.rank - 1, 0))
    return Tensor(shape) { out in
      var place = 0
      for row in stride(from: 0, to: out.count, by: inner) {
        for i in 0..<inner { out.initializeElement(at: row + i, to: elements[place + i * step]) }
        for axis in index.indices.reversed() {
          index[axis] += 1
          place += strides[axis]
          if index[axis] < shape[axis] { break }
          place -= index[axis] * strides[axis]
          index[axis] = 0
        }
      }
    }
  }
}
