/// Why a model can't be changed as asked.
public enum SurgeryError: Error, Equatable, CustomStringConvertible {
  case graph(GraphError)
  /// The layer isn't of the kind the surgery works on.
  case wrongKind(LayerPath, expected: String, got: OpKind)
  /// There is nothing to change; `reason` says what was looked for.
  case noSite(reason: String)
  /// An adaptive pool changes the map at the network's own input size, so it can't be left out.
  case poolIsNotIdentity(LayerPath, from: Extent, to: Extent)

  public var description: String {
    switch self {
    case .graph(let error): error.description
    case .wrongKind(let path, let expected, let got):
      "layer '\(path)' is a \(got.rawValue); \(expected) was expected"
    case .noSite(let reason): reason
    case .poolIsNotIdentity(let path, let from, let to):
      "'\(path)' pools a \(from) map to \(to) at the network's own input size; the layers after it "
        + "can't become convolutions of the map before it"
    }
  }
}
