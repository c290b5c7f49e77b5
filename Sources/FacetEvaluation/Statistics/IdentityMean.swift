extension IdentityBootstrap {
  /// The interval of the mean of one value for each image: a draw's mean weighs every image of a
  /// person as often as the person was drawn.
  ///
  /// - Parameters:
  ///   - values: one for each image, at least one.
  ///   - identities: who is on each image, any numbers; at least two people.
  public func mean(
    _ values: [Double], identities: [Int]
  ) throws(EvaluationError) -> ConfidenceInterval {
    try validate()
    guard values.count == identities.count else {
      throw .sizeMismatch(
        what: "values", expected: "\(identities.count)", got: "\(values.count)")
    }
    if values.isEmpty { throw .nothingToEvaluate(what: "values") }
    let present = Set(identities).sorted()
    guard present.count >= 2 else { throw .tooFewIdentities(got: present.count, needed: 2) }
    let place = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
    var sums = [(total: Double, images: Int)](repeating: (0, 0), count: present.count)
    for (value, identity) in zip(values, identities) {
      let p = place[identity] ?? 0
      sums[p].total += value
      sums[p].images += 1
    }
    let resampling = IdentityResampling(identities: present.count, seed: seed, purpose: 0x3EA)
    var counts = [Int32](repeating: 0, count: present.count)
    return interval(
      (0..<resamples).map { resample in
        resampling.draw(resample: resample, into: &counts)
        var (total, images) = (0.0, 0)
        for (count, sum) in zip(counts, sums) {
          total += Double(count) * sum.total
          images += Int(count) * sum.images
        }
        return total / Double(images)
      })
  }
}
