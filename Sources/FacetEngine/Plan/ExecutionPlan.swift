import FacetGraph
import FacetTensor

/// What a forward run does, settled before it starts: the steps, every shape, and where each value
/// lives. Values that are kept get memory of their own; the others share slots of one arena, each
/// from the step that writes it to the last that reads it.
struct ExecutionPlan: Sendable {
  let steps: [Step]
  let placement: Placement
  let shapes: [Shape]
  /// Floats from the arena's start, for roots that are in it.
  let arenaOffsets: [NodeID: Int]
  /// Floats shared by all values that aren't kept.
  let arenaCount: Int
  /// For each step, the roots with memory of their own that begin at it.
  let births: [[NodeID]]

  /// - Parameters:
  ///   - shapes: the shape of every node's value.
  ///   - given: nodes whose values the caller supplies, with their layouts.
  ///   - kept: nodes whose values are handed out; only what they depend on runs.
  init(
    graph: Graph, shapes: [Shape], given: [NodeID: Layout], kept: Set<NodeID>, mode: RunMode
  ) throws(EngineError) {
    let running = try Self.needed(graph, given: Set(given.keys), kept: kept)
    let fusion = Fusion(
      graph: graph, shapes: shapes, given: given, kept: kept, running: running, mode: mode)
    let placement = Placement(fusion.steps, shapes: shapes, given: given)
    let steps = fusion.steps
    func root(_ id: NodeID) -> NodeID { placement.slices[id]?.root ?? id }
    let held = Set(kept.map { root($0) }).union(given.keys.map { root($0) })
    var lastUse: [NodeID: Int] = [:]
    for (index, step) in steps.enumerated() {
      for id in step.inputs + [step.output] { lastUse[root(id)] = index }
    }
    var slots = SlotAllocator()
    var slotOf: [NodeID: Int] = [:]
    var known = Set(given.keys)
    var births: [[NodeID]] = []
    for (index, step) in steps.enumerated() {
      let target = root(step.output)
      let isNew = known.insert(target).inserted
      if isNew && !held.contains(target) {
        slotOf[target] = slots.take(placement.count(target))
      }
      births.append(isNew && held.contains(target) ? [target] : [])
      for id in Set((step.inputs + [step.output]).map { root($0) }) where lastUse[id] == index {
        if let slot = slotOf[id] { slots.release(slot) }
      }
    }
    let (offsets, total) = slots.layout()
    self.steps = steps
    self.placement = placement
    self.shapes = shapes
    arenaOffsets = slotOf.mapValues { offsets[$0] }
    arenaCount = total
    self.births = births
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
