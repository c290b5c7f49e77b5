/// Where a report comes from: enough to make it again.
///
/// It holds no date, so that the same run gives the same bytes.
public struct ReportProvenance: Codable, Hashable, Sendable {
  /// The command line as given; empty when there was none.
  public var command: String
  /// The version of Facet.
  public var version: String
  public var seed: UInt64?
  /// Each option and its value, defaults included, in the order to be shown.
  public var options: [Definition]
  /// SHA-256 of the model and of the data.
  public var digests: [FileDigest]
  /// Processor, number of cores, operating system.
  public var machine: String
  /// Wall-clock time of the run.
  public var seconds: Double?

  public init(
    command: String = "", version: String = "", seed: UInt64? = nil, options: [Definition] = [],
    digests: [FileDigest] = [], machine: String = "", seconds: Double? = nil
  ) {
    self.command = command
    self.version = version
    self.seed = seed
    self.options = options
    self.digests = digests
    self.machine = machine
    self.seconds = seconds
  }

  /// The digest of a model file or of a data folder.
  public struct FileDigest: Codable, Hashable, Sendable {
    /// What it is: `model`, `data`.
    public var role: String
    public var path: String
    /// 64 hexadecimal digits.
    public var sha256: String

    public init(role: String, path: String, sha256: String) {
      self.role = role
      self.path = path
      self.sha256 = sha256
    }
  }
}
