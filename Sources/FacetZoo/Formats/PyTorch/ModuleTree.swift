/// The tensors of a network that was saved whole, with the names that `state_dict()` gives them.
///
/// A module's state holds `_parameters`, `_buffers` and `_modules`; names are joined by dots on the way
/// down. In TorchScript's archives a module's attributes are its parameters and modules themselves.
struct ModuleTree {
  static let maximumDepth = 64
  /// Attributes that are looked at and bytes of names that are made, for all networks of a file.
  static let maximumWork = 1 << 22

  private(set) var tensors: [(name: String, tensor: Int)] = []
  private let heap: PickleHeap
  private let path: String
  private(set) var work: Int

  /// Whether an object looks like a module.
  static func isModule(_ value: PickleValue, _ heap: PickleHeap) -> Bool {
    guard case .object(let i) = value else { return false }
    let object = heap.objects[i]
    guard let state = heap.dictionary(object.state) else { return false }
    if object.type.module.hasPrefix("__torch__") { return true }
    let keys = state.compactMap { heap.text($0.key) }
    return keys.contains("_parameters") && keys.contains("_modules")
  }

  /// - Parameter work: what other networks of the file have taken of ``maximumWork``.
  /// - Throws: `unsupported` for modules more than ``maximumDepth`` deep, and for modules that share
  ///   modules that share modules, so that their names are more than ``maximumWork``.
  init(_ root: PickleValue, in heap: PickleHeap, path: String, work: Int) throws(ZooError) {
    self.heap = heap
    self.path = path
    self.work = work
    try visit(root, prefix: "", depth: 0)
    try checkWork(at: "", depth: 0)
  }

  private mutating func visit(
    _ module: PickleValue, prefix: String, depth: Int
  ) throws(ZooError) {
    guard case .object(let i) = module, Self.isModule(module, heap),
      let state = heap.dictionary(heap.objects[i].state)
    else { return }
    work += state.count + prefix.utf8.count
    try checkWork(at: prefix, depth: depth)
    if heap.objects[i].type.module.hasPrefix("__torch__") {
      try visitParts(state, prefix, depth)
      return
    }
    var (parameters, buffers, modules): ([Pair], [Pair], [Pair]) = ([], [], [])
    var hidden: Set<String> = []
    for (key, value) in state {
      switch heap.text(key) {
      case "_parameters": parameters = heap.dictionary(value) ?? []
      case "_buffers": buffers = heap.dictionary(value) ?? []
      case "_modules": modules = heap.dictionary(value) ?? []
      case "_non_persistent_buffers_set":
        hidden = Set((heap.run(value) ?? []).compactMap { heap.text($0) })
      default: break
      }
    }
    try visitParts(parameters, prefix, depth)
    buffers.removeAll { heap.text($0.key).map { hidden.contains($0) } ?? true }
    try visitParts(buffers, prefix, depth)
    try visitParts(modules, prefix, depth)
  }

  private func checkWork(at prefix: String, depth: Int) throws(ZooError) {
    guard depth <= Self.maximumDepth, work <= Self.maximumWork else {
      throw .unsupported(
        path: path,
        reason: "its modules are nested too deep or shared too often, at '\(prefix.prefix(80))'; "
          + "save the network's state_dict()")
    }
  }

  private typealias Pair = (key: PickleValue, value: PickleValue)

  private mutating func visitParts(
    _ parts: [Pair], _ prefix: String, _ depth: Int
  ) throws(ZooError) {
    for (key, value) in parts where work <= Self.maximumWork {
      guard let key = heap.text(key) else { continue }
      work += 1 + prefix.utf8.count + key.utf8.count
      switch value {
      case .tensor(let tensor): tensors.append((prefix + key, tensor))
      case .object: try visit(value, prefix: prefix + key + ".", depth: depth + 1)
      default: break
      }
    }
  }
}
