import FacetEngine

/// Why training can't go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  case tooFewExamples(part: String, count: Int, needed: Int)
  case badLabel(Int, classes: Int)
  case badOptions(String)
  /// The loss is no number any more: the rate is too high, or the weights or images aren't finite.
  case diverged(epoch: Int, rate: Float)
  case engine(EngineError)

  public var description: String {
    switch self {
    case .tooFewExamples(let part, let count, let needed):
      "\(count) images in the \(part) part; at least \(needed) are needed"
    case .badOptions(let reason): "training can't be done with \(reason)"
    case .badLabel(let label, let classes):
      "class \(label) among \(classes) classes"
    case .diverged(let epoch, let rate):
      "training diverged in epoch \(epoch) at learning rate \(rate): the loss is not a number; "
        + "try a rate ten times smaller"
    case .engine(let error): error.description
    }
  }
}
