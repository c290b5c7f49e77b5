import FacetGraph
import FacetTensor

/// Why a run was refused.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  case graph(GraphError)
  /// Backward needs a value that the forward run didn't keep.
  case valueNotKept(LayerPath)
  case seedShape(layer: LayerPath, expected: Shape, got: Shape)
  /// The output depends on more than the layer a run was to resume from.
  case notACut(LayerPath, dependsAlsoOn: LayerPath)
  /// The environment's `FACET_ISA` names kernels that don't exist or that the processor can't run.
  case instructionSet(String)
  /// The layer that a run ends or a signal starts at doesn't depend on the one that was asked for.
  case notReached(LayerPath, from: LayerPath)

  public var description: String {
    switch self {
    case .graph(let error): error.description
    case .valueNotKept(let path):
      "the forward run did not keep the value of '\(path)'; ask for it with "
        + "Keep.forBackward(to:) or Keep.all"
    case .seedShape(let layer, let expected, let got):
      "the gradient given for '\(layer)' has shape \(got); \(expected) was expected"
    case .notACut(let path, let other):
      "a run can't resume from '\(path)': the output depends on '\(other)' too"
    case .instructionSet(let name):
      "FACET_ISA is '\(name)'; this processor can run "
        + InstructionSet.allCases.filter(\.isSupported).map(\.rawValue).joined(separator: ", ")
    case .notReached(let path, let from): "'\(from)' does not depend on '\(path)'"
    }
  }

  /// Runs `body`, with a graph's error as the engine's.
  static func wrapping<R>(_ body: () throws(GraphError) -> R) throws(EngineError) -> R {
    do { return try body() } catch { throw .graph(error) }
  }
}
