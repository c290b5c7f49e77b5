import FacetTensor

/// An array that is known when a graph is read. Elements of an initializer stay in the file until they
/// are asked for.
struct ImportedConstant: Sendable {
  enum Elements: Sendable {
    case floats([Float])
    /// Whole numbers; truths are 0 and 1.
    case integers([Int])
    /// Whole numbers, some of which depend on the input's size, whatever ``type`` says.
    case sizes([SymbolicInteger])
    /// All the same.
    case repeated(Float)
    case stored(ONNXTensor)
  }

  var type: ONNXDataType
  var extents: [Int]
  var elements: Elements
  /// The name it has in the file; parameters keep it.
  var name: String?

  var rank: Int { extents.count }

  /// The number of elements; extents were checked when the constant was made.
  var count: Int { extents.reduce(1, *) }

  init(_ type: ONNXDataType, _ extents: [Int], _ elements: Elements, name: String? = nil) {
    self.type = type
    self.extents = extents
    self.elements = elements
    self.name = name
  }

  /// A list of whole numbers.
  init(integers: [Int]) { self.init(.int64, [integers.count], .integers(integers)) }

  /// A list of sizes, as numbers where all are known.
  init(_ type: ONNXDataType, _ extents: [Int], sizes: [SymbolicInteger]) {
    let numbers = sizes.compactMap(\.number)
    guard numbers.count == sizes.count else {
      self.init(type, extents, .sizes(sizes))
      return
    }
    self.init(
      type, extents, type.isFloat ? .floats(numbers.map(Float.init)) : .integers(numbers))
  }

  /// Whether some elements depend on the input's size.
  var isSymbolic: Bool {
    if case .sizes = elements { true } else { false }
  }
}

extension ImportedConstant {
  /// A tensor of the file; its shape is checked.
  init(_ tensor: ONNXTensor) throws(LoweringFailure) {
    guard tensor.dataType.elementType != nil else {
      throw .unsupported("the constant '\(tensor.name)' is of type \(tensor.dataType.name)")
    }
    guard tensor.dims.count <= FoldingBudget.largestRank,
      FoldingBudget.count(tensor.dims) != nil
    else { throw .invalid("the constant '\(tensor.name)' has the extents \(tensor.dims)") }
    self.init(
      tensor.dataType, tensor.dims, .stored(tensor), name: tensor.name.isEmpty ? nil : tensor.name)
  }

  /// The elements as numbers.
  func floats() throws(LoweringFailure) -> [Float] {
    switch elements {
    case .floats(let floats): return floats
    case .integers(let integers): return integers.map(Float.init)
    case .repeated(let value): return [Float](repeating: value, count: count)
    case .stored(let tensor):
      do { return try tensor.floats() } catch { throw .file(error) }
    case .sizes: throw .unsupported("it takes the input's size as a number to compute with")
    }
  }

  /// The elements as whole numbers, where they are.
  func integers() throws(LoweringFailure) -> [Int] {
    switch elements {
    case .integers(let integers): return integers
    case .stored(let tensor) where type.isInteger:
      do { return try tensor.int64s().map(Int.init) } catch { throw .file(error) }
    case .sizes: throw .unsupported("it takes the input's size as a number to compute with")
    default:
      var integers: [Int] = []
      for value in try floats() {
        guard let integer = Int(exactly: value) else {
          throw .invalid("\(value) was given where whole numbers were expected")
        }
        integers.append(integer)
      }
      return integers
    }
  }

  /// The elements as sizes.
  func sizes() throws(LoweringFailure) -> [SymbolicInteger] {
    if case .sizes(let sizes) = elements { return sizes }
    return try integers().map { SymbolicInteger($0) }
  }
}

/// How much may be computed while a graph is read.
struct FoldingBudget: Sendable {
  static let largestRank = 8

  let limit: Int
  private(set) var used = 0

  init(limit: Int) { self.limit = limit }

  /// The number of elements; `nil` when it isn't a number one could have.
  static func count(_ extents: [Int]) -> Int? {
    var product = 1
    for extent in extents {
      guard extent >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow, next <= 1 << 40 else { return nil }
      product = next
    }
    return extents.contains(0) ? 0 : product
  }

  /// Takes the elements of an array of these extents; fails before anything of that size is made.
  mutating func take(_ extents: [Int]) throws(LoweringFailure) {
    guard extents.count <= Self.largestRank else {
      throw .unsupported("an array of \(extents.count) axes; at most \(Self.largestRank)")
    }
    guard let count = Self.count(extents), count <= limit - used else {
      throw .unsupported(
        "a constant of \(extents.map(String.init).joined(separator: "x")) elements would be "
          + "computed; all together may have \(limit) (the option foldingLimit)")
    }
    used += count
  }
}
