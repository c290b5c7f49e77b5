import FacetTensor
import FacetWorkbench
import Foundation
import Testing

@Suite("References of enrolled people") struct ReferencesTests {
  @Test("each person's mean direction, photos counting alike whatever their lengths")
  func means() {
    let references = References(
      Tensor([3, 2], [10, 0, 0, 1, 3, 4]), people: [0, 0, 1], count: 2)
    let half = Float(0.5).squareRoot()
    for (got, want) in zip(references.means.scalars, [half, half, 0.6, 0.8]) {
      #expect(abs(got - want) < 1e-6)
    }
  }

  /// The negative logarithm of the likelihood by the definition, photos left out one at a time.
  private func loss(_ rows: [[Double]], _ people: [Int], _ scale: Double) -> Double {
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
      let dot = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      let norms = [a, b].map { $0.reduce(0) { $0 + $1 * $1 } }
      return dot / (norms[0] * norms[1]).squareRoot()
    }
    return rows.indices.reduce(0) { sum, index in
      let cosines = Set(people).sorted().map { person in
        let others = rows.indices.filter { people[$0] == person && $0 != index }.map { rows[$0] }
        let units = others.map { row in
          let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return row.map { $0 / length }
        }
        return cosine(rows[index], (0..<2).map { i in units.reduce(0) { $0 + $1[i] } })
      }
      return sum - scale * cosines[people[index]] + log(cosines.reduce(0) { $0 + exp(scale * $1) })
    }
  }

  @Test("the scale is the likeliest, photos left out one at a time")
  func scale() {
    // One photo of the first person looks like the second: a finite scale is best.
    let rows: [[Double]] = [[1, 0], [1, 0.2], [0.2, 1], [0, 1], [0.1, 1], [0.3, 1]]
    let people = [0, 0, 0, 1, 1, 1]
    let scale = References(
      Tensor([6, 2], rows.flatMap { $0.map { Float($0) } }), people: people, count: 2
    ).likeliestScale(upTo: 64)
    #expect(scale > 1 && scale < 63)
    let best = loss(rows, people, Double(scale))
    for factor in [0.9, 0.97, 1.03, 1.1] {
      #expect(loss(rows, people, Double(scale) * factor) > best)
    }
  }

  @Test("the largest scale where nobody is taken for another, or nobody has two photos")
  func limit() {
    let apart = References(
      Tensor([4, 2], [1, 0, 1, 0.1, 0, 1, 0.1, 1]), people: [0, 0, 1, 1], count: 2)
    #expect(apart.likeliestScale(upTo: 64) == 64)
    let single = References(Tensor([2, 2], [1, 0, 0, 1]), people: [0, 1], count: 2)
    #expect(single.likeliestScale(upTo: 64) == 64)
    // All photos alike: no scale tells people apart, and the smallest is as good.
    let same = References(
      Tensor([4, 2], [1, 0, 1, 0, 1, 0, 1, 0]), people: [0, 0, 1, 1], count: 2)
    #expect(same.likeliestScale(upTo: 64).isFinite)
  }
}
