import FacetGraph

/// Classes as users name them: by number, or by name where the network has names.
struct ClassNames {
  let names: [String]
  let count: Int

  init(_ model: Model) {
    names = model.card.classes
    count = max(model.graph.outputCount ?? 0, names.count)
  }

  /// The class a user named; digits are a number even where a class is called so.
  ///
  /// - Throws: `usage`, with the nearest name.
  func index(_ text: String, option: String) throws -> Int {
    if let number = Int(text) {
      // The network itself refuses a number beyond a count that isn't known here.
      guard number >= 0, count == 0 || number < count else {
        throw WorkbenchError.usage(
          "\(option) names class \(number); the network has the classes 0 to \(count - 1)")
      }
      return number
    }
    if let place = names.firstIndex(of: text) { return place }
    guard !names.isEmpty else {
      throw WorkbenchError.usage(
        "\(option) names '\(text)', and the network's classes have no names; give a number, or people "
          + "by --gallery")
    }
    throw WorkbenchError.usage(
      "\(option) names '\(text)', whom the network doesn't know"
        + (Suggestion.nearest(to: text, among: names).map { "; did you mean '\($0)'?" } ?? ""))
  }

  /// What a class is called.
  func name(_ index: Int) -> String {
    names.indices.contains(index) ? names[index] : "class \(index)"
  }
}
