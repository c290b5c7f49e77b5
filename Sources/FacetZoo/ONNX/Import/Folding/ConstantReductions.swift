import FacetGraph
import Foundation

extension Lowering {
  /// A reduction of an array that is known; sizes can be summed and multiplied.
  mutating func foldReduction(_ reduction: Reduction, _ x: ImportedConstant)
    throws(LoweringFailure) -> ImportedConstant
  {
    let kept = x.extents.indices.filter { !reduction.axes.contains($0) }
    let strides = Places.strides(x.extents)
    let outer = Places.walk(kept.map { x.extents[$0] }, strides: kept.map { strides[$0] })
    let inner = Places.walk(
      reduction.axes.map { x.extents[$0] }, strides: reduction.axes.map { strides[$0] })
    let extents =
      reduction.keepsAxes
      ? x.extents.indices.map { reduction.axes.contains($0) ? 1 : x.extents[$0] }
      : kept.map { x.extents[$0] }
    try budget.take(x.extents)
    if x.isSymbolic || x.type.isInteger {
      let sizes = try x.sizes()
      var results: [SymbolicInteger] = []
      for start in outer {
        results.append(try reduce(reduction.kind, inner.map { sizes[start + $0] }))
      }
      return ImportedConstant(x.type, extents, sizes: results)
    }
    let values = try x.floats()
    return ImportedConstant(
      x.type, extents,
      .floats(
        outer.map { start in
          Self.reduce(reduction.kind, inner.map { Double(values[start + $0]) })
        }))
  }

  private func reduce(_ kind: Reduction.Kind, _ sizes: [SymbolicInteger])
    throws(LoweringFailure) -> SymbolicInteger
  {
    switch kind {
    case .product: return try product(sizes)
    case .sum:
      var total = SymbolicInteger.zero
      for size in sizes { total = try sum(total, size) }
      return total
    case .maximum, .minimum:
      let numbers = sizes.compactMap(\.number)
      guard numbers.count == sizes.count else { throw .needsFixedAxes(symbols.roots(sizes)) }
      guard let result = kind == .maximum ? numbers.max() : numbers.min() else {
        throw .invalid("the largest of no elements")
      }
      return SymbolicInteger(result)
    default:
      throw .unsupported("this reduction of whole numbers isn't computed")
    }
  }

  private static func reduce(_ kind: Reduction.Kind, _ values: [Double]) -> Float {
    let sum = values.reduce(0, +)
    let result =
      switch kind {
      case .sum: sum
      case .mean: sum / Double(values.count)
      case .maximum: values.reduce(-.infinity, max)
      case .minimum: values.reduce(.infinity, min)
      case .product: values.reduce(1, *)
      case .l1: values.reduce(0) { $0 + abs($1) }
      case .l2: values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .sumOfSquares: values.reduce(0) { $0 + $1 * $1 }
      case .logSum: log(sum)
      case .logSumExp: log(values.reduce(0) { $0 + exp($1) })
      }
    return Float(result)
  }

  /// The product of two known matrices or stacks of them, with whole axes in front alike.
  mutating func foldMatrixProduct(_ a: ImportedConstant, _ b: ImportedConstant)
    throws(LoweringFailure) -> ImportedConstant?
  {
    guard a.rank == 2, b.rank == 2, a.type.isFloat, b.type.isFloat else { return nil }
    let (rows, inner, columns) = (a.extents[0], a.extents[1], b.extents[1])
    guard inner == b.extents[0] else {
      throw .invalid("matrices of \(rows)x\(inner) and \(b.extents[0])x\(columns)")
    }
    // The product may cost much more than its elements; a run computes large ones.
    guard rows.multipliedReportingOverflow(by: inner).partialValue <= 1 << 20, columns <= 1 << 12
    else { return nil }
    try budget.take([rows, columns])
    let (x, y) = (try floats(a), try floats(b))
    var result = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Double = 0
        for k in 0..<inner {
          sum += Double(x[row * inner + k]) * Double(y[k * columns + column])
        }
        result[row * columns + column] = Float(sum)
      }
    }
    return ImportedConstant(a.type, [rows, columns], .floats(result))
  }
}
