import FacetTensor
import Foundation

/// Embeddings of known people.
package struct References {
  /// Of length 1 each (0 where an embedding is 0), in double precision.
  private let rows: [[Double]]
  private let people: [Int]
  /// Each person's sum of rows.
  private let sums: [[Double]]
  private let counts: [Int]

  /// - Parameters:
  ///   - embeddings: `[N, D]`.
  ///   - people: who is on each photo, `0..<count`.
  package init(_ embeddings: Tensor, people: [Int], count: Int) {
    let width = embeddings.shape[1]
    rows = people.indices.map { index in
      Self.unit(embeddings.scalars[index * width..<(index + 1) * width].map(Double.init))
    }
    self.people = people
    var sums = [[Double]](repeating: [Double](repeating: 0, count: width), count: count)
    var counts = [Int](repeating: 0, count: count)
    for (row, person) in zip(rows, people) {
      for i in row.indices { sums[person][i] += row[i] }
      counts[person] += 1
    }
    (self.sums, self.counts) = (sums, counts)
  }

  /// Each person's mean direction, `[count, D]`.
  package var means: Tensor {
    Tensor([sums.count, sums.first?.count ?? 0], sums.flatMap { Self.unit($0).map { Float($0) } })
  }

  /// The scale of cosines under which the softmax gives the enrolled photos' own people the greatest
  /// likelihood, each photo left out of its own reference; `limit` where people have one photo each.
  ///
  /// The negative logarithm of the likelihood is convex in the scale, so its minimum is where its slope
  /// changes sign.
  package func likeliestScale(upTo limit: Float) -> Float {
    let judged = people.indices.filter { counts[people[$0]] > 1 }
      .map { (own: people[$0], cosines: cosines($0)) }
    guard !judged.isEmpty else { return limit }
    func slope(_ scale: Double) -> Double {
      judged.reduce(0) { sum, photo in
        let (own, row) = photo
        let top = row.max() ?? 0
        let weights = row.map { exp(scale * ($0 - top)) }
        let total = weights.reduce(0, +)
        return sum + zip(weights, row).reduce(0) { $0 + $1.0 / total * $1.1 } - row[own]
      }
    }
    var (low, high) = (1.0, Double(limit))
    if slope(high) <= 0 { return limit }
    if slope(low) >= 0 { return Float(low) }
    while high - low > 0.01 {
      let middle = (low + high) / 2
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    return Float((low + high) / 2)
  }

  /// A photo's cosines to all references, its own person's without itself.
  private func cosines(_ index: Int) -> [Double] {
    let row = rows[index]
    return sums.indices.map { person in
      var sum = sums[person]
      if person == people[index] { for i in sum.indices { sum[i] -= row[i] } }
      return zip(row, Self.unit(sum)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  private static func unit(_ row: [Double]) -> [Double] {
    let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? row.map { $0 / length } : row
  }
}
