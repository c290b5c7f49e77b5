/// A whole number that may depend on sizes nobody knows before a run: a polynomial with whole
/// coefficients in symbols, in one canonical form, so that equal polynomials are equal values.
struct SymbolicInteger: Hashable, Sendable {
  /// A product of symbols, each named once for each power, and its coefficient.
  struct Term: Hashable, Sendable {
    /// Ascending; empty for the constant term.
    var symbols: [Int]
    var coefficient: Int

    /// Graded lexicographic order, which multiplication keeps.
    static func leads(_ a: [Int], _ b: [Int]) -> Bool {
      a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count > b.count
    }
  }

  /// In descending order; none has the coefficient 0.
  private(set) var terms: [Term]

  /// Sums of more terms than this are no sizes of a network.
  private static let termLimit = 64

  init(_ number: Int) { terms = number == 0 ? [] : [Term(symbols: [], coefficient: number)] }

  init(symbol: Int) { terms = [Term(symbols: [symbol], coefficient: 1)] }

  private init(terms: [Term]) { self.terms = terms }

  static let zero = SymbolicInteger(0)
  static let one = SymbolicInteger(1)

  /// The number, when no symbol is in it.
  var number: Int? {
    switch terms.count {
    case 0: 0
    case 1 where terms[0].symbols.isEmpty: terms[0].coefficient
    default: nil
    }
  }

  /// The symbols in it.
  var symbols: Set<Int> { Set(terms.flatMap(\.symbols)) }

  /// The term without symbols.
  var constant: Int {
    if let last = terms.last, last.symbols.isEmpty { last.coefficient } else { 0 }
  }

  // Sums and products are `nil` on overflow, and when they get out of hand.

  func adding(_ other: SymbolicInteger) -> SymbolicInteger? {
    if let a = number, let b = other.number {
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? nil : SymbolicInteger(sum)
    }
    return Self.collect(terms + other.terms)
  }

  func adding(_ number: Int) -> SymbolicInteger? { adding(SymbolicInteger(number)) }

  func negated() -> SymbolicInteger? { multiplied(by: SymbolicInteger(-1)) }

  func subtracting(_ other: SymbolicInteger) -> SymbolicInteger? {
    other.negated().flatMap { adding($0) }
  }

  func multiplied(by other: SymbolicInteger) -> SymbolicInteger? {
    if let a = number, let b = other.number {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? nil : SymbolicInteger(product)
    }
    guard terms.count * other.terms.count <= Self.termLimit * 4 else { return nil }
    var products: [Term] = []
    for a in terms {
      for b in other.terms {
        let (product, overflow) = a.coefficient.multipliedReportingOverflow(by: b.coefficient)
        guard !overflow, a.symbols.count + b.symbols.count <= 16 else { return nil }
        products.append(Term(symbols: (a.symbols + b.symbols).sorted(), coefficient: product))
      }
    }
    return Self.collect(products)
  }

  private static func collect(_ terms: [Term]) -> SymbolicInteger? {
    var coefficients: [[Int]: Int] = [:]
    for term in terms {
      let (sum, overflow) = coefficients[term.symbols, default: 0]
        .addingReportingOverflow(term.coefficient)
      if overflow { return nil }
      coefficients[term.symbols] = sum
    }
    let kept = coefficients.filter { $0.value != 0 }
      .map { Term(symbols: $0.key, coefficient: $0.value) }
      .sorted { Term.leads($0.symbols, $1.symbols) }
    return kept.count <= termLimit ? SymbolicInteger(terms: kept) : nil
  }

  /// The quotient, when the division leaves nothing.
  func dividedExactly(by divisor: SymbolicInteger) -> SymbolicInteger? {
    guard let lead = divisor.terms.first else { return nil }
    var rest = self
    var quotient: [Term] = []
    while let term = rest.terms.first {
      guard quotient.count <= Self.termLimit,
        term.coefficient != Int.min, lead.coefficient != Int.min,
        term.coefficient % lead.coefficient == 0,
        let symbols = Self.removing(lead.symbols, from: term.symbols)
      else { return nil }
      let part = Term(symbols: symbols, coefficient: term.coefficient / lead.coefficient)
      guard let product = SymbolicInteger(terms: [part]).multiplied(by: divisor),
        let left = rest.subtracting(product)
      else { return nil }
      quotient.append(part)
      rest = left
    }
    return Self.collect(quotient)
  }

  private static func removing(_ few: [Int], from many: [Int]) -> [Int]? {
    var left = many
    for symbol in few {
      guard let place = left.firstIndex(of: symbol) else { return nil }
      left.remove(at: place)
    }
    return left
  }

  /// The parts a whole divisor goes into, and what stays: `self = divisor * whole + rest`, the rest's
  /// constant term in `0..<divisor`.
  func split(by divisor: Int) -> (whole: SymbolicInteger, rest: SymbolicInteger) {
    var whole: [Term] = []
    var rest: [Term] = []
    for term in terms {
      let (quotient, remainder) = term.coefficient.quotientAndRemainder(dividingBy: divisor)
      if remainder == 0 {
        whole.append(Term(symbols: term.symbols, coefficient: quotient))
      } else if term.symbols.isEmpty {
        let floor = remainder < 0 ? quotient - 1 : quotient
        if floor != 0 { whole.append(Term(symbols: [], coefficient: floor)) }
        rest.append(Term(symbols: [], coefficient: term.coefficient &- floor &* divisor))
      } else {
        rest.append(term)
      }
    }
    return (SymbolicInteger(terms: whole), SymbolicInteger(terms: rest))
  }

  /// The number with every symbol's value given; `nil` on overflow.
  func value(_ value: (Int) -> Int) -> Int? {
    var sum = 0
    for term in terms {
      var product = term.coefficient
      for symbol in term.symbols {
        let (next, overflow) = product.multipliedReportingOverflow(by: value(symbol))
        if overflow { return nil }
        product = next
      }
      let (next, overflow) = sum.addingReportingOverflow(product)
      if overflow { return nil }
      sum = next
    }
    return sum
  }
}
