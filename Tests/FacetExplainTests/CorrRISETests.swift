import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("CorrRISE")
struct CorrRISETests {
  let engine = Engine(threads: 2)
  private let size = (height: 16, width: 18)

  /// Average ranks by counting, from 1.
  private static func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      let (below, equal) = (values.count { $0 < value }, values.count { $0 == value })
      return Double(below) + Double(equal + 1) / 2
    }
  }

  private static func pearson(_ x: [Double], _ y: [Double]) -> Double {
    let n = Double(x.count)
    let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - mx) * (a - mx)
      yy += (b - my) * (b - my)
      xy += (a - mx) * (b - my)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
  }

  @Test(
    "the correlation of each pixel's mask with the score", arguments: CorrRISE.Statistic.allCases)
  func reference(_ statistic: CorrRISE.Statistic) throws {
    let model = try SmallNets.varied()
    let pairs = try FacePairs(
      model, SmallNets.images(1, seed: 1), SmallNets.images(1, seed: 2), on: engine)
    let method = CorrRISE(masks: 37, patches: 2, side: 0.3, statistic: statistic, seed: 9)
    let found = try pairs.explained(by: method, model, on: engine).first
    let masks = (0..<37).map { method.mask($0, height: size.height, width: size.width) }
    // Black is (0 - mean) / deviation.
    let black = zip(model.card.input.mean, model.card.input.standardDeviation).map { -$0 / $1 }
    let scores = try masks.map { mask -> Double in
      var picture = pairs.first
      for c in 0..<3 {
        for y in 0..<size.height {
          for x in 0..<size.width where mask[y, x] == 0 { picture[0, c, y, x] = black[c] }
        }
      }
      return try FacePairs(model, picture, pairs.second, on: engine).cosines[0]
    }
    let values = statistic == .spearman ? Self.ranks(scores) : scores
    for y in 0..<size.height {
      for x in 0..<size.width {
        let seen = masks.map { Double($0[y, x]) }
        // Spearman of both, ranks of the mask taken too.
        let expected = Self.pearson(statistic == .spearman ? Self.ranks(seen) : seen, values)
        for c in 0..<3 { #expect(abs(Double(found.map[0, c, y, x]) - expected) < 2e-3) }
      }
    }
  }

  @Test("every pixel is covered about equally often")
  func coverage() {
    let method = CorrRISE(masks: 4000, seed: 4)
    var covered = [Double](repeating: 0, count: 4 * 5)
    for index in 0..<method.masks {
      for (i, seen) in method.mask(index, height: 4, width: 5).scalars.enumerated() {
        covered[i] += Double(1 - seen)
      }
    }
    // One of 3 squares of 1 pixel: 1 - (1 - 1/20)^3.
    for count in covered { #expect(abs(count / 4000 - 0.1426) < 0.03) }
  }

  @Test("finds the only part that counts, with its sign, and follows its seed")
  func finds() throws {
    var weights = Tensor.zeros([2, 1, 16, 18])
    for y in 10..<14 { for x in 2..<6 { weights[0, 0, y, x] = 1 } }
    for y in 2..<6 { for x in 11..<15 { weights[1, 0, y, x] = 1 } }
    let convolution = Convolution(1, 2, kernel: Extent(16, 18), bias: false)
    let model = try SmallNets.model(
      channels: 1, embedding: "conv", cam: "conv", parameters: ["conv.weight": weights]
    ) { (scope, x) throws(GraphError) in
      try scope.add("conv", .convolution(convolution), [x])
    }
    let face = Tensor([1, 1, 16, 18], repeating: 3)
    // The other face has the first feature only.
    func map(_ seed: UInt64) throws -> Tensor {
      try CorrRISE(masks: 300, seed: seed)
        .explain(model, face, .cosine(to: Tensor([2], [1, 0])), on: engine).map
    }
    let found = try map(1)
    let best = try #require(found.indexOfMaximum)
    #expect(9..<15 ~= best / 18 && 1..<7 ~= best % 18)
    let worst = try #require(found.map { -$0 }.indexOfMaximum)
    #expect(1..<7 ~= worst / 18 && 10..<16 ~= worst % 18)
    #expect(found[0, 0, 4, 13] < -0.3 && found[0, 0, 12, 4] > 0.3)
    #expect(try found == map(1))
    #expect(try found != map(2))
  }

  @Test("a score that never changes has no correlation; options out of range are refused")
  func borders() throws {
    let model = try SmallNets.model(
      channels: 1, embedding: "conv", cam: "conv",
      parameters: ["conv.weight": Tensor([1, 1, 1, 1], [0]), "conv.bias": Tensor([1], [1])]
    ) { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 1, kernel: 1)
    }
    let image = Tensor.random([1, 1, 16, 18], seed: 1)
    let reference = Tensor([1], [1])
    let flat = try CorrRISE(masks: 20).explain(model, image, .cosine(to: reference), on: engine)
    #expect(flat.map.scalars.allSatisfy { $0 == 0 })
    for method in [CorrRISE(masks: 1), CorrRISE(patches: 0), CorrRISE(side: 1), CorrRISE(side: 0)] {
      let error = refusal {
        _ = try method.explain(model, image, .cosine(to: reference), on: engine)
      }
      guard case .badOption = error else {
        Issue.record("\(method) was taken")
        continue
      }
    }
  }
}
