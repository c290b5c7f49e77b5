/// The tensors of a checkpoint that are a network's parameters.
///
/// A checkpoint may be a state dictionary, hold one under any key at any depth (`state_dict`, `model`,
/// `net` ...) beside the optimiser's state, or hold a network that was saved whole. Of all dictionaries
/// and networks that can be reached, the one with the most tensors is taken; of equal ones the
/// outermost and then the first. Values that aren't tensors are left out.
///
/// Prefixes that every name has and that wrappers give, `module.` (DataParallel) and `_orig_mod.`
/// (torch.compile), are dropped.
struct StateDictionary {
  /// Names and places in the heap, in the file's order.
  private(set) var tensors: [(name: String, tensor: Int)] = []

  /// - Throws: what ``ModuleTree`` throws.
  init(_ root: PickleValue, in heap: PickleHeap, path: String) throws(ZooError) {
    var search = Search(heap: heap)
    search.push(root)
    var work = 0
    while let value = search.next() {
      var found: [(name: String, tensor: Int)] = []
      switch value {
      case .dictionary(let i): found = Self.direct(heap.dictionaries[i], heap)
      case .object where ModuleTree.isModule(value, heap):
        let tree = try ModuleTree(value, in: heap, path: path, work: work)
        (found, work) = (tree.tensors, tree.work)
      case .object(let i): found = Self.direct(heap.objects[i].pairs, heap)
      default: break
      }
      if found.count > tensors.count { tensors = found }
    }
    dropPrefixes()
  }

  /// The tensors right inside a dictionary; the last of equal keys counts, at the first's place.
  private static func direct(
    _ pairs: [(key: PickleValue, value: PickleValue)], _ heap: PickleHeap
  ) -> [(name: String, tensor: Int)] {
    var found: [(name: String, tensor: Int)] = []
    var places: [String: Int] = [:]
    for pair in pairs {
      guard let name = heap.text(pair.key), case .tensor(let tensor) = pair.value else { continue }
      if let place = places[name] {
        found[place].tensor = tensor
      } else {
        places[name] = found.count
        found.append((name, tensor))
      }
    }
    return found
  }

  private mutating func dropPrefixes() {
    let prefixes = ["module.", "_orig_mod."]
    while let prefix = prefixes.first(where: { prefix in
      !tensors.isEmpty && tensors.allSatisfy { $0.name.hasPrefix(prefix) }
    }) {
      for i in tensors.indices { tensors[i].name.removeFirst(prefix.count) }
    }
  }
}

extension StateDictionary {
  /// Visits each value that can be reached once, outer ones first.
  private struct Search {
    let heap: PickleHeap
    private var queue: [PickleValue] = []
    private var place = 0
    private var runs: [Bool]
    private var dictionaries: [Bool]
    private var objects: [Bool]

    init(heap: PickleHeap) {
      self.heap = heap
      runs = Array(repeating: false, count: heap.runs.count)
      dictionaries = Array(repeating: false, count: heap.dictionaries.count)
      objects = Array(repeating: false, count: heap.objects.count)
    }

    /// Queues a value with parts that hasn't been queued before.
    mutating func push(_ value: PickleValue) {
      switch value {
      case .list(let i), .tuple(let i), .set(let i):
        if runs[i] { return }
        runs[i] = true
      case .dictionary(let i):
        if dictionaries[i] { return }
        dictionaries[i] = true
      case .object(let i):
        if objects[i] { return }
        objects[i] = true
      default: return
      }
      queue.append(value)
    }

    /// The next value; its parts are queued, except a network's, which belong together.
    mutating func next() -> PickleValue? {
      guard place < queue.count else { return nil }
      let value = queue[place]
      place += 1
      switch value {
      case .list(let i), .tuple(let i), .set(let i): for part in heap.runs[i] { push(part) }
      case .dictionary(let i): for pair in heap.dictionaries[i] { push(pair.value) }
      case .object(let i) where !ModuleTree.isModule(value, heap):
        push(heap.objects[i].state)
        push(heap.objects[i].arguments)
        for pair in heap.objects[i].pairs { push(pair.value) }
      default: break
      }
      return value
    }
  }
}
