import FacetGraph
import FacetTensor

/// What a file says of one of its tensors.
public struct TensorEntry: Hashable, Sendable {
  public let name: String
  public let type: ElementType
  public let shape: Shape

  public init(name: String, type: ElementType, shape: Shape) {
    self.name = name
    self.type = type
    self.shape = shape
  }
}

/// A file of named tensors. Opening it reads names, types and shapes; elements are read when a tensor
/// is asked for.
public protocol TensorArchive: Sendable {
  /// The file's name in errors.
  var path: String { get }
  /// Its tensors in the file's order.
  var entries: [TensorEntry] { get }
  /// The tensor called `name` as 32-bit floats.
  ///
  /// - Throws: ``ZooError/noTensor(path:name:suggestion:)`` when there is none.
  func tensor(_ name: String) throws(ZooError) -> Tensor
}

extension TensorArchive {
  /// Every tensor by name.
  public func tensors() throws(ZooError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for entry in entries { tensors[entry.name] = try tensor(entry.name) }
    return tensors
  }

  /// The error for a name that isn't in the archive.
  func noTensor(_ name: String) -> ZooError {
    // The distance of two names takes their lengths' product; a file may have names of any length.
    let candidates = entries.prefix(1000).map(\.name).filter { $0.utf8.count <= 200 }
    return .noTensor(
      path: path, name: name, suggestion: Suggestion.nearest(to: name, among: candidates))
  }
}
