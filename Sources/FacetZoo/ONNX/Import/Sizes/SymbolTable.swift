/// The sizes nobody knows before a run, and what is computed from them.
///
/// Equal computations give the same symbol, so that two values whose sizes were computed alike are
/// known to be of one size.
struct SymbolTable: Sendable {
  /// An axis of the input, whose size is a symbol.
  struct FreeAxis: Hashable, Sendable {
    let axis: Int
    /// The size that the file declares, or else the one that is taken where a number is needed.
    let size: Int
    /// Whether the file fixes the size: then the graph may hold numbers that were computed from it.
    let isDeclared: Bool
  }

  private enum Key: Hashable, Sendable {
    case axis(Int)
    case quotient(SymbolicInteger, divisor: Int)
    case computed(String, [SymbolicInteger], [Int])
  }

  private struct Symbol: Sendable {
    /// The value at the input's declared or assumed sizes.
    let hint: Int
    /// The input's axes that it depends on.
    let roots: Set<Int>
  }

  private var symbols: [Symbol] = []
  private var numbers: [Key: Int] = [:]
  private(set) var freeAxes: [Int: FreeAxis] = [:]

  /// The size of an axis of the input that stays free.
  mutating func extent(of free: FreeAxis) -> SymbolicInteger {
    freeAxes[free.axis] = free
    return SymbolicInteger(
      symbol: symbol(.axis(free.axis), Symbol(hint: free.size, roots: [free.axis])))
  }

  private mutating func symbol(_ key: Key, _ symbol: Symbol) -> Int {
    if let number = numbers[key] { return number }
    symbols.append(symbol)
    numbers[key] = symbols.count - 1
    return symbols.count - 1
  }

  /// The value at the input's declared or assumed sizes; 0 when it is beyond all reason.
  func hint(_ value: SymbolicInteger) -> Int {
    let hint = value.value { symbols[$0].hint } ?? 0
    return -1 << 48...1 << 48 ~= hint ? hint : 0
  }

  /// The input's axes that a size depends on.
  func roots(_ value: SymbolicInteger) -> Set<Int> {
    value.symbols.reduce(into: []) { $0.formUnion(symbols[$1].roots) }
  }

  func roots(_ values: some Sequence<SymbolicInteger>) -> Set<Int> {
    values.reduce(into: []) { $0.formUnion(roots($1)) }
  }

  /// Those of the axes whose size the file fixes.
  func declared(_ roots: Set<Int>) -> Set<Int> {
    roots.filter { freeAxes[$0]?.isDeclared ?? false }
  }

  /// `floor(value / divisor)` of a positive divisor.
  mutating func quotient(_ value: SymbolicInteger, _ divisor: Int) -> SymbolicInteger? {
    let (whole, rest) = value.split(by: divisor)
    if rest.number != nil { return whole }
    let hint = hint(rest)
    let floor = hint >= 0 ? hint / divisor : -((-hint + divisor - 1) / divisor)
    let result = Symbol(hint: floor, roots: roots(rest))
    let number = symbol(.quotient(rest, divisor: divisor), result)
    return whole.adding(SymbolicInteger(symbol: number))
  }

  /// The result of a computation that has no form of its own: one symbol for equal operands.
  mutating func computed(
    _ name: String, _ operands: [SymbolicInteger], _ settings: [Int] = [], hint: Int
  ) -> SymbolicInteger {
    let result = Symbol(hint: hint, roots: roots(operands))
    let number = symbol(.computed(name, operands, settings), result)
    return SymbolicInteger(symbol: number)
  }
}
