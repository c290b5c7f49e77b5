import FacetEngine

/// What every job is run with.
public struct JobContext: Sendable {
  /// All that is random in a job follows from it.
  public let seed: UInt64
  public let engine: Engine
  public let progress: Progress
  /// The command line as given, for the record; paths are the user's.
  public let command: [String]

  public init(
    seed: UInt64 = 0, engine: Engine = Engine(), progress: Progress = .silent,
    command: [String] = []
  ) {
    self.seed = seed
    self.engine = engine
    self.progress = progress
    self.command = command
  }
}
