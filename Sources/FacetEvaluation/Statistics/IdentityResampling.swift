import FacetTensor

/// Draws of identities with replacement, as multiplicities: how often each identity was drawn.
///
/// Resample `r` is a function of the seed and `r` alone, so two systems see the same people and the
/// order of work does not matter.
struct IdentityResampling {
  let identities: Int
  let seed: UInt64
  /// Names the use, so that different statistics of one seed draw independently.
  let purpose: Int

  /// Fills `counts[0..<identities]` with a draw of as many identities as there are.
  ///
  /// - Parameter attempt: another draw for the same resample, when a draw could not be used.
  func draw(resample: Int, attempt: Int = 0, into counts: inout [Int32]) {
    for i in 0..<identities { counts[i] = 0 }
    var random = RandomStream(seed: seed, purpose, resample, attempt)
    for _ in 0..<identities { counts[random.below(identities)] += 1 }
  }
}

extension RandomStream {
  /// A whole number in 0..<count, by the high word of a product (bias below count / 2^64).
  mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
