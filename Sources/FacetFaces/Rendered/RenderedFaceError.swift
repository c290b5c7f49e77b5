/// What can be wrong with the description of a set of rendered faces.
public enum RenderedFaceError: Error, Equatable, CustomStringConvertible {
  /// `name` is not in `range`.
  case outOfRange(name: String, got: Double, range: ClosedRange<Double>)

  public var description: String {
    switch self {
    case .outOfRange(let name, let got, let range):
      "\(name) is \(short(got)); it must be from \(short(range.lowerBound)) to "
        + "\(short(range.upperBound))"
    }
  }

  private func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}
