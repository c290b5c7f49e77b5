/// How often work is run that takes so long.
public struct Pace: Equatable, Sendable {
  /// Untimed runs before the first round.
  public var warmUps: Int
  /// Rounds in which every side has one turn.
  public var rounds: Int

  /// - Parameters:
  ///   - slowest: seconds of the slowest side's first run.
  ///   - asked: how many rounds the user wants.
  public init(slowest: Double, asked: Int? = nil, task: BenchTask) {
    // Training is compared by the losses of its first two steps.
    let fewest = task == .train ? 2 : 1
    warmUps = slowest > 3 ? fewest : 3
    rounds = asked ?? (slowest > 3 ? 3 : slowest > 0.3 ? 7 : 15)
  }

  /// A turn of one side.
  public struct Turn: Equatable, Sendable {
    /// Untimed runs that fetch from memory what the other side has displaced from the caches.
    public var untimed: Int
    /// Timed runs, of which the median counts.
    public var timed: Int

    /// - Parameter seconds: what one run takes.
    public init(seconds: Double) {
      untimed = seconds < 0.2 ? 1 : 0
      timed = seconds < 0.02 ? 5 : seconds < 0.1 ? 3 : 1
    }
  }

  /// The sides' order in a round: each second round goes the other way.
  public static func order(round: Int, sides: Int) -> [Int] {
    round.isMultiple(of: 2) ? Array(0..<sides) : Array((0..<sides).reversed())
  }
}
