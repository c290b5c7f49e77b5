import FacetFiles
import FacetTensor

/// The tensors of the graph that is built, under the names the file gives them.
struct ParameterStore {
  private(set) var tensors: [String: Tensor] = [:]
  /// Initializers that were read, by name, so that a second reading of the graph needn't.
  private var read: [String: Tensor] = [:]

  /// Keeps the constant under its name, or under one with a number where other values have that name.
  mutating func add(_ name: String, _ constant: ImportedConstant, shape: Shape)
    throws(LoweringFailure) -> String
  {
    let values = try values(of: constant)
    guard values.count == shape.count else {
      throw .invalid("the constant '\(name)' has \(values.count) elements; \(shape) were expected")
    }
    return add(name, values.reshaped(shape))
  }

  private mutating func values(of constant: ImportedConstant) throws(LoweringFailure) -> Tensor {
    guard case .stored(let tensor) = constant.elements, let own = constant.name else {
      let floats = try constant.floats()
      return Tensor([floats.count], floats)
    }
    if let known = read[own] { return known }
    let values: Tensor
    if let raw = try Self.raw(tensor, count: constant.count) {
      values = raw
    } else {
      let floats = try constant.floats()
      values = Tensor([floats.count], floats)
    }
    read[own] = values
    return values
  }

  /// 32-bit floats that lie in the file as they are wanted: read to where they stay.
  private static func raw(_ tensor: ONNXTensor, count: Int) throws(LoweringFailure) -> Tensor? {
    guard tensor.dataType == .float, case .raw(let file, let range) = tensor.storage,
      range.count % 4 == 0, range.count / 4 == count
    else { return nil }
    do { return try file.tensor(.float32, [count], at: range.lowerBound) } catch {
      throw .file(error)
    }
  }

  private mutating func add(_ name: String, _ tensor: Tensor) -> String {
    var free = name
    var number = 1
    while let taken = tensors[free] {
      if taken.shape == tensor.shape, Self.same(taken, tensor) { return free }
      free = "\(name)_\(number)"
      number += 1
    }
    tensors[free] = tensor
    return free
  }

  /// Equal bit by bit, so that NaN is equal to itself.
  private static func same(_ a: Tensor, _ b: Tensor) -> Bool {
    a == b
      || Swift.zip(a.scalars, b.scalars).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// Forgets what a first reading of the graph kept, but not what was read from the file.
  mutating func removeAll() { tensors = [:] }
}
