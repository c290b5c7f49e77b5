import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct SaliencySimilarityTests {
  private func close(_ a: [[Double]], _ b: [[Double]], _ tolerance: Double = 1e-6) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { x, y in
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) < tolerance }
      }
  }

  @Test(arguments: 0..<5) func againstTheFormulas(_ seed: Int) throws {
    var random = RandomStream(seed: 21, seed)
    let (candidates, images, cells) = (4, 6, 25)
    let maps = (0..<candidates).map { _ in
      Tensor([images, 5, 5], (0..<images * cells).map { _ in random.normal() + 0.3 })
    }
    let names = (0..<candidates).map { "net\($0)" }
    let result = try SaliencySimilarity(candidates: names, maps: maps)
    // Slowly, in double precision.
    let rows = maps.map { map in
      (0..<images).map { image in
        let row = map.slice(image).scalars.map { max(0, Double($0)) }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      }
    }
    var mean = [Double](repeating: 0, count: cells)
    for candidate in rows {
      for row in candidate {
        for c in 0..<cells { mean[c] += row[c] / Double(candidates * images) }
      }
    }
    let reduced = rows.map { $0.map { row in zip(row, mean).map { $0 - $1 } } }
    func matrix(_ rows: [[[Double]]], _ measure: ([Double], [Double]) -> Double) -> [[Double]] {
      rows.indices.map { i in
        rows.indices.map { j in
          zip(rows[i], rows[j]).map(measure).reduce(0, +) / Double(images)
        }
      }
    }
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
      func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map { $0 * $1 }.reduce(0, +) }
      return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    func pearson(_ a: [Double], _ b: [Double]) -> Double { Correlation.pearson(a, b) ?? 0 }
    func top(_ a: [Double]) -> Set<Int> { Set(a.indices.sorted { a[$0] > a[$1] }.prefix(5)) }
    func iou(_ a: [Double], _ b: [Double]) -> Double {
      Double(top(a).intersection(top(b)).count) / Double(top(a).union(top(b)).count)
    }
    #expect(close(result.pearson, matrix(rows, pearson)))
    #expect(close(result.cosine, matrix(rows, cosine)))
    #expect(close(result.iouTop20, matrix(rows, iou)))
    #expect(close(result.pearsonMinusMean, matrix(reduced, pearson), 1e-5))
    #expect(close(result.cosineMinusMean, matrix(reduced, cosine), 1e-5))
    #expect(close(result.matrix(.iouTop20MinusMean), matrix(reduced, iou)))
    #expect(result.emptyMaps == [0, 0, 0, 0] && result.images == images)
  }

  @Test func aCommonPriorIsTakenOff() throws {
    // Every map is a strong common centre plus a private cell: alike with it, unlike without.
    var random = RandomStream(seed: 2)
    let maps = (0..<3).map { candidate in
      Tensor(
        [8, 16],
        (0..<8).flatMap { _ in
          (0..<16).map { cell -> Float in
            (cell == 5 ? 20 : 1) + (cell == candidate ? 6 : 0) + random.uniform()
          }
        })
    }
    let result = try SaliencySimilarity(candidates: ["a", "b", "c"], maps: maps)
    #expect(result.pearson[0][1] > 0.8)
    #expect(result.pearsonMinusMean[0][1] < 0)
  }

  @Test func emptyMapsAreLeftOut() throws {
    let first = Tensor([2, 4], [1, 2, 3, 4, -1, -1, -1, -1])
    let second = Tensor([2, 4], [1, 2, 3, 4, 4, 3, 2, 1])
    let result = try SaliencySimilarity(candidates: ["a", "b"], maps: [first, second])
    #expect(result.emptyMaps == [1, 0])
    #expect(abs(result.pearson[0][1] - 1) < 1e-6)
    let empty = Tensor([2, 4], repeating: -1)
    #expect(throws: EvaluationError.emptyMaps(candidate: "a")) {
      try SaliencySimilarity(candidates: ["a", "b"], maps: [empty, second])
    }
  }

  @Test func badInput() {
    #expect(throws: EvaluationError.self) { try SaliencySimilarity(candidates: [], maps: []) }
    let map = Tensor([1, 4], [1, 2, 3, 4])
    #expect(throws: EvaluationError.self) {
      try SaliencySimilarity(candidates: ["a", "b"], maps: [map])
    }
    #expect(throws: EvaluationError.self) {
      try SaliencySimilarity(candidates: ["a", "b"], maps: [map, map.reshaped([2, 2])])
    }
    #expect(throws: EvaluationError.self) {
      try SaliencySimilarity(candidates: ["a"], maps: [Tensor([1, 2], [1, .nan])])
    }
  }
}
