import FacetExplain

/// How jobs tell how far they are; what becomes of it is the caller's: a bar, a line, nothing.
public struct Progress: Sendable {
  public enum Event: Sendable {
    /// A phase, such as `training seed 3`, how much of it is done, in [0, 1], and what is to be said
    /// beside it, such as `128 of 512`; may be empty.
    case step(phase: String, fraction: Double, detail: String)
    /// What is being done within the phase, such as `Score-CAM 128 of 512`.
    case detail(String)
    /// A line worth keeping, such as an epoch's figures.
    case note(String)
  }

  private let handler: (@Sendable (Event) -> Void)?

  public init(_ handler: @escaping @Sendable (Event) -> Void) { self.handler = handler }

  private init() { handler = nil }

  /// Tells nobody.
  public static let silent = Progress()

  public func step(_ phase: String, _ fraction: Double) {
    handler?(.step(phase: phase, fraction: fraction, detail: ""))
  }

  public func note(_ text: String) { handler?(.note(text)) }

  /// Listens to a method that is one of many things done in a phase; `nil` when nobody would hear.
  func listener(within method: String) -> StepListener? {
    guard let handler else { return nil }
    return { done, total in handler(.detail("(\(method) \(done) of \(total))")) }
  }

  /// Listens to a method that fills a phase, or the part of it between two fractions; `nil` when nobody
  /// would hear.
  func listener(
    phase: String, from start: Double = 0, to end: Double = 1
  ) -> StepListener? {
    guard let handler else { return nil }
    return { done, total in
      let share = Double(done) / Double(max(total, 1))
      handler(
        .step(
          phase: phase, fraction: start + (end - start) * share, detail: "\(done) of \(total)"))
    }
  }
}
