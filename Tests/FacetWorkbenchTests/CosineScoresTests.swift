import FacetEvaluation
import FacetTensor
import FacetTestSupport
import FacetWorkbench
import Foundation
import Testing

@Suite("Cosine scores") struct CosineScoresTests {
  /// The definition, one component after the other.
  private func slow(_ a: Tensor, _ b: Tensor) -> Double {
    func length(_ x: Tensor) -> Double {
      x.scalars.map { pow(Double($0), 2) }.reduce(0, +).squareRoot()
    }
    var dot = 0.0
    for i in 0..<a.shape[0] { dot += Double(a.scalars[i]) * Double(b.scalars[i]) }
    return dot / (length(a) * length(b))
  }

  @Test("every score is the cosine of its pair's rows")
  func scores() {
    let embeddings = Tensor.random([7, 5], seed: 1)
    let labels = [0, 1, 0, 2, 2, 1, 0]
    let names = labels.indices.map { "p\(labels[$0])/\($0)" }
    let identities = labels.map { "p\($0)" }
    let pairs = CosineScores.pairs(labels: labels, seed: 0).pairs
    let scored = CosineScores.score(
      embeddings, names: names, identities: identities, pairs: pairs)
    var place = 0
    for i in 0..<7 {
      for j in i + 1..<7 {
        let pair = scored[place]
        #expect(pair.probe == names[i])
        #expect(pair.reference == names[j])
        #expect(pair.same == (labels[i] == labels[j]))
        #expect((pair.probeIdentity, pair.referenceIdentity) == (identities[i], identities[j]))
        #expect(abs(pair.score - slow(embeddings.slice(i), embeddings.slice(j))) < 1e-12)
        place += 1
      }
    }
    #expect(place == scored.count)
  }

  @Test("worked values and limits")
  func worked() {
    func cosine(_ a: [Float], _ b: [Float]) -> Double { CosineScores.cosine(a[...], b[...]) }
    #expect(cosine([3, 4], [4, 3]) == 24.0 / 25)
    #expect(cosine([1, 0], [0, 1]) == 0)
    #expect(cosine([2, 2], [-1, -1]) == -1)
    #expect(cosine([0, 0], [1, 1]) == 0)
    #expect(cosine([0.1, 0.7, 0.3], [0.1, 0.7, 0.3]) <= 1)
    #expect(cosine([3e30, 4e30], [3e30, 4e30]) == 1, "squares are beyond single precision")
  }

  @Test("of too many pairs all genuine ones stay and a seeded part of the others")
  func sampling() {
    let labels = (0..<40).map { $0 % 8 }
    let genuine = 8 * (5 * 4 / 2)
    let all = 40 * 39 / 2
    for limit in [genuine / 2, 200, 400, all - 1] {
      let chosen = CosineScores.pairs(labels: labels, seed: 3, limit: limit)
      let pairs = chosen.pairs
      #expect(pairs.count { labels[$0.0] == labels[$0.1] } == genuine)
      #expect(pairs.count == genuine + max(limit - genuine, genuine))
      #expect(Set(pairs.map { "\($0)" }).count == pairs.count)
      #expect(pairs.allSatisfy { $0.0 < $0.1 })
      #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0 < $1 })
      #expect(chosen.description.contains("all \(genuine) genuine"))
      #expect(chosen.description.contains("seed 3"))
    }
    let first = CosineScores.pairs(labels: labels, seed: 3, limit: 200).pairs
    #expect(
      first.elementsEqual(CosineScores.pairs(labels: labels, seed: 3, limit: 200).pairs, by: ==))
    #expect(
      !first.elementsEqual(CosineScores.pairs(labels: labels, seed: 4, limit: 200).pairs, by: ==))
    let whole = CosineScores.pairs(labels: labels, seed: 3, limit: all)
    #expect(whole.pairs.count == all)
    #expect(whole.description == "all \(all) pairs of test images")
  }

  @Test("no pairs of no images or one")
  func none() {
    #expect(CosineScores.pairs(labels: [], seed: 0).pairs.isEmpty)
    #expect(CosineScores.pairs(labels: [0], seed: 0).pairs.isEmpty)
  }
}
