/// A value that a pickle describes. What has parts is a number that stands for a place in a
/// ``PickleHeap``, so values share parts and contain themselves as they do in Python, yet nothing here
/// is nested: no depth of lists in lists makes reading or freeing call itself.
enum PickleValue: Equatable {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(Int)
  case list(Int)
  case tuple(Int)
  case set(Int)
  case dictionary(Int)
  /// The name of a Python class or function; a name and nothing more.
  case global(Int)
  /// An instance of a class that is not understood, or the result of a harmless call.
  case object(Int)
  case storage(Int)
  case tensor(Int)
  /// A value no one asks for: bytes, whole numbers beyond 64 bits.
  case opaque
}

/// The name of a Python class or function.
struct PickleGlobal: Hashable, CustomStringConvertible {
  let module: String
  let name: String

  var description: String { module + "." + name }
}

/// An instance of a class that is not understood.
struct PickleObject {
  let type: PickleGlobal
  /// What the instance was made from: a tuple.
  let arguments: PickleValue
  /// What BUILD gave it: its `__dict__`, or a pair of that and its slots.
  var state = PickleValue.none
  /// Its items, where its class is a kind of dictionary.
  var pairs: [(key: PickleValue, value: PickleValue)] = []
}

/// A run of elements in a file of PyTorch's.
struct PickleStorage: Hashable {
  let key: String
  /// The storage's class, for example `torch.FloatStorage`.
  let type: PickleGlobal
  /// The number of elements; bytes for a storage without a type.
  let count: Int
  /// Where this view of the storage begins, in elements.
  let offset: Int
}

/// A tensor as it is described, before anything is checked.
struct PickleTensor {
  let storage: Int
  /// The elements' type where it isn't the storage's.
  let type: PickleGlobal?
  let offset: Int
  let extents: [Int]
  let strides: [Int]
}

/// The values with parts that pickles of one file have made.
struct PickleHeap {
  var texts: [String] = []
  /// Elements of lists, tuples and sets.
  var runs: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var globals: [PickleGlobal] = []
  var objects: [PickleObject] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []

  mutating func text(_ text: String) -> PickleValue { .text(Self.append(text, to: &texts)) }

  mutating func list(_ run: [PickleValue]) -> PickleValue { .list(Self.append(run, to: &runs)) }

  mutating func tuple(_ run: [PickleValue]) -> PickleValue { .tuple(Self.append(run, to: &runs)) }

  mutating func set(_ run: [PickleValue]) -> PickleValue { .set(Self.append(run, to: &runs)) }

  mutating func dictionary(
    _ pairs: [(key: PickleValue, value: PickleValue)] = []
  ) -> PickleValue {
    .dictionary(Self.append(pairs, to: &dictionaries))
  }

  mutating func global(_ global: PickleGlobal) -> PickleValue {
    .global(Self.append(global, to: &globals))
  }

  mutating func object(_ type: PickleGlobal, _ arguments: PickleValue = .none) -> PickleValue {
    .object(Self.append(PickleObject(type: type, arguments: arguments), to: &objects))
  }

  mutating func storage(_ storage: PickleStorage) -> PickleValue {
    .storage(Self.append(storage, to: &storages))
  }

  mutating func tensor(_ tensor: PickleTensor) -> PickleValue {
    .tensor(Self.append(tensor, to: &tensors))
  }

  private static func append<T>(_ value: T, to values: inout [T]) -> Int {
    values.append(value)
    return values.count - 1
  }
}

extension PickleHeap {
  /// The text that `value` is; `nil` for other values. The same holds below.
  func text(_ value: PickleValue) -> String? {
    if case .text(let i) = value { texts[i] } else { nil }
  }

  func global(_ value: PickleValue) -> PickleGlobal? {
    if case .global(let i) = value { globals[i] } else { nil }
  }

  /// The elements of a list, tuple or set.
  func run(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .list(let i), .tuple(let i), .set(let i): runs[i]
    default: nil
    }
  }

  func tuple(_ value: PickleValue) -> [PickleValue]? {
    if case .tuple(let i) = value { runs[i] } else { nil }
  }

  func dictionary(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    if case .dictionary(let i) = value { dictionaries[i] } else { nil }
  }

  func int(_ value: PickleValue) -> Int? {
    if case .int(let int) = value { int } else { nil }
  }

  /// The whole numbers of a list or tuple that holds only such.
  func ints(_ value: PickleValue) -> [Int]? {
    guard let run = run(value) else { return nil }
    let ints = run.compactMap { int($0) }
    return ints.count == run.count ? ints : nil
  }
}
