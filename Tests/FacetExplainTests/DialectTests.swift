import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// What dialects make of a raw map, against slow references of the formulas; the golden tests hold them
/// to the libraries' own numbers.
@Suite("Dialects")
struct DialectTests {
  /// A raw map of random cells, some negative, on an image of 9x11.
  private let explanation: Explanation = {
    let map = Tensor.random([2, 4, 5], seed: 8).map { $0 - 0.3 }
    return Explanation(
      map: map, space: .layer, method: "gradcam", layer: nil, scores: [1, 1], targets: [0, 0],
      imageSize: Extent(9, 11), options: [:])
  }()

  /// The cells of one image in double precision.
  private func cells(_ image: Int) -> [[Double]] {
    let map = explanation.map.slice(image)
    return (0..<4).map { y in (0..<5).map { x in Double(map[y, x]) } }
  }

  private func rectified(_ cells: [[Double]]) -> [[Double]] { cells.map { $0.map { max($0, 0) } } }

  private func scaled(_ cells: [[Double]], _ epsilon: Double) -> [[Double]] {
    let all = cells.flatMap { $0 }
    let low = all.min() ?? 0
    let high = (all.max() ?? 0) - low
    return cells.map { row in row.map { ($0 - low) / (high + epsilon) } }
  }

  /// A resize as a double sum over all cells with a weight for each distance, cells beyond the border
  /// repeated (or left out, the rest counting for more), places rounded to a part of a cell if told.
  private func resized(
    _ cells: [[Double]], leavesOut: Bool, parts: Double? = nil, _ weight: (Double) -> Double
  ) -> [[Double]] {
    func along(_ line: [Double], _ size: Int) -> [Double] {
      (0..<size).map { i in
        var place = (Double(i) + 0.5) * Double(line.count) / Double(size) - 0.5
        if let parts { place = (place * parts).rounded() / parts }
        var (sum, total) = (0.0, 0.0)
        for cell in -4..<line.count + 4 {
          let w = weight(abs(place - Double(cell)))
          if leavesOut && !line.indices.contains(cell) { continue }
          sum += w * line[min(max(cell, 0), line.count - 1)]
          total += w
        }
        return sum / total
      }
    }
    let wide = cells.map { along($0, 11) }
    let columns = (0..<11).map { x in along(wide.map { $0[x] }, 9) }
    return (0..<9).map { y in columns.map { $0[y] } }
  }

  private func bilinear(_ cells: [[Double]]) -> [[Double]] {
    resized(cells, leavesOut: false) { max(0, 1 - $0) }
  }

  private func keys(_ cells: [[Double]], parts: Double? = nil) -> [[Double]] {
    resized(cells, leavesOut: true, parts: parts) { d in
      if d <= 1 { return 1.5 * d * d * d - 2.5 * d * d + 1 }
      if d < 2 { return -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 }
      return 0
    }
  }

  private func expect(_ map: Tensor, _ reference: (Int) -> [[Double]]) {
    let expected = Tensor.stack(
      (0..<2).map { image in
        let rows = reference(image)
        return Tensor([rows.count, rows[0].count], rows.flatMap { $0 }.map { Float($0) })
      })
    #expect(map.shape == expected.shape)
    guard map.shape == expected.shape else { return }
    #expect(map.relativeDifference(from: expected) < 1e-5)
  }

  @Test("torch-cam: rectified and scaled at the layer's size, over the image a cubic's square")
  func torchCAM() throws {
    expect(explanation.map(in: .torchCAM)) { scaled(rectified(cells($0)), 1e-8) }
    let graph = try Self.example().graph
    expect(explanation.overlay(in: .torchCAM, of: graph)) {
      keys(scaled(rectified(cells($0)), 1e-8)).map { $0.map { $0 * $0 } }
    }
  }

  @Test("xplique: rectified, Keys' cubic from a table, which overshoots")
  func xplique() {
    let map = explanation.map(in: .xplique)
    expect(map) { keys(rectified(cells($0)), parts: 1024) }
    #expect(map.minimum < 0)
  }

  @Test("tf-explain: bilinear with the signs, then scaled unless flat")
  func tfExplain() {
    expect(explanation.map(in: .tfExplain)) { scaled(bilinear(cells($0)), 0) }
    let flat = Explanation(
      map: Tensor([1, 2, 2], repeating: 3), space: .layer, method: "gradcam", layer: nil,
      scores: [1], targets: [0], imageSize: Extent(4, 4), options: [:])
    #expect(flat.map(in: .tfExplain) == Tensor([1, 4, 4], repeating: 3))
    #expect(flat.map(in: .torchCAM) == .zeros([1, 2, 2]))
  }

  @Test("tf-explain's weights count positive gradients of active cells alone")
  func gated() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let settings = {
      var settings = MethodSettings()
      settings.dialect = .tfExplain
      return settings
    }()
    let found = try Method.gradCAM.explainer(settings)
      .explain(model, images, .logit(.index(1)), on: Engine())
    let engine = Engine()
    let trace = try engine.forward(model, images, keeping: .forBackward(to: ["cat"]))
    var seed = Tensor.zeros([2, 5])
    for image in 0..<2 { seed[image, 1] = 1 }
    let gradient = try engine.backward(model, trace, from: Seed(seed), to: ["cat"])
      .signal(at: "cat")
    let maps = try trace.value(at: "cat")
    var expected = Tensor.zeros([2, 7, 8])
    for image in 0..<2 {
      for k in 0..<8 {
        let (a, g) = (maps.slice(image).slice(k), gradient.slice(image).slice(k))
        var sum: Float = 0
        for i in 0..<56 where a.scalars[i] > 0 && g.scalars[i] > 0 { sum += g.scalars[i] }
        for y in 0..<7 {
          for x in 0..<8 { expected[image, y, x] += sum / 56 * a[y, x] }
        }
      }
    }
    #expect(found.map.relativeDifference(from: expected) < 1e-5)
  }

  @Test("maps on pixels are raw, but of captum's gradient the magnitude, of xplique's one channel")
  func pixels() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    for rule in [InputGradient.Rule.gradient, .inputXGradient] {
      let map = try InputGradient(rule).explain(model, images, .logit(), on: Engine())
      var plane = Tensor.zeros([2, 16, 18])
      for image in 0..<2 {
        for y in 0..<16 {
          for x in 0..<18 {
            let pixel = (0..<3).map { map.map[image, $0, y, x] }
            plane[image, y, x] =
              rule == .gradient
              ? pixel.map(abs).reduce(0, max) : pixel.reduce(0, +) * (1 / Float(3))
          }
        }
      }
      for dialect in Dialect.allCases {
        let expected =
          switch dialect {
          case .captum: rule == .gradient ? map.map.map(abs) : map.map
          case .xplique: plane
          default: map.map
          }
        #expect(map.map(in: dialect) == expected, "\(dialect)")
        #expect(map.overlay(in: dialect, of: model.graph) == expected, "\(dialect)")
      }
    }
  }

  @Test("a library's settings reach the methods it computes its own way")
  func forms() throws {
    func explainer<Kind>(_ method: Method, _ dialect: Dialect, as: Kind.Type) throws -> Kind {
      var settings = MethodSettings()
      settings.dialect = dialect
      return try #require(method.explainer(settings) as? Kind)
    }
    for dialect in Dialect.allCases {
      let comparison = try explainer(.finerCAM, dialect, as: FinerCAM.self).comparison
      #expect(comparison.averaging == (dialect == .pytorchGradCAM ? .probability : .mean))
      #expect(comparison.strength == (dialect == .torchCAM ? 0.6 : 1))
      let plus = try explainer(.gradCAMPlusPlus, dialect, as: CAM<GradCAMPlusPlusWeighting>.self)
      #expect((plus.weighting.form == .undivided) == (dialect == .torchCAM))
      #expect((plus.weighting.form == .averaged) == (dialect == .xplique))
      let score = try explainer(.scoreCAM, dialect, as: CAM<ScoreCAMWeighting>.self)
      #expect((score.weighting.masks == .scaledFirst) == (dialect == .torchCAM))
      let path = try explainer(.integratedGradients, dialect, as: IntegratedGradients.self)
      #expect((path.quadrature == .trapezoid) == (dialect == .xplique))
      let occlusion = try explainer(.occlusion, dialect, as: Occlusion.self)
      #expect((occlusion.overlap == .added) == (dialect == .xplique))
    }
  }

  /// Docs/Dialects.md: a layer that takes every second pixel, and a score whose gradients are given.
  private static func example() throws -> Model {
    try SmallNets.model(
      channels: 2, embedding: "flatten", cam: "pick",
      parameters: ["score.weight": Tensor([1, 12], [2, -1, 1, 2, -1, 3, 1, 0, 1, 0, -2, -3])]
    ) { (scope, x) throws(GraphError) in
      let picked = try scope.maxPool("pick", x, kernel: 1, stride: 2)
      let flat = try scope.flatten("flatten", picked)
      return try scope.linear("score", flat, inFeatures: 12, 1, bias: false)
    }
  }

  private func example(_ dialect: Dialect) throws -> Tensor {
    let activations: [[Float]] = [[0, 2, 1, 4, 0, 0], [3, 0, 0, 0, 1, 2]]
    var image = Tensor.zeros([1, 2, 4, 6])
    for k in 0..<2 {
      for y in 0..<2 {
        for x in 0..<3 { image[0, k, 2 * y, 2 * x] = activations[k][3 * y + x] }
      }
    }
    var settings = MethodSettings()
    settings.dialect = dialect
    let model = try Self.example()
    let explanation = try Method.gradCAM.explainer(settings)
      .explain(model, image, .logit(), on: Engine())
    return explanation.overlay(in: dialect, of: model.graph)
  }

  @Test("the table of the documentation", arguments: Dialect.allCases)
  func table(_ dialect: Dialect) throws {
    let text = try String(
      contentsOf: SharedData.packageFolder.appendingPathComponent("Docs/Dialects.md"),
      encoding: .utf8)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("| `\(dialect.rawValue)` |") }
    let numbers = try #require(
      lines.map { $0.split(separator: "|").compactMap { Double($0.filter { $0 != " " }) } }
        .first { $0.count == 8 })
    let map = try example(dialect)
    var expected = (0..<6).map { Double(map[0, 0, $0]) }
    expected += [Double(map.minimum), Double(map.maximum)]
    for (number, value) in zip(numbers, expected) {
      #expect(abs(number - value) < 6e-4, "\(dialect): \(expected)")
    }
  }
}
