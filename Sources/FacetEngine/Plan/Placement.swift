import FacetGraph
import FacetTensor

/// Where each value of a plan lives: in a memory of its own, or in a slice of another's.
///
/// The inputs of a concatenation are written where it needs them, so that joining costs nothing; a
/// concatenation whose inputs all lie in a row inside a larger one is a view of it. Views share the
/// memory of what they show.
struct Placement: Sendable {
  /// A slice of a root's memory.
  struct Slice: Hashable, Sendable {
    var root: NodeID
    /// Floats from the root's start, in each image.
    var offset: Int
  }

  private(set) var slices: [NodeID: Slice] = [:]
  private let shapes: [Shape]
  private let layouts: [NodeID: Layout]

  init(_ steps: [Step], shapes: [Shape], given: [NodeID: Layout]) {
    self.shapes = shapes
    var layouts = given
    for step in steps { layouts[step.output] = step.layout }
    self.layouts = layouts
    var viewed: [NodeID: NodeID] = [:]
    for step in steps {
      if case .view = step.kernel { viewed[step.output] = step.inputs[0] }
    }
    /// Blocked values that are seen as rows too must not have gaps between images.
    let unbroken = Set(
      steps.filter { if case .view = $0.kernel { $0.layout == .planar } else { false } }
        .map { $0.inputs[0] }.map { id in Self.origin(id, viewed) })
    /// What a value is a view of, if anything.
    func origin(_ id: NodeID) -> NodeID { Self.origin(id, viewed) }
    // The largest concatenations come last and decide first.
    for step in steps.reversed() {
      guard case .join = step.kernel else { continue }
      var offset = 0
      var children: [(id: NodeID, offset: Int)] = []
      for input in step.inputs {
        let shape = shapes[input.index]
        if offset % 16 == 0, layouts[input] == .blocked, !unbroken.contains(origin(input)) {
          children.append((origin(input), offset / 16 * shape[2] * shape[3] * 16))
        }
        offset += shape[1]
      }
      place(step.output, children, count: step.inputs.count, given)
    }
    for id in layouts.keys where slices[id] == nil && viewed[id] == nil {
      slices[id] = Slice(root: id, offset: 0)
    }
    for step in steps {
      guard case .view = step.kernel, let slice = slices[origin(step.inputs[0])] else { continue }
      slices[step.output] = resolved(slice)
    }
    for (id, slice) in slices { slices[id] = resolved(slice) }
  }

  private static func origin(_ id: NodeID, _ viewed: [NodeID: NodeID]) -> NodeID {
    viewed[id].map { origin($0, viewed) } ?? id
  }

  /// Puts what can be put into a concatenation.
  private mutating func place(
    _ whole: NodeID, _ children: [(id: NodeID, offset: Int)], count: Int, _ given: [NodeID: Layout]
  ) {
    // All lie in a row elsewhere already: the concatenation is where they are.
    if slices[whole] == nil, children.count == count, let first = slices[children[0].id],
      children.allSatisfy({
        slices[$0.id] == Slice(root: first.root, offset: first.offset + $0.offset)
      })
    {
      slices[whole] = first
      return
    }
    for (id, offset) in children where slices[id] == nil && given[id] == nil {
      slices[id] = Slice(root: whole, offset: offset)
    }
  }

  /// A slice of a memory that isn't itself a slice.
  private func resolved(_ slice: Slice) -> Slice {
    guard let outer = slices[slice.root], outer.root != slice.root else { return slice }
    let further = resolved(outer)
    return Slice(root: further.root, offset: further.offset + slice.offset)
  }

  /// Floats that one image of a root takes.
  func imageCount(_ root: NodeID) -> Int {
    Value.imageCount(shapes[root.index], layouts[root] ?? .planar)
  }

  /// Floats of a whole root.
  func count(_ root: NodeID) -> Int {
    let shape = shapes[root.index]
    return imageCount(root) * (shape.rank == 0 ? 1 : shape[0])
  }

  func layout(_ id: NodeID) -> Layout { layouts[id] ?? .planar }
}
