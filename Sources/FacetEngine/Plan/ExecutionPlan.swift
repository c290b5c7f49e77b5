import FacetGraph
import FacetTensor

/// What a forward run does, settled before it starts: the order, every shape, and where each value
/// lives. Values that are kept get memory of their own; the others share slots of one arena, each
/// from the step that writes it to the last that reads it.
public struct ExecutionPlan: Sendable {
  enum Place: Hashable, Sendable {
    /// The value was given or is kept: a tensor of its own.
    case tensor
    /// Floats from the arena's start.
    case arena(offset: Int)
  }

  struct Step: Sendable {
    let node: Node
    let shape: Shape
    let place: Place
  }

  /// The nodes that run, in order.
  let steps: [Step]
  /// Where every value is that some step reads or writes.
  let places: [NodeID: Place]
  let shapes: [Shape]
  /// Floats shared by all values that aren't kept.
  public let arenaCount: Int

  /// - Parameters:
  ///   - shapes: the shape of every node's value.
  ///   - given: nodes whose values the caller supplies.
  ///   - kept: nodes whose values are handed out; only what they depend on runs.
  init(graph: Graph, shapes: [Shape], given: Set<NodeID>, kept: Set<NodeID>) throws(EngineError) {
    let running = try Self.needed(graph, given: given, kept: kept)
    var lastUse: [NodeID: Int] = [:]
    for (step, id) in running.enumerated() {
      for input in graph[id].inputs { lastUse[input] = step }
    }
    var places: [NodeID: Place] = [:]
    for id in given { places[id] = .tensor }
    var slots = SlotAllocator()
    var slotOf: [NodeID: Int] = [:]
    for (step, id) in running.enumerated() {
      let node = graph[id]
      let dying = node.inputs.filter { lastUse[$0] == step && slotOf[$0] != nil }
      if kept.contains(id) {
        places[id] = .tensor
      } else if node.op.worksInPlace, let first = node.inputs.first, dying.contains(first),
        // Overwriting a value that is added a second time would lose it.
        !node.inputs.dropFirst().contains(first),
        shapes[first.index].count == shapes[id.index].count, let slot = slotOf[first]
      {
        slotOf[id] = slot
        slotOf[first] = nil
      } else {
        slotOf[id] = slots.take(shapes[id.index].count)
      }
      for input in Set(dying) {
        if let slot = slotOf[input] { slots.release(slot) }
        slotOf[input] = nil
      }
      // A value nobody reads (a kept layer below stops there) gives its memory back at once.
      if let slot = slotOf[id] {
        places[id] = .arena(offset: slot)
        if lastUse[id] == nil {
          slots.release(slot)
          slotOf[id] = nil
        }
      }
    }
    let (offsets, total) = slots.layout()
    self.places = places.mapValues { place in
      if case .arena(let slot) = place { .arena(offset: offsets[slot]) } else { place }
    }
    self.steps = running.map { [resolved = self.places] id in
      Step(node: graph[id], shape: shapes[id.index], place: resolved[id] ?? .tensor)
    }
    self.shapes = shapes
    arenaCount = total
  }

  /// The nodes that must run, in order, to get `kept` from `given`.
  private static func needed(_ graph: Graph, given: Set<NodeID>, kept: Set<NodeID>)
    throws(EngineError) -> [NodeID]
  {
    var needed = kept.subtracting(given)
    for node in graph.nodes.reversed() where needed.contains(node.id) {
      if node.op.isInput {
        let start = given.min { $0.index < $1.index } ?? graph.input
        throw .notACut(graph[start].path, dependsAlsoOn: node.path)
      }
      needed.formUnion(node.inputs.filter { !given.contains($0) })
    }
    return needed.sorted { $0.index < $1.index }
  }
}

extension Op {
  /// Whether the result may overwrite the first input while it is computed.
  fileprivate var worksInPlace: Bool {
    switch self {
    case .relu, .batchNorm, .prelu, .add, .flatten, .dropout, .activation, .reshape: true
    default: false
    }
  }
}

/// Hands out slots, reusing the smallest free one that is large enough, else growing the largest.
private struct SlotAllocator {
  private var sizes: [Int] = []
  private var free: Set<Int> = []

  mutating func take(_ count: Int) -> Int {
    let fitting = free.filter { sizes[$0] >= count }.min { (sizes[$0], $0) < (sizes[$1], $1) }
    if let slot = fitting ?? free.max(by: { (sizes[$0], $0) < (sizes[$1], $1) }) {
      free.remove(slot)
      sizes[slot] = max(sizes[slot], count)
      return slot
    }
    sizes.append(count)
    return sizes.count - 1
  }

  mutating func release(_ slot: Int) { free.insert(slot) }

  /// Where each slot begins, on 64-byte lines, and the sum of all.
  func layout() -> (offsets: [Int], total: Int) {
    var offsets: [Int] = []
    var total = 0
    for size in sizes {
      offsets.append(total)
      total += (size + 15) / 16 * 16
    }
    return (offsets, total)
  }
}
