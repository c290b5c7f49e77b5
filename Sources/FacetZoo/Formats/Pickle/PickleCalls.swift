// What calls, instances and references to storages become.
extension PickleMachine {
  /// The value of a call, when the function is understood; see ``PickleMachine``.
  mutating func call(
    _ function: PickleValue, _ arguments: PickleValue
  ) throws(ZooError) -> PickleValue {
    guard let global = heap.global(function) else {
      throw refuse("the pickle calls a value that is no function")
    }
    guard let run = heap.tuple(arguments) else {
      throw refuse("the pickle calls '\(global)' with arguments that are no tuple")
    }
    guard let meaning = PickleFunction.all[global.description] else {
      throw refuse(
        "the pickle calls '\(global)', which Facet doesn't: it reads data and runs nothing. "
          + "If you trust the file, load it with torch.load and save its state_dict()")
    }
    return try apply(meaning, global, run, arguments)
  }

  private mutating func apply(
    _ meaning: PickleFunction, _ global: PickleGlobal, _ run: [PickleValue],
    _ arguments: PickleValue
  ) throws(ZooError) -> PickleValue {
    switch meaning {
    case .tensor, .typedTensor: return try tensor(meaning, global, run)
    case .parameter:
      guard let first = run.first, case .tensor = first else {
        throw refuse("'\(global)' is called without a tensor")
      }
      return first
    case .subclass:
      guard run.count >= 3, let inner = heap.global(run[0]), let innerRun = heap.tuple(run[2]),
        let meaning = PickleFunction.all[inner.description]
      else { throw refuse("'\(global)' is called with arguments that aren't understood") }
      // One step only: a subclass in a subclass in a subclass never ends.
      switch meaning {
      case .tensor, .typedTensor: return try tensor(meaning, inner, innerRun)
      default: throw refuse("'\(global)' makes a tensor by '\(inner)', which isn't understood")
      }
    case .dictionary: return heap.dictionary(try pairs(of: run.first, global))
    case .defaultDictionary: return heap.dictionary(try pairs(of: run.dropFirst().first, global))
    case .list: return heap.list(try elements(of: run.first))
    case .tuple: return heap.tuple(try elements(of: run.first))
    case .set: return heap.set(try elements(of: run.first))
    case .first:
      guard let first = run.first else { throw refuse("'\(global)' is called without arguments") }
      return first
    case .instance:
      guard let type = run.first.flatMap({ heap.global($0) }) else {
        throw refuse("'\(global)' is called without a class")
      }
      return heap.object(type, arguments)
    case .inert: return heap.object(global)
    case .refused(let advice): throw refuse("the pickle calls '\(global)': \(advice)")
    }
  }

  private mutating func elements(of value: PickleValue?) throws(ZooError) -> [PickleValue] {
    guard let value, let run = heap.run(value) else { return [] }
    try count(run.count)
    return run
  }

  /// The pairs of a dictionary or of a list of pairs.
  private mutating func pairs(
    of value: PickleValue?, _ global: PickleGlobal
  ) throws(ZooError) -> [(key: PickleValue, value: PickleValue)] {
    guard let value else { return [] }
    if let pairs = heap.dictionary(value) {
      try count(pairs.count)
      return pairs
    }
    var pairs: [(key: PickleValue, value: PickleValue)] = []
    for element in try elements(of: value) {
      guard let pair = heap.run(element), pair.count == 2 else {
        throw refuse("'\(global)' is called with a list that isn't one of pairs")
      }
      pairs.append((pair[0], pair[1]))
    }
    return pairs
  }

  /// An instance of a class, which isn't looked for.
  mutating func instance(
    _ type: PickleValue, _ arguments: PickleValue
  ) throws(ZooError) -> PickleValue {
    guard let global = heap.global(type) else {
      throw refuse("the pickle makes an instance of a value that is no class")
    }
    guard heap.tuple(arguments) != nil else {
      throw refuse("the pickle makes an instance of '\(global)' from what is no tuple")
    }
    switch PickleFunction.all[global.description] {
    case .dictionary, .defaultDictionary: return heap.dictionary()
    case .list: return heap.list([])
    case .set: return heap.set([])
    default: return heap.object(global, arguments)
    }
  }

  private mutating func tensor(
    _ meaning: PickleFunction, _ global: PickleGlobal, _ run: [PickleValue]
  ) throws(ZooError) -> PickleValue {
    guard run.count >= 4, case .storage(let storage) = run[0], let offset = heap.int(run[1]),
      let extents = heap.ints(run[2]), let strides = heap.ints(run[3])
    else {
      throw refuse("'\(global)' is called without a storage, an offset, a size and strides")
    }
    guard extents.count == strides.count, extents.count <= ClaimedShape.maximumRank else {
      throw refuse(
        "a tensor has \(extents.count) extents and \(strides.count) strides; at most "
          + "\(ClaimedShape.maximumRank) are read")
    }
    var type: PickleGlobal?
    if case .typedTensor = meaning {
      guard run.count >= 7, let given = heap.global(run[6]) else {
        throw refuse("'\(global)' is called without a type of elements")
      }
      type = given
    }
    return heap.tensor(
      PickleTensor(
        storage: storage, type: type, offset: offset, extents: extents, strides: strides))
  }

  /// What a reference to something outside the pickle stands for: a storage, or the source code that
  /// old files keep beside a class.
  mutating func persistent(_ reference: PickleValue) throws(ZooError) -> PickleValue {
    guard let parts = heap.tuple(reference), let kind = parts.first.flatMap({ heap.text($0) })
    else {
      throw refuse("the pickle refers to something outside that isn't a storage")
    }
    if kind == "module", parts.count >= 2 { return parts[1] }
    guard kind == "storage", parts.count >= 5, let type = heap.global(parts[1]),
      let key = heap.text(parts[2]) ?? heap.int(parts[2]).map(String.init),
      let count = heap.int(parts[4]), count >= 0
    else { throw refuse("the pickle refers to a '\(kind)' in a way that isn't understood") }
    var offset = 0
    if parts.count > 5, parts[5] != .none {
      guard let view = heap.tuple(parts[5]), view.count == 3, let start = heap.int(view[1]),
        start >= 0
      else { throw refuse("a view of storage '\(key)' isn't understood") }
      offset = start
    }
    return heap.storage(PickleStorage(key: key, type: type, count: count, offset: offset))
  }
}
