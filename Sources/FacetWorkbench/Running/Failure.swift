import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTraining
import FacetZoo

/// An error as users are told of it: what was wrong, and whose move it is.
public struct Failure: Sendable {
  public enum Kind: Sendable {
    /// The command line.
    case usage
    /// A file that can be read but not used.
    case badData
    /// A file or folder that isn't there or can't be read.
    case noInput
    /// A place that can't be written to.
    case cannotWrite
    /// None of these: Facet's own fault.
    case bug
  }

  public let kind: Kind
  public let message: String

  public init(_ error: any Error) {
    kind = Self.kind(error)
    let text = String(describing: error)
    message =
      kind == .bug
      ? "\(text)\nThis is a fault of Facet. Please report it with the command you ran." : text
  }

  private static func kind(_ error: any Error) -> Kind {
    switch error {
    case let error as FileError: kind(error)
    case let error as WorkbenchError: kind(error)
    case let error as ZooError: kind(error)
    case let error as ImageError: if case .file(let file) = error { kind(file) } else { .badData }
    case let error as FaceFolderError:
      if case .file(let file) = error { kind(file) } else { .badData }
    case let error as ReportError: if case .file(let file) = error { kind(file) } else { .bug }
    case let error as ExplainError: kind(error)
    case let error as EngineError:
      if case .graph(let graph) = error { kind(graph) } else { .badData }
    case let error as GraphError: kind(error)
    case let error as TrainingError:
      if case .engine(let engine) = error { kind(engine) } else { .badData }
    case let error as EvaluationError: if case .invalidOption = error { .usage } else { .badData }
    case is SurgeryError: .badData
    case is RenderedFaceError: .usage
    default: .bug
    }
  }

  private static func kind(_ error: FileError) -> Kind {
    switch error {
    case .notFound, .isADirectory, .notADirectory, .unreadable: .noInput
    case .notWritable: .cannotWrite
    case .tooLarge: .badData
    }
  }

  private static func kind(_ error: WorkbenchError) -> Kind {
    switch error {
    case .usage: .usage
    case .badData, .notProven: .badData
    case .outputExists, .outputIsFile: .cannotWrite
    }
  }

  private static func kind(_ error: ZooError) -> Kind {
    switch error {
    case .unknownArchitecture: .usage
    case .file(let file): kind(file)
    default: .badData
    }
  }

  private static func kind(_ error: ExplainError) -> Kind {
    switch error {
    case .unknownMethod, .badOption, .classOutOfRange, .countMismatch, .notAMap, .notAdditive:
      .usage
    case .graph(let error): kind(error)
    case .engine(let error): kind(error as any Error)
    default: .badData
    }
  }

  private static func kind(_ error: GraphError) -> Kind {
    if case .unknownLayer = error { .usage } else { .badData }
  }
}
