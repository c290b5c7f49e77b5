import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTraining
import FacetWorkbench
import FacetZoo
import Testing

/// Whose move an error is, for every library's errors.
@Suite("Failure") struct FailureTests {
  private static let missing = FileError.notFound(path: "f")
  private static let locked = FileError.notWritable(path: "f", reason: "r")

  static let cases: [(any Error, Failure.Kind)] = [
    (missing, .noInput), (FileError.isADirectory(path: "f"), .noInput),
    (FileError.notADirectory(path: "f"), .noInput),
    (FileError.unreadable(path: "f", reason: "r"), .noInput), (locked, .cannotWrite),
    (FileError.tooLarge(path: "f", bytes: 2, limit: 1), .badData),
    (WorkbenchError.usage("u"), .usage), (WorkbenchError.badData("b"), .badData),
    (WorkbenchError.notProven("n"), .badData),
    (WorkbenchError.outputExists(path: "f"), .cannotWrite),
    (WorkbenchError.outputIsFile(path: "f"), .cannotWrite),
    (WorkbenchError.unknownCommand("trian", known: ["train"]), .usage),
    (ZooError.unknownArchitecture("x", suggestion: nil, known: []), .usage),
    (ZooError.malformed(path: "f", offset: 0, reason: "r"), .badData),
    (ZooError.file(missing), .noInput), (ZooError.file(locked), .cannotWrite),
    (ImageError.file(missing), .noInput), (ImageError.empty(path: "f"), .badData),
    (FaceFolderError.file(missing), .noInput), (FaceFolderError.empty(path: "f"), .badData),
    (ExplainError.unknownMethod("x", suggestion: nil, known: []), .usage),
    (ExplainError.classOutOfRange(9, classes: 4), .usage),
    (ExplainError.graph(.unknownLayer("x", suggestion: nil)), .usage),
    (ExplainError.engine(.graph(.unknownLayer("x", suggestion: nil))), .usage),
    (GraphError.unknownLayer("x", suggestion: nil), .usage),
    (GraphError.malformed(reason: "r"), .badData), (EvaluationError.noPairs, .badData),
    (EvaluationError.invalidOption(name: "n", expected: "e", got: "g"), .usage),
    (RenderedFaceError.outOfRange(name: "n", got: 0, range: 1...2), .usage),
    (ReportError.file(locked), .cannotWrite),
    (TrainingError.engine(.graph(.unknownLayer("x", suggestion: nil))), .usage),
  ]

  @Test("every error has its kind and keeps its words", arguments: cases.indices)
  func kinds(_ index: Int) {
    let (error, kind) = Self.cases[index]
    let failure = Failure(error)
    #expect(failure.kind == kind, "\(error)")
    #expect(failure.message == String(describing: error))
  }

  @Test("an error nobody foresaw is Facet's own")
  func bug() {
    struct Surprise: Error {}
    let failure = Failure(Surprise())
    #expect(failure.kind == .bug)
    #expect(failure.message.hasPrefix("Surprise()\n"))
    #expect(failure.message.contains("fault of Facet"))
  }
}
