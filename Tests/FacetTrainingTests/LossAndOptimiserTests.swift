import FacetTensor
import FacetTestSupport
import FacetTraining
import Foundation
import Testing

@Suite("Cross-entropy")
struct CrossEntropyTests {
  /// The definition, term by term.
  private func reference(_ logits: Tensor, _ labels: [Int], _ smoothing: Double) -> Double {
    var loss = 0.0
    let classes = logits.shape[1]
    for n in 0..<logits.shape[0] {
      let row = (0..<classes).map { Double(logits[n, $0]) }
      let sum = row.reduce(0) { $0 + exp($1) }
      for c in 0..<classes {
        let target = (c == labels[n] ? 1 - smoothing : 0) + smoothing / Double(classes)
        loss -= target * log(exp(row[c]) / sum)
      }
    }
    return loss / Double(logits.shape[0])
  }

  @Test("loss by its definition, gradient by differences", arguments: [0, 0.1, 0.5])
  func value(_ smoothing: Double) {
    let logits = Tensor.random([5, 7], seed: 1) * 2
    let labels = [0, 6, 3, 3, 1]
    let (loss, gradient) = CrossEntropy.evaluate(logits, labels: labels, smoothing: smoothing)
    #expect(abs(loss - reference(logits, labels, smoothing)) < 1e-12)
    for n in 0..<5 {
      for c in 0..<7 {
        var (up, down) = (logits, logits)
        up[n, c] += 0.01
        down[n, c] -= 0.01
        let step = Double(up[n, c]) - Double(down[n, c])
        let slope = (reference(up, labels, smoothing) - reference(down, labels, smoothing)) / step
        #expect(abs(Double(gradient[n, c]) - slope) < 1e-5)
      }
      // Moving all scores alike changes nothing.
      #expect(abs(gradient.slice(n).sum) < 1e-6)
    }
  }

  @Test("huge scores give finite losses")
  func huge() {
    let logits = Tensor([2, 2], [1000, -1000, -1e30, 1e30])
    let (loss, gradient) = CrossEntropy.evaluate(logits, labels: [1, 1])
    #expect(loss == 1000)
    #expect(gradient.isFinite)
    let probabilities = CrossEntropy.probabilities(logits)
    #expect(probabilities.scalars == [1, 0, 0, 1])
  }

  @Test("probabilities sum to one")
  func probabilities() {
    let p = CrossEntropy.probabilities(.random([4, 9], seed: 2))
    for n in 0..<4 { #expect(abs(p.slice(n).sum - 1) < 1e-6) }
    #expect(p.minimum > 0)
  }
}

@Suite("Optimisers")
struct OptimiserTests {
  /// Minimises `a/2 w^2` with a = 1 and 4 for two parameters, one number each.
  private func run(
    _ optimiser: any Optimiser, steps: Int, rate: Float, scales: [String: Float] = [:]
  )
    -> [(Float, Float)]
  {
    var optimiser = optimiser
    var parameters = ["a": Tensor([1], [2]), "b": Tensor([1], [-3]), "idle": Tensor([1], [5])]
    return (0..<steps).map { _ in
      var gradients = [
        "a": parameters["a"] ?? .zeros([1]), "b": (parameters["b"] ?? .zeros([1])) * 4,
      ]
      optimiser.step(&parameters, &gradients, rate: rate, scales: scales)
      #expect(gradients.isEmpty)
      #expect(parameters["idle"]?.scalars == [5])
      return (parameters["a"]?.scalars[0] ?? 0, parameters["b"]?.scalars[0] ?? 0)
    }
  }

  @Test("momentum and weight decay, worked in double precision", arguments: [0, 0.1] as [Float])
  func sgd(_ decay: Float) {
    let steps = run(SGD(momentum: 0.9, weightDecay: decay), steps: 20, rate: 0.05)
    for (start, curvature, key) in [(2.0, 1.0, \(Float, Float).0), (-3.0, 4.0, \(Float, Float).1)] {
      var (w, v) = (start, 0.0)
      for step in steps {
        v = 0.9 * v + curvature * w + Double(decay) * w
        w -= 0.05 * v
        #expect(abs(Double(step[keyPath: key]) - w) < 1e-5)
      }
    }
  }

  @Test("Adam, worked in double precision", arguments: [0, 0.1] as [Float])
  func adam(_ decay: Float) {
    let steps = run(Adam(weightDecay: decay), steps: 20, rate: 0.1)
    for (start, curvature, key) in [(2.0, 1.0, \(Float, Float).0), (-3.0, 4.0, \(Float, Float).1)] {
      var (w, m, v) = (start, 0.0, 0.0)
      for (t, step) in steps.enumerated() {
        let g = curvature * w + Double(decay) * w
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        let (mHat, vHat) = (m / (1 - pow(0.9, Double(t + 1))), v / (1 - pow(0.999, Double(t + 1))))
        w -= 0.1 * mHat / (vHat.squareRoot() + 1e-8)
        #expect(abs(Double(step[keyPath: key]) - w) < 1e-4)
      }
    }
  }

  @Test(
    "a scale of zero holds a parameter, one of a half halves its first step",
    arguments: OptimiserKind.allCases)
  func scales(_ kind: OptimiserKind) {
    let full = run(kind.make(weightDecay: 0), steps: 1, rate: 0.1)[0]
    let scaled = run(kind.make(weightDecay: 0), steps: 1, rate: 0.1, scales: ["a": 0, "b": 0.5])[0]
    #expect(scaled.0 == 2)
    #expect(abs((scaled.1 + 3) / (full.1 + 3) - 0.5) < 1e-5)
  }

  @Test("both go down to the minimum", arguments: OptimiserKind.allCases)
  func minimises(_ kind: OptimiserKind) {
    let last = run(kind.make(weightDecay: 0), steps: 400, rate: 0.02)[399]
    #expect(abs(last.0) < 0.02 && abs(last.1) < 0.02)
  }
}
