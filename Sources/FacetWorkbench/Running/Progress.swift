/// How jobs tell how far they are; what becomes of it is the caller's: a bar, a line, nothing.
public struct Progress: Sendable {
  public enum Event: Sendable {
    /// A phase, such as `training seed 3`, and how much of it is done, in [0, 1].
    case step(phase: String, fraction: Double)
    /// A line worth keeping, such as an epoch's figures.
    case note(String)
  }

  private let handler: @Sendable (Event) -> Void

  public init(_ handler: @escaping @Sendable (Event) -> Void) { self.handler = handler }

  /// Tells nobody.
  public static let silent = Progress { _ in }

  public func step(_ phase: String, _ fraction: Double) {
    handler(.step(phase: phase, fraction: fraction))
  }

  public func note(_ text: String) { handler(.note(text)) }
}
