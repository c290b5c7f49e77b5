import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

@Suite("Objectives")
struct ObjectiveTests {
  let y: [Float] = [0.3, -1.2, 2.5, 2.1, 0.9]

  @Test("values by hand")
  func values() throws {
    func value(_ objective: some Objective) throws -> Float {
      try objective.score(image: 0, of: 1, clean: y).value(y)
    }
    #expect(try value(LogitObjective()) == 2.5)
    #expect(try value(LogitObjective(.index(1))) == -1.2)
    let sum = y.reduce(0.0) { $0 + exp(Double($1)) }
    #expect(abs(Double(try value(ProbabilityObjective(.index(3)))) - exp(2.1) / sum) < 1e-6)
    #expect(abs(try value(MarginObjective()) - 0.4) < 1e-6)
    #expect(abs(try value(MarginObjective(.index(0), over: 1)) - 1.5) < 1e-6)
    // The rivals of class 4 (0.9) by distance: 0 (0.3), 3 (2.1), 2 (2.5).
    let finer = FinerObjective(.index(4), rivals: 2)
    #expect(abs(try value(finer) - (0.9 - (0.3 + 2.1) / 2)) < 1e-6)
    let reference = Tensor([5], [1, 0, 0, 0, 0])
    let norm = y.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(try value(CosineObjective(to: reference)) - 0.3 / norm) < 1e-6)
    #expect(abs(try value(CosineObjective(to: reference, negated: true)) + 0.3 / norm) < 1e-6)
  }

  @Test("gradients by central differences")
  func gradients() throws {
    let reference = Tensor.random([5], seed: 3)
    let objectives: [any Objective] = [
      LogitObjective(), ProbabilityObjective(), ProbabilityObjective(.index(0)), MarginObjective(),
      CosineObjective(to: reference), CosineObjective(to: reference, negated: true),
      FinerObjective(.index(4), strength: 0.6),
      FinerObjective(.index(4), averaging: .probability),
    ]
    for objective in objectives {
      let score = try objective.score(image: 0, of: 1, clean: y)
      let gradient = score.gradient(y)
      for i in y.indices {
        let step: Float = 0x1p-7
        var (up, down) = (y, y)
        up[i] += step
        down[i] -= step
        let slope = (score.value(up) - score.value(down)) / (2 * step)
        #expect(abs(slope - gradient[i]) < 1e-4, "\(objective.name), element \(i)")
      }
    }
  }

  @Test("relevance adds up to the score, also of a cosine")
  func relevance() throws {
    let reference = Tensor.random([5], seed: 3)
    let objectives: [any Objective] = [
      LogitObjective(), MarginObjective(), CosineObjective(to: reference),
      CosineObjective(to: reference, negated: true), FinerObjective(.index(4), strength: 0.6),
    ]
    for objective in objectives {
      let score = try objective.score(image: 0, of: 1, clean: y)
      let sum = score.relevance(y).reduce(0, +)
      #expect(abs(sum - score.value(y)) < 1e-5, "\(objective.name)")
    }
  }

  @Test("the choice is made from the clean image")
  func pinned() throws {
    let score = try LogitObjective().score(image: 0, of: 1, clean: y)
    #expect(score.target == 2)
    #expect(score.value([9, 8, 7, 6, 5]) == 7)
    #expect(try LogitObjective(.perImage([4, 1])).score(image: 1, of: 2, clean: y).target == 1)
  }

  @Test("a score before a softmax, and over a map its mean")
  func scoreLayer() throws {
    let model = try SmallNets.model(embedding: "conv", cam: "conv") {
      (scope, x) throws(GraphError) in
      let map = try scope.convolution("conv", x, 4, kernel: 3)
      return try scope.add("softmax", .softmax, [map])
    }
    let images = SmallNets.images(2)
    let engine = Engine()
    let explanation = try InputGradient(.gradient)
      .explain(model, images, .logit(.index(1)), on: engine)
    let map = try engine.forward(model, images, keeping: .paths(["conv"])).value(at: "conv")
    for image in 0..<2 {
      let mean = map.slice(image).slice(1).mean
      #expect(abs(Double(explanation.scores[image]) - mean) < 1e-6)
    }
  }

  @Test("what doesn't fit is refused")
  func refused() {
    func score(_ objective: some Objective) -> ExplainError? {
      refusal { _ = try objective.score(image: 0, of: 2, clean: y) }
    }
    #expect(score(LogitObjective(.index(5))) == .classOutOfRange(5, classes: 5))
    #expect(score(LogitObjective(.index(-1))) == .classOutOfRange(-1, classes: 5))
    #expect(score(MarginObjective(over: 7)) == .classOutOfRange(7, classes: 5))
    #expect(
      score(LogitObjective(.perImage([0])))
        == .countMismatch(what: "target classes", expected: 2, got: 1))
    #expect(
      score(CosineObjective(to: .zeros([4]))) == .embeddingShape(expected: 5, got: [4]))
    #expect(
      score(CosineObjective(to: .zeros([3, 5])))
        == .countMismatch(what: "embeddings", expected: 2, got: 3))
    #expect(score(FinerObjective(rivals: 0)) != nil)
  }
}
