import FacetGraph

/// How a file's input becomes the graph's.
struct InputPlan: Sendable {
  /// The layout of an image input.
  enum Layout: Hashable, Sendable {
    case channelsFirst
    case channelsLast
    /// No images.
    case array
  }

  let name: String
  let type: ONNXDataType
  let layout: Layout
  /// The extents the file declares, in its own order; `nil` for those it leaves open.
  let declared: [Int?]
  /// What open extents are taken to be where a number is needed, in the file's order.
  let assumed: [Int]
  /// Axes of the file's order whose extents are one number.
  private let closed: Set<Int>

  init(_ info: ONNXValueInfo, _ graph: ONNXGraph, options: ONNXImportOptions)
    throws(LoweringFailure)
  {
    name = info.name
    guard case .tensor(let type, let dims) = info.type else {
      throw .unsupported("the input '\(info.name)' is no tensor")
    }
    guard type.elementType != nil else {
      throw .unsupported("the input '\(info.name)' holds elements of type \(type.name)")
    }
    self.type = type
    var declared: [Int?] = (dims ?? [ONNXDimension](repeating: .unknown, count: 4)).map {
      if case .known(let size) = $0, size > 0 { size } else { nil }
    }
    guard declared.count <= FoldingBudget.largestRank,
      FoldingBudget.count(declared.map { $0 ?? 1 }) != nil,
      declared.allSatisfy({ $0 ?? 1 <= 1 << 24 })
    else { throw .unsupported("the input '\(info.name)' has the extents \(declared)") }
    let isImage = declared.count == 4 && options.inputKind == .automatic
    layout =
      !isImage
      ? .array
      : Self.isChannelsLast(info.name, declared, graph) ? .channelsLast : .channelsFirst
    let channelAxis = layout == .channelsLast ? 3 : 1
    if isImage, declared[channelAxis] == nil {
      declared[channelAxis] = Self.channels(of: info.name, graph) ?? 3
    }
    self.declared = declared
    let (rows, columns) = layout == .channelsLast ? (1, 2) : (2, 3)
    var assumed = declared.enumerated().map { axis, size in size ?? (axis == 0 ? 1 : 16) }
    if isImage {
      assumed[rows] = declared[rows] ?? Self.side(options.height)
      assumed[columns] = declared[columns] ?? Self.side(options.width)
    }
    self.assumed = assumed
    closed = Set(
      declared.indices.filter { axis in
        guard let size = declared[axis] else { return false }
        // A batch of one, and the sizes of images, may be free after all.
        if options.inputKind == .automatic, axis == 0, size == 1, declared.count > 1 {
          return false
        }
        return !isImage || (axis != rows && axis != columns)
      })
  }

  /// Whether images of these extents have their channels last: one or three of them behind many
  /// rows and columns, or a graph that turns them first thing.
  private static func isChannelsLast(_ name: String, _ extents: [Int?], _ graph: ONNXGraph) -> Bool
  {
    let isChannels = { (size: Int?) in size == 1 || size == 3 }
    guard isChannels(extents[3]), !isChannels(extents[1]) else { return false }
    if (extents[1] ?? 16) >= 16, (extents[2] ?? 16) >= 16 { return true }
    return graph.nodes.contains { node in
      node.opType == "Transpose" && node.inputs == [name]
        && node.attributes["perm"] == .ints([0, 3, 1, 2])
    }
  }

  private static func side(_ wanted: Int?) -> Int {
    wanted.flatMap { 1...1 << 16 ~= $0 ? $0 : nil } ?? 224
  }

  /// The channels that the first convolution on the input takes.
  private static func channels(of name: String, _ graph: ONNXGraph) -> Int? {
    guard let node = graph.nodes.first(where: { $0.opType == "Conv" && $0.inputs.first == name }),
      node.inputs.count > 1,
      let weight = graph.initializers.first(where: { $0.name == node.inputs[1] }),
      weight.dims.count == 4, 1...1 << 24 ~= weight.dims[1]
    else { return nil }
    return weight.dims[1]
  }

  /// Puts the input into the graph; axes in `fixed` get their number, others stay free where they may.
  func emit(into lowering: inout Lowering, fixed: Set<Int>) throws(LoweringFailure)
    -> ComputedValue
  {
    var sizes: [SymbolicInteger] = []
    var extents: [Int?] = []
    for (axis, size) in assumed.enumerated() {
      if closed.contains(axis) || fixed.contains(axis) {
        sizes.append(SymbolicInteger(size))
        extents.append(size)
      } else {
        sizes.append(
          lowering.symbols.extent(
            of: .init(axis: axis, size: size, isDeclared: declared[axis] != nil)))
        extents.append(nil)
      }
    }
    let order = layout == .channelsLast ? [0, 3, 1, 2] : Array(sizes.indices)
    let ordered = order.map { extents[$0] }
    let op: Op =
      if layout != .array, let channels = ordered[1], ordered == [nil, channels, nil, nil] {
        .input(channels: channels)
      } else {
        .arrayInput(extents: ordered)
      }
    let input = try lowering.emit(
      path: name.isEmpty ? "input" : name, op, [], extents: order.map { sizes[$0] }, type: type)
    guard layout == .channelsLast else { return input }
    let turned = try lowering.emit(
      path: name + "/channels last", .transpose(permutation: [0, 2, 3, 1]), [input],
      extents: sizes, type: type)
    lowering.transposes[turned.node.index] = (input, [0, 2, 3, 1])
    return turned
  }

  /// The name of an axis of the file's order, for notes.
  func axisName(_ axis: Int) -> String {
    switch layout {
    case .channelsFirst: ["the batch", "the channels", "the height", "the width"][axis]
    case .channelsLast: ["the batch", "the height", "the width", "the channels"][axis]
    case .array: axis == 0 ? "the batch" : "axis \(axis) of the input"
    }
  }

  /// Height and width of images at the sizes the file declares or leaves to us.
  var size: (height: Int, width: Int) {
    switch layout {
    case .channelsFirst: (assumed[2], assumed[3])
    case .channelsLast: (assumed[1], assumed[2])
    case .array:
      (assumed.count > 2 ? assumed[2] : 1, assumed.count > 3 ? assumed[3] : 1)
    }
  }
}
