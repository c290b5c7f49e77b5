extension String {
  /// With a capital first letter and a full stop.
  ///
  /// Percentages are written as ``NumberFormat`` writes them, without a space.
  var sentence: String {
    (prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : "."))
      .replacing(" %", with: "%")
  }

  /// For use inside of a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

/// `1 photo`, `2 photos`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ names: [String]) -> String {
  guard names.count > 1, let last = names.last else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}
