import FacetGraph
import FacetTensor

extension Architecture {
  /// Whether a file has every parameter of this design, by its own or an older name; the last layer may
  /// have any number of classes. Only names and shapes are looked at.
  public func fits(_ entries: [TensorEntry]) -> Bool {
    var shapes: [String: Shape] = [:]
    for entry in entries {
      if let renamed = adaptation.renaming(entry.name) { shapes[renamed] = entry.shape }
    }
    // Today's name wins over an older one.
    for entry in entries { shapes[entry.name] = entry.shape }
    guard let classes = shapes[head.appending("weight").name]?.extents.first, classes > 0,
      let graph = try? graph(classes: classes)
    else { return false }
    return graph.parameterShapes.allSatisfy { shapes[$0.name] == $0.shape }
  }
}
