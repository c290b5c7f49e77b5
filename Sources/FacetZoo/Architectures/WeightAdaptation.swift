import FacetGraph
import FacetTensor

/// How a design takes weights that were published under other names or shapes.
struct WeightAdaptation: Sendable {
  /// The design's name for a name of older files; `nil` where the name is no older one.
  var renaming: @Sendable (String) -> String? = { _ in nil }
  /// Whether a fully connected layer's matrix becomes a convolution's kernel and back.
  var reshapesDenseLayers = false
}

/// A file's tensors under a design's names and shapes, and what was changed for that.
public struct AdaptedWeights: Sendable {
  /// One tensor that the design knows under another name or shape.
  public struct Change: Hashable, Sendable, CustomStringConvertible {
    /// In the file.
    public let name: String
    public let shape: Shape
    /// In the design.
    public let newName: String
    public let newShape: Shape

    public var description: String {
      name
        + (shape == newShape ? "" : " \(shape)") + " as "
        + (name == newName ? "" : newName)
        + (shape == newShape ? "" : (name == newName ? "" : " ") + "\(newShape)")
    }
  }

  public var tensors: [String: Tensor]
  /// In the order of the file's names.
  public var changes: [Change]

  /// What was changed, on one line, with at most three examples; `nil` when nothing was.
  public var summary: String? {
    guard !changes.isEmpty else { return nil }
    let examples = changes.prefix(3).map(\.description).joined(separator: ", ")
    return "\(changes.count) tensors taken under other names or shapes (\(examples)"
      + (changes.count > 3 ? ", ..." : "") + ")"
  }
}

extension Architecture {
  /// The tensors of a file as this design names and shapes them. Call it before the tensors are
  /// applied to the graph; what the design doesn't know stays as it is, so that a report can say so.
  ///
  /// - Names of older files become today's where no tensor has today's name already.
  /// - Where the design asks for it, a matrix `[O, C h w]` becomes the kernel `[O, C, h, w]` of a
  ///   convolution that stands for the fully connected layer, and back. Both are row-major, and the
  ///   matrix's columns follow the flattened map `[C, h, w]`, so the numbers keep their order.
  public func adapting(_ tensors: [String: Tensor]) throws(GraphError) -> AdaptedWeights {
    var expected: [String: Shape] = [:]
    for (name, shape, _) in try graph(classes: 1).parameterShapes { expected[name] = shape }
    var adapted = AdaptedWeights(tensors: [:], changes: [])
    for name in tensors.keys.sorted() {
      guard let tensor = tensors[name] else { continue }
      var newName = name
      if expected[name] == nil, let renamed = adaptation.renaming(name), expected[renamed] != nil,
        tensors[renamed] == nil
      {
        newName = renamed
      }
      let shape = expected[newName].flatMap { reshaped(tensor.shape, $0) } ?? tensor.shape
      adapted.tensors[newName] = shape == tensor.shape ? tensor : tensor.reshaped(shape)
      if newName != name || shape != tensor.shape {
        adapted.changes.append(
          .init(name: name, shape: tensor.shape, newName: newName, newShape: shape))
      }
    }
    return adapted
  }

  /// The shape that a matrix has as a kernel, or a kernel as a matrix; the number of outputs is the
  /// file's own. `nil` where the numbers don't fit.
  private func reshaped(_ shape: Shape, _ expected: Shape) -> Shape? {
    guard adaptation.reshapesDenseLayers,
      [[2, 4], [4, 2]].contains([shape.rank, expected.rank]),
      shape.dropFirst().count == expected.dropFirst().count
    else { return nil }
    return expected.dropFirst().prepending(shape[0])
  }
}
