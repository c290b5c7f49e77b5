import Foundation

/// Arithmetic on arrays that are known when a graph is read, with the rules of ONNX: whole numbers stay
/// whole, their division drops the rest.
extension Lowering {
  /// `nil` for an operator that isn't one of two operands.
  mutating func foldBinary(_ name: String, _ a: ImportedConstant, _ b: ImportedConstant)
    throws(LoweringFailure) -> ImportedConstant?
  {
    guard Self.binaryOperators.contains(name) else { return nil }
    var extents: [Int] = []
    for size in try broadcast(
      a.extents.map { SymbolicInteger($0) }, b.extents.map { SymbolicInteger($0) })
    {
      extents.append(size.number ?? 0)
    }
    try budget.take(extents)
    let (left, right) = (try a.repeated(to: extents), try b.repeated(to: extents))
    let truth = Self.comparisons.contains(name)
    let type = truth ? .bool : a.type
    if left.isSymbolic || right.isSymbolic {
      var sizes: [SymbolicInteger] = []
      for (x, y) in zip(try halves(left, right), try halves(right, left)) {
        sizes.append(try combine(name, x, y, isReal: a.type.isFloat))
      }
      return ImportedConstant(type, extents, sizes: sizes)
    }
    if a.type.isInteger, b.type.isInteger {
      var results: [Int] = []
      for (x, y) in zip(try left.integers(), try right.integers()) {
        results.append(try Self.combine(name, x, y))
      }
      return ImportedConstant(type, extents, .integers(results))
    }
    let (xs, ys) = (try left.floats(), try right.floats())
    if truth {
      return ImportedConstant(
        .bool, extents, .integers(zip(xs, ys).map { Self.compares(name, $0, $1) ? 1 : 0 }))
    }
    return ImportedConstant(
      type, extents, .floats(zip(xs, ys).map { Self.combine(name, $0, $1) }))
  }

  private static let comparisons: Set<String> = [
    "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor",
  ]
  private static let binaryOperators = comparisons.union([
    "Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max",
  ])

  /// The elements as sizes; numbers that aren't whole can't be combined with sizes.
  private func halves(_ a: ImportedConstant, _ other: ImportedConstant) throws(LoweringFailure)
    -> [SymbolicInteger]
  {
    if a.isSymbolic { return try a.sizes() }
    var sizes: [SymbolicInteger] = []
    for value in try a.floats() {
      guard let whole = Int(exactly: value) else {
        throw .needsFixedAxes(symbols.roots(try other.sizes()))
      }
      sizes.append(SymbolicInteger(whole))
    }
    return sizes
  }

  /// Of sizes, some of which aren't known.
  private mutating func combine(
    _ name: String, _ a: SymbolicInteger, _ b: SymbolicInteger, isReal: Bool
  ) throws(LoweringFailure) -> SymbolicInteger {
    if !isReal, let x = a.number, let y = b.number {
      return SymbolicInteger(try Self.combine(name, x, y))
    }
    switch name {
    case "Add": return try sum(a, b)
    case "Sub": return try difference(a, b)
    case "Mul": return try product(a, b)
    case "Div":
      if let exact = a.dividedExactly(by: b) { return exact }
      if !isReal, let divisor = b.number, divisor > 0 { return try quotient(a, divisor) }
    case "Mod":
      if !isReal, let divisor = b.number, divisor > 0 {
        return try difference(a, product(SymbolicInteger(divisor), quotient(a, divisor)))
      }
    case "Equal":
      if a == b { return .one }
      if let gap = a.subtracting(b), gap.number != nil { return .zero }
      // Sizes are at least 1.
      for (x, y) in [(a, b), (b, a)] where (y.number ?? 1) < 1 {
        if x.terms.allSatisfy({ $0.coefficient > 0 }) { return .zero }
      }
    case "Min", "Max":
      if a == b { return a }
    default: break
    }
    throw .needsFixedAxes(symbols.roots([a, b]))
  }

  private static func combine(_ name: String, _ a: Int, _ b: Int) throws(LoweringFailure) -> Int {
    func checked(_ result: (partialValue: Int, overflow: Bool)) throws(LoweringFailure) -> Int {
      guard !result.overflow else { throw .invalid("\(name) of \(a) and \(b) overflows") }
      return result.partialValue
    }
    switch name {
    case "Add": return try checked(a.addingReportingOverflow(b))
    case "Sub": return try checked(a.subtractingReportingOverflow(b))
    case "Mul": return try checked(a.multipliedReportingOverflow(by: b))
    case "Div":
      guard b != 0 else { throw .invalid("a division of whole numbers by 0") }
      return try checked(a.dividedReportingOverflow(by: b))
    case "Mod":
      guard b != 0 else { throw .invalid("a division of whole numbers by 0") }
      let rest = try checked(a.remainderReportingOverflow(dividingBy: b))
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    case "Pow":
      guard let power = Int(exactly: pow(Double(a), Double(b))) else {
        throw .invalid("\(a) to the power of \(b) is no whole number")
      }
      return power
    case "Min": return min(a, b)
    case "Max": return max(a, b)
    case "Equal": return a == b ? 1 : 0
    case "Less": return a < b ? 1 : 0
    case "LessOrEqual": return a <= b ? 1 : 0
    case "Greater": return a > b ? 1 : 0
    case "GreaterOrEqual": return a >= b ? 1 : 0
    case "And": return a != 0 && b != 0 ? 1 : 0
    case "Or": return a != 0 || b != 0 ? 1 : 0
    default: return (a != 0) != (b != 0) ? 1 : 0
    }
  }

  private static func combine(_ name: String, _ a: Float, _ b: Float) -> Float {
    switch name {
    case "Add": a + b
    case "Sub": a - b
    case "Mul": a * b
    case "Div": a / b
    case "Pow": powf(a, b)
    case "Mod": fmodf(a, b)
    case "Min": a.isNaN || b.isNaN ? .nan : min(a, b)
    default: a.isNaN || b.isNaN ? .nan : max(a, b)
    }
  }

  private static func compares(_ name: String, _ a: Float, _ b: Float) -> Bool {
    switch name {
    case "Equal": a == b
    case "Less": a < b
    case "LessOrEqual": a <= b
    case "Greater": a > b
    case "GreaterOrEqual": a >= b
    case "And": a != 0 && b != 0
    case "Or": a != 0 || b != 0
    default: (a != 0) != (b != 0)
    }
  }

  /// `nil` for an operator that isn't one of one operand.
  mutating func foldUnary(_ name: String, _ x: ImportedConstant) throws(LoweringFailure)
    -> ImportedConstant?
  {
    if x.type.isInteger || x.isSymbolic, let result = try foldWhole(name, x) { return result }
    guard x.type.isFloat, let function = Self.function(name) else { return nil }
    try budget.take(x.extents)
    return ImportedConstant(x.type, x.extents, .floats(try floats(x).map(function)))
  }

  private static func function(_ name: String) -> ((Float) -> Float)? {
    switch name {
    case "Neg": { -$0 }
    case "Abs": { abs($0) }
    case "Sqrt": { $0.squareRoot() }
    case "Exp": { expf($0) }
    case "Log": { logf($0) }
    case "Reciprocal": { 1 / $0 }
    case "Floor": { $0.rounded(.down) }
    case "Ceil": { $0.rounded(.up) }
    case "Round": { $0.rounded(.toNearestOrEven) }
    case "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case "Sin": { sinf($0) }
    case "Cos": { cosf($0) }
    default: nil
    }
  }

  private mutating func foldWhole(_ name: String, _ x: ImportedConstant) throws(LoweringFailure)
    -> ImportedConstant?
  {
    switch name {
    case "Floor", "Ceil", "Round": return x
    case "Neg":
      var sizes: [SymbolicInteger] = []
      for size in try x.sizes() { sizes.append(try difference(.zero, size)) }
      return ImportedConstant(x.type, x.extents, sizes: sizes)
    case "Not":
      return ImportedConstant(
        .bool, x.extents, .integers(try integers(x).map { $0 == 0 ? 1 : 0 }))
    case "Abs":
      return ImportedConstant(
        x.type, x.extents,
        .integers(try integers(x).map { $0 == .min ? .max : abs($0) }))
    case "Sign":
      return ImportedConstant(x.type, x.extents, .integers(try integers(x).map { $0.signum() }))
    default: return nil
    }
  }
}
