import FacetReport

extension String {
  /// A photo's path as readers want it: `Ann_Lee_0001` of `Ann_Lee/Ann_Lee_0001.jpg`, and with its
  /// folder where the file's name alone does not tell who it is.
  var photoName: String {
    let parts = split(separator: "/")
    guard let file = parts.last else { return self }
    let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? String(file)
    guard parts.count > 1, !stem.hasPrefix(parts[parts.count - 2]) else { return stem }
    return "\(parts[parts.count - 2])/\(stem)"
  }
}

/// `1 pair`, `3,000 pairs`.
func grouped(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  NumberFormat.integer.string(Double(count)) + " " + (count == 1 ? noun : plural ?? noun + "s")
}
