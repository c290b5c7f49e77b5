/// Reads a pickle as data and executes nothing.
///
/// A pickle is a program for a machine with a stack. Python's machine looks names up and calls what it
/// finds, so a pickle can do whatever Python can. Here a name stays a name, and this is what becomes
/// of it:
///
/// - The functions in ``PickleFunction`` have a meaning in data: a tensor of a storage, a dictionary, a
///   set. Some others are harmless and give an object without contents: devices, dates, numpy's
///   scalars.
/// - A class that is instantiated (NEWOBJ) gives an object that keeps its arguments, its state and its
///   items; the class is not looked for. Networks that were saved whole are such objects.
/// - Every other call (REDUCE, INST, OBJ) is an error that names the function and the byte; so are
///   extension codes and buffers outside the pickle.
///
/// Time and memory are of the order of the pickle's size: a length is checked against what is left
/// before anything is allocated, copies are counted, and there is no recursion.
struct PickleMachine {
  /// The most instructions that are read; checkpoints have some thousands.
  static let maximumInstructions = 1 << 24

  var input: PickleInput
  var heap = PickleHeap()
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// Instructions that were read and elements that were copied.
  private var work = 0
  /// Where the instruction that is being read begins.
  private var start = 0

  init(_ input: PickleInput) { self.input = input }

  func refuse(_ reason: String) -> ZooError { input.refuse(reason, at: start) }

  /// Reads one pickle; the input then is behind it. The heap of the pickles before is kept.
  mutating func run() throws(ZooError) -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    while true {
      start = input.position
      try count(1)
      let byte = try input.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw refuse("byte \(byte) is no instruction of a pickle; the file is damaged or no pickle")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  /// Counts instructions and copied elements; a file may have some of each for every byte, and no more
  /// than ``maximumInstructions``.
  mutating func count(_ more: Int) throws(ZooError) {
    work += more
    guard work <= min(Self.maximumInstructions, 2 * input.count + 1 << 16) else {
      throw refuse("the pickle is too much work: \(work) instructions and copies")
    }
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(ZooError) {
    switch opcode {
    case .none, .newTrue, .newFalse, .int, .binInt, .binInt1, .binInt2, .long, .long1, .long4,
      .float, .binFloat, .string, .binString, .shortBinString, .unicode, .binUnicode,
      .shortBinUnicode, .binUnicode8, .binBytes, .shortBinBytes, .binBytes8, .byteArray8:
      stack.append(try literal(opcode))
    case .emptyList, .append, .appends, .list, .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3,
      .emptyDictionary, .dictionary, .setItem, .setItems, .emptySet, .addItems, .frozenSet:
      try collect(opcode)
    case .mark: marks.append(stack.count)
    case .pop:
      // Python's own machine takes a mark, too.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .duplicate: stack.append(try top())
    case .get, .binGet, .longBinGet, .put, .binPut, .longBinPut, .memoize: try remember(opcode)
    case .global, .stackGlobal, .reduce, .build, .instance, .object, .newObject,
      .newObjectKeywords, .persistent, .binPersistent:
      try name(opcode)
    case .protocol:
      let version = try input.byte()
      guard version <= 5 else { throw refuse("pickle protocol \(version); 5 is the highest known") }
    case .frame: _ = try input.length(8)
    case .extension1, .extension2, .extension4:
      throw refuse("the pickle uses a registered extension code, which means nothing in a file")
    case .nextBuffer, .readonlyBuffer:
      throw refuse("the pickle needs a buffer from outside the file")
    case .stop: break
    }
  }
}

// MARK: - The stack and the memo

extension PickleMachine {
  private mutating func pop() throws(ZooError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw refuse("the pickle takes a value from an empty stack")
    }
    return value
  }

  private func top() throws(ZooError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else {
      throw refuse("the pickle looks at a value of an empty stack")
    }
    return value
  }

  /// The values above the last mark, which goes with them.
  private mutating func popToMark() throws(ZooError) -> [PickleValue] {
    guard let mark = marks.popLast() else {
      throw refuse("the pickle goes to a mark it never made")
    }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func remember(_ opcode: PickleOpcode) throws(ZooError) {
    let index: Int
    switch opcode {
    case .get, .put:
      guard let number = Int(String(decoding: try input.line(), as: UTF8.self)), number >= 0 else {
        throw refuse("a number of the memo was expected")
      }
      index = number
    case .binGet, .binPut: index = Int(try input.byte())
    case .longBinGet, .longBinPut: index = Int(try input.number(4))
    default: index = memo.count
    }
    switch opcode {
    case .get, .binGet, .longBinGet:
      guard let value = memo[index] else {
        throw refuse("the pickle asks for value \(index) of its memo, which isn't there")
      }
      stack.append(value)
    default: memo[index] = try top()
    }
  }
}

// MARK: - Lists, tuples, dictionaries and sets

extension PickleMachine {
  private mutating func collect(_ opcode: PickleOpcode) throws(ZooError) {
    switch opcode {
    case .emptyList: stack.append(heap.list([]))
    case .emptyTuple: stack.append(heap.tuple([]))
    case .emptyDictionary: stack.append(heap.dictionary())
    case .emptySet: stack.append(heap.set([]))
    case .list: stack.append(heap.list(try popToMark()))
    case .tuple: stack.append(heap.tuple(try popToMark()))
    case .frozenSet: stack.append(heap.set(try popToMark()))
    case .dictionary: stack.append(heap.dictionary(try pairs(try popToMark())))
    case .tuple1, .tuple2, .tuple3:
      let count = opcode == .tuple1 ? 1 : opcode == .tuple2 ? 2 : 3
      var run: [PickleValue] = []
      for _ in 0..<count { run.append(try pop()) }
      stack.append(heap.tuple(run.reversed()))
    case .append: try add([try pop()])
    case .appends, .addItems: try add(try popToMark())
    case .setItem:
      let value = try pop()
      try set([(try pop(), value)])
    default: try set(try pairs(try popToMark()))
    }
  }

  private func pairs(
    _ values: [PickleValue]
  ) throws(ZooError) -> [(key: PickleValue, value: PickleValue)] {
    guard values.count % 2 == 0 else { throw refuse("a key has no value") }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  /// Adds elements to the list or set on top.
  private mutating func add(_ values: [PickleValue]) throws(ZooError) {
    switch try top() {
    case .list(let i), .set(let i): heap.runs[i] += values
    case .object, .opaque: break
    default: throw refuse("elements are added to a value that is no list or set")
    }
  }

  /// Sets items of the dictionary on top.
  private mutating func set(
    _ pairs: [(key: PickleValue, value: PickleValue)]
  ) throws(ZooError) {
    switch try top() {
    case .dictionary(let i): heap.dictionaries[i] += pairs
    case .object(let i): heap.objects[i].pairs += pairs
    default: throw refuse("items are set in a value that is no dictionary")
    }
  }
}

// MARK: - Names, instances and calls

extension PickleMachine {
  private mutating func name(_ opcode: PickleOpcode) throws(ZooError) {
    switch opcode {
    case .global: stack.append(heap.global(try globalLines()))
    case .stackGlobal:
      let name = heap.text(try pop())
      guard let name, let module = heap.text(try pop()) else {
        throw refuse("a class or function is named by something that isn't text")
      }
      stack.append(heap.global(PickleGlobal(module: module, name: name)))
    case .reduce:
      let arguments = try pop()
      stack.append(try call(try pop(), arguments))
    case .instance:
      let type = heap.global(try globalLines())
      stack.append(try call(type, heap.tuple(try popToMark())))
    case .object:
      var values = try popToMark()
      guard !values.isEmpty else { throw refuse("an instance has no class") }
      let type = values.removeFirst()
      stack.append(try call(type, heap.tuple(values)))
    case .newObject:
      let arguments = try pop()
      stack.append(try instance(try pop(), arguments))
    case .newObjectKeywords:
      _ = try pop()
      let arguments = try pop()
      stack.append(try instance(try pop(), arguments))
    case .build:
      let state = try pop()
      try build(try top(), state)
    case .persistent:
      let line = heap.text(String(decoding: try input.line(), as: UTF8.self))
      stack.append(try persistent(line))
    default: stack.append(try persistent(try pop()))
    }
  }

  private mutating func globalLines() throws(ZooError) -> PickleGlobal {
    let module = String(decoding: try input.line(), as: UTF8.self)
    return PickleGlobal(module: module, name: String(decoding: try input.line(), as: UTF8.self))
  }

  /// Gives an object its state. Attributes of what is understood don't matter.
  private mutating func build(_ target: PickleValue, _ state: PickleValue) throws(ZooError) {
    switch target {
    case .object(let i): heap.objects[i].state = state
    case .dictionary, .tensor, .set, .list, .tuple, .opaque: break
    default: throw refuse("a value without attributes is given some")
    }
  }
}
