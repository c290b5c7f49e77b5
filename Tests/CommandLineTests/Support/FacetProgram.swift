import FacetTestSupport
import Foundation
import Synchronization
import Testing

/// The built `facet`, run as users run it: another process, its output piped.
enum FacetProgram {
  /// What a run left.
  struct Outcome: Sendable {
    /// The exit code; 128 and more when a signal ended it.
    let status: Int32
    let output: String
    let errors: String
  }

  enum Failure: Error, CustomStringConvertible {
    case tooSlow(arguments: [String])

    var description: String {
      switch self {
      case .tooSlow(let arguments): "facet \(arguments.joined(separator: " ")) doesn't end"
      }
    }
  }

  /// The program that was built with these tests.
  static func path() throws -> String { try BuiltProgram.path("facet") }

  /// Nothing of the machine's own: help is wrapped at 80 columns everywhere.
  private static let environment = [
    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "COLUMNS": "80", "LANG": "C.UTF-8",
    "HOME": NSTemporaryDirectory(),
  ]

  /// A run that has begun.
  final class Run {
    let process = Process()
    private let arguments: [String]
    private let folder: TemporaryFolder
    private let ended = DispatchSemaphore(value: 0)

    init(_ arguments: [String], in place: String?) throws {
      self.arguments = arguments
      folder = try TemporaryFolder()
      process.executableURL = URL(fileURLWithPath: try FacetProgram.path())
      process.arguments = arguments
      process.environment = FacetProgram.environment
      process.currentDirectoryURL = URL(fileURLWithPath: place ?? folder.path)
      for name in ["output", "errors"] {
        try Data().write(to: URL(fileURLWithPath: folder.file(name)))
      }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(
        forWritingTo: URL(fileURLWithPath: folder.file("output")))
      process.standardError = try FileHandle(
        forWritingTo: URL(fileURLWithPath: folder.file("errors")))
      process.terminationHandler = { [ended] _ in ended.signal() }
      try process.run()
    }

    /// A test that gives up leaves nothing running.
    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Waits for the end; a run of more than four minutes is stopped.
    func end() throws -> Outcome {
      guard ended.wait(timeout: .now() + 240) == .success else {
        kill(process.processIdentifier, SIGKILL)
        throw Failure.tooSlow(arguments: arguments)
      }
      let status = process.terminationStatus
      return Outcome(
        status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
        output: try text("output"), errors: try text("errors"))
    }

    private func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file(name))), as: UTF8.self)
    }
  }

  /// Runs `facet` and waits.
  static func run(_ arguments: [String], in place: String? = nil) throws -> Outcome {
    try Run(arguments, in: place).end()
  }

  /// Runs `facet`, which must do its work and, as it has no terminal, say nothing of its progress.
  @discardableResult
  static func succeed(
    _ arguments: String..., in place: String? = nil, at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try run(arguments, in: place)
    #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.errors == "", sourceLocation: location)
    #expect(!outcome.output.contains("\u{1B}"), sourceLocation: location)
    return outcome.output
  }

  /// Runs `facet`, which must refuse: its exit code, and its message on standard error alone.
  @discardableResult
  static func refuse(
    _ status: Int32, _ arguments: String..., in place: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try run(arguments, in: place)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.output == "", sourceLocation: location)
    #expect(outcome.errors.hasPrefix("Error: "), sourceLocation: location)
    #expect(!outcome.errors.contains("fault of Facet"), sourceLocation: location)
    return outcome.errors
  }
}
