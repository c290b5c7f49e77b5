import ArgumentParser
import FacetWorkbench
import Foundation

/// What the shell is told, after sysexits.h.
enum ExitStatus {
  /// Prints an error and ends the program: 64 usage, 65 bad data, 66 no input, 70 a bug, 73 can't
  /// write.
  static func exit(reporting error: any Error) -> Never {
    // Help, version and the command line's own errors are ArgumentParser's to print.
    let parsing = Facet.exitCode(for: error)
    if parsing == .success || parsing == .validationFailure { Facet.exit(withError: error) }
    let failure = Failure(error)
    FileHandle.standardError.write(Data("Error: \(failure.message)\n".utf8))
    Foundation.exit(code(failure.kind))
  }

  static func code(_ kind: Failure.Kind) -> Int32 {
    switch kind {
    case .usage: EX_USAGE
    case .badData: EX_DATAERR
    case .noInput: EX_NOINPUT
    case .bug: EX_SOFTWARE
    case .cannotWrite: EX_CANTCREAT
    }
  }
}
