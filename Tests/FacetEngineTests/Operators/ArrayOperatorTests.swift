import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

@Suite("Operators on arrays")
struct ArrayOperatorTests {
  let engine = Engine(threads: 2)

  @Test("values are what loops over indices give", arguments: ArrayCase.all)
  func value(_ item: ArrayCase) throws {
    let model = try item.model()
    let x = item.input(seed: 1)
    let output = try engine.forward(model, x).output
    let reference = try #require(
      ArrayReference.value(item.op, item.values(model, input: x), output: output.shape))
    try #require(reference.count == output.count)
    #expect(output.difference(from: reference) <= 2e-6)
  }

  @Test("a NaN reaches exactly what depends on it", arguments: ArrayCase.all)
  func nan(_ item: ArrayCase) throws {
    let model = try item.model()
    var x = item.input(seed: 2)
    let place = x.count / 2
    x.withUnsafeMutableBufferPointer { $0[place] = .nan }
    let output = try engine.forward(model, x).output
    let reference = try #require(
      ArrayReference.value(item.op, item.values(model, input: x), output: output.shape))
    #expect(output.scalars.map(\.isNaN) == reference.map(\.isNaN))
  }

  @Test("gradients are what finite differences give, of every operand", arguments: ArrayCase.all)
  func gradients(_ item: ArrayCase) throws {
    let model = try item.model()
    let x = item.input(seed: 3)
    let trace = try engine.forward(model, x, keeping: .forBackward(to: item.operands))
    let seed = Direction.seed(of: trace)
    let gradients = try engine.backward(model, trace, from: Seed(seed), to: item.operands)
    for path in item.operands {
      let name = "\(path).value"
      let operand = path == "input" ? x : try #require(model.parameters[name])
      let gradient = try gradients.signal(at: path)
      #expect(gradient.shape == operand.shape)
      let direction = Direction.random(operand.shape, seed: 5)
      let numeric = try Direction.slope { step in
        let moved = operand + direction * step
        let output =
          path == "input"
          ? try engine.forward(model, moved).output
          : try engine.forward(model.replacing([name: moved]), x).output
        return output.finiteDot(seed)
      }
      #expect(abs(gradient.dot(direction) - numeric) <= 2e-3 * max(1, abs(numeric)), "\(path)")
    }
  }

  @Test("every activation, arithmetic and reduction is among the cases")
  func complete() {
    let labels = Set(ArrayCase.all.map(\.op.label))
    for function in Arithmetic.allCases { #expect(labels.contains(function.rawValue)) }
    for kind in Reduction.Kind.allCases { #expect(labels.contains("reduce \(kind)")) }
    // Those of Facet's own architectures and resizing have their own.
    let elsewhere: Set<OpKind> = [.resize, .transposedConvolution, .constant, .arrayInput]
    let own = Set(OperatorCase.all.map(\.op.kind)).union([.input, .add, .concat])
    #expect(
      Set(ArrayCase.all.map(\.op.kind)).union(elsewhere).union(own) == Set(OpKind.allCases))
  }

  private func run(_ op: Op, _ x: Tensor, _ seed: Tensor? = nil) throws -> (
    output: [Float], gradient: [Float]
  ) {
    let nodes = [
      Node("input", .arrayInput(extents: x.shape.extents), at: 0), Node("op", op, [0], at: 1),
    ]
    let model = try Model(
      graph: Graph(nodes: nodes, output: NodeID(1)), parameters: [:], card: .test("op"))
    let trace = try engine.forward(model, x, keeping: .all)
    let seed = seed ?? Tensor(trace.output.shape, repeating: 1)
    let signal = try engine.backward(model, trace, from: Seed(seed), to: ["input"])
      .signal(at: "input")
    return (trace.output.scalars, signal.scalars)
  }

  @Test("halves round to the even number, and rounding passes no signal")
  func rounding() throws {
    let x = Tensor([8], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.6, -7.4])
    let (output, gradient) = try run(.activation(.round), x)
    #expect(output == [-2, -2, 0, 0, 2, 2, 3, -7])
    #expect(gradient.allSatisfy { $0 == 0 })
  }

  @Test("at corners the derivative is PyTorch's")
  func corners() throws {
    func slopes(_ activation: Activation, _ x: [Float]) throws -> [Float] {
      try run(.activation(activation), Tensor([x.count], x)).gradient
    }
    // Recorded from torch.nn.functional at exactly these places.
    #expect(try slopes(.leakyReLU(slope: 0.1), [0]) == [0.1])
    #expect(try slopes(.thresholdedReLU(threshold: 1), [1, 1.5]) == [0, 1])
    #expect(try slopes(.clip(minimum: 0, maximum: 6), [-1, 0, 6, 7]) == [0, 1, 1, 0])
    #expect(try slopes(.hardSigmoid(alpha: 0.25, beta: 0.5), [-2, 0, 2]) == [0, 0.25, 0])
    #expect(try slopes(.hardSwish, [-3, 3]) == [0, 1])
    #expect(try slopes(.absolute, [0]) == [0])
    #expect(try slopes(.elu(alpha: 2), [0]) == [2])
    #expect(try slopes(.sign, [-1, 0, 1]) == [0, 0, 0])
  }

  @Test("functions of large numbers neither overflow nor lose their slope")
  func large() throws {
    for activation: Activation in [
      .sigmoid, .tanh, .swish(alpha: 1), .mish, .gelu(approximate: false), .gelu(approximate: true),
      .softplus, .elu(alpha: 1), .selu(alpha: 1.67, gamma: 1), .celu(alpha: 1), .softsign, .erf,
    ] {
      let (output, gradient) = try run(.activation(activation), Tensor([4], [-100, -30, 30, 100]))
      #expect(output.allSatisfy(\.isFinite) && gradient.allSatisfy(\.isFinite), "\(activation)")
      let isBounded = [.sigmoid, .tanh, .softsign, .erf].contains(activation)
      if activation != .selu(alpha: 1.67, gamma: 1) {
        #expect(abs(output[3] - (isBounded ? 1 : 100)) < 0.02, "\(activation)")
      }
      #expect(abs(gradient[3] - (isBounded ? 0 : 1)) < 0.02, "\(activation)")
      #expect(abs(gradient[0]) < 1e-3, "\(activation)")
    }
  }

  @Test("equal largest values share their signal; zeros do products and norms no harm")
  func ties() throws {
    func reduce(_ kind: Reduction.Kind, _ x: [Float]) throws -> (output: [Float], gradient: [Float])
    {
      try run(
        .reduction(Reduction(kind, axes: [0], keepsAxes: false)), Tensor([x.count], x),
        Tensor([], [6]))
    }
    #expect(try reduce(.maximum, [1, 3, 3, 3]).gradient == [0, 2, 2, 2])
    #expect(try reduce(.minimum, [1, 3, 1]).gradient == [3, 0, 3])
    #expect(try reduce(.product, [2, 0, 5]).gradient == [0, 60, 0])
    #expect(try reduce(.product, [2, 0, 0]).gradient == [0, 0, 0])
    #expect(try reduce(.l2, [0, 0]).gradient == [0, 0])
    #expect(
      try reduce(.l2, [3, 0, 4, 0, 12, 84]).gradient == [3, 0, 4, 0, 12, 84].map { $0 / 85 * 6 })
    #expect(try reduce(.l1, [0, -2]).gradient == [0, -6])
    #expect(abs(try reduce(.logSumExp, [1000, 1000]).output[0] - 1000.6931) < 1e-3)
    #expect(try reduce(.logSumExp, [-.infinity, -.infinity]).output == [-.infinity])
  }

  @Test("a gate that is computed from what it gates")
  func gate() throws {
    let shape: Shape = [2, 3, 4, 5]
    let nodes = [
      Node("input", .arrayInput(extents: [nil, 3, nil, nil]), at: 0),
      Node("mean", .reduction(Reduction(.mean, axes: [2, 3], keepsAxes: true)), [0], at: 1),
      Node("gate", .activation(.sigmoid), [1], at: 2),
      Node("product", .arithmetic(.multiply), [0, 2], at: 3),
      Node("square", .arithmetic(.multiply), [3, 3], at: 4),
    ]
    let model = try Model(
      graph: Graph(nodes: nodes, output: NodeID(4)), parameters: [:], card: .test("gate"))
    let x = Tensor.random(shape, seed: 1)
    let trace = try engine.forward(model, x, keeping: .forBackward(to: ["input"]))
    let (grid, output) = (Grid(x), Grid(trace.output))
    for n in 0..<2 {
      for c in 0..<3 {
        let plane = Grid.indices([4, 5]).map { [n, c] + $0 }
        let mean = plane.reduce(0) { $0 + grid[$1] } / 20
        for i in plane {
          let value = grid[i] / (1 + exp(-mean))
          #expect(abs(output[i] - value * value) < 1e-5)
        }
      }
    }
    let seed = Tensor.random(shape, seed: 2)
    let gradient = try engine.backward(model, trace, from: Seed(seed), to: ["input"])
      .signal(at: "input")
    let direction = Direction.random(shape, seed: 3)
    let numeric = try Direction.slope {
      try engine.forward(model, x + direction * $0).output.dot(seed)
    }
    #expect(abs(gradient.dot(direction) - numeric) <= 2e-3 * max(1, abs(numeric)))
  }
}
