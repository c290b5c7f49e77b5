import FacetGraph

/// What part of the image the cells of a layer see, by the network's geometry: cell `i` sees
/// `size` pixels around pixel `centre + i * stride`.
///
/// Pixels are counted from 0, so the centre of the first pixel is 0. Fields reach over the image's
/// border where layers pad. Where branches join, the field is the smallest that holds both; their
/// strides must agree.
public struct ReceptiveField: Hashable, Codable, Sendable {
  /// The geometry along one direction, in pixels.
  public struct Axis: Hashable, Codable, Sendable {
    public var size: Int
    /// How far the fields of neighbouring cells are apart.
    public var stride: Int
    /// Of the first cell's field; half a pixel where the size is even.
    public var centre: Double

    public init(size: Int, stride: Int, centre: Double) {
      self.size = size
      self.stride = stride
      self.centre = centre
    }

    /// The pixels the cell at `index` sees, whether or not the image has them.
    public func pixels(of index: Int) -> ClosedRange<Int> {
      let first = Int((centre - Double(size - 1) / 2).rounded()) + index * stride
      return first...first + size - 1
    }
  }

  public var vertical: Axis
  public var horizontal: Axis

  public init(vertical: Axis, horizontal: Axis) {
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// The geometry of a layer whose cells lie on one grid over the image.
  ///
  /// Layers that see the whole image (adaptive pools, fully connected ones) have none.
  public static func of(_ path: LayerPath, in graph: Graph) throws(ExplainError) -> ReceptiveField {
    let node = try ExplainError.wrappingGraph({ () throws(GraphError) in
      try graph.node(at: path)
    })
    let needed = graph.ancestors(of: node.id)
    var fields: [NodeID: ReceptiveField] = [:]
    for node in graph.nodes[...node.id.index] where needed.contains(node.id) {
      fields[node.id] = try field(of: node, node.inputs.compactMap { fields[$0] })
    }
    guard let field = fields[node.id] else {
      throw .noReceptiveField(path, reason: "it depends on no image")
    }
    return field
  }

  private static func field(of node: Node, _ inputs: [ReceptiveField]) throws(ExplainError)
    -> ReceptiveField?
  {
    switch node.op {
    case .input:
      let pixel = Axis(size: 1, stride: 1, centre: 0)
      return ReceptiveField(vertical: pixel, horizontal: pixel)
    case .arrayInput(let extents) where extents.count == 4:
      let pixel = Axis(size: 1, stride: 1, centre: 0)
      return ReceptiveField(vertical: pixel, horizontal: pixel)
    case .convolution(let c) where c.same == nil:
      return inputs[0].through(c.reach, c.stride, c.padding)
    case .maxPool(let pool) where pool.same == nil,
      .averagePool(let pool, _) where pool.same == nil:
      return inputs[0].through(pool.reach, pool.stride, pool.padding)
    case .batchNorm, .relu, .prelu, .localResponseNorm, .dropout, .softmax, .activation:
      return inputs[0]
    case .add, .concat, .arithmetic:
      // A constant sees nothing.
      guard var joined = inputs.first else {
        throw .noReceptiveField(node.path, reason: "it depends on no image")
      }
      for other in inputs.dropFirst() {
        guard let both = joined.hull(other) else {
          throw .noReceptiveField(
            node.path, reason: "it joins branches of different strides")
        }
        joined = both
      }
      return joined
    case .slice(let slicing) where slicing.start >= 0 && slicing.step > 0:
      return inputs[0].sliced(slicing)
    // Zeros in front move the cells along; beside the channels they move none.
    case .pad(let padding) where padding.before.count == 4 && padding.isConstant:
      return inputs[0].through(Extent(1), Extent(1), Extent(padding.before[2], padding.before[3]))
    case .constant:
      return nil
    default:
      throw .noReceptiveField(
        node.path, reason: "what it sees depends on the image's size (\(node.op.kind.rawValue))")
    }
  }

  private func through(_ reach: Extent, _ step: Extent, _ padding: Extent) -> ReceptiveField {
    ReceptiveField(
      vertical: vertical.through(reach.height, step.height, padding.height),
      horizontal: horizontal.through(reach.width, step.width, padding.width))
  }

  /// Every `step`-th cell of an axis from the `start`-th on; whole channels and images keep their fields.
  private func sliced(_ slicing: Slicing) -> ReceptiveField {
    var field = self
    switch slicing.axis {
    case 2: field.vertical = vertical.through(1, slicing.step, -slicing.start)
    case 3: field.horizontal = horizontal.through(1, slicing.step, -slicing.start)
    default: break
    }
    return field
  }

  private func hull(_ other: ReceptiveField) -> ReceptiveField? {
    guard let vertical = vertical.hull(other.vertical),
      let horizontal = horizontal.hull(other.horizontal)
    else { return nil }
    return ReceptiveField(vertical: vertical, horizontal: horizontal)
  }
}

extension ReceptiveField.Axis {
  /// The field of a window of `reach` cells that moves by `step`.
  fileprivate func through(_ reach: Int, _ step: Int, _ padding: Int) -> Self {
    Self(
      size: size + (reach - 1) * stride, stride: stride * step,
      centre: centre + (Double(reach - 1) / 2 - Double(padding)) * Double(stride))
  }

  /// The smallest field that holds both; `nil` for different strides.
  fileprivate func hull(_ other: Self) -> Self? {
    guard stride == other.stride else { return nil }
    let (a, b) = (pixels(of: 0), other.pixels(of: 0))
    let (low, high) = (min(a.lowerBound, b.lowerBound), max(a.upperBound, b.upperBound))
    return Self(size: high - low + 1, stride: stride, centre: Double(low + high) / 2)
  }
}

extension Padding {
  fileprivate var isConstant: Bool { if case .constant = mode { true } else { false } }
}
