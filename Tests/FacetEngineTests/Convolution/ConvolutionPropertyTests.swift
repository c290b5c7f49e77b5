import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// Convolutions drawn at random against nested loops, on every instruction set and in both precisions.
@Suite("Random convolutions")
struct ConvolutionPropertyTests {
  static let engines = InstructionSet.allCases.filter(\.isSupported).flatMap { set in
    Precision.allCases.map { Engine(threads: 2, precision: $0, instructionSet: set) }
  }

  /// What nested loops give for a case.
  private struct Expected {
    let value: [Double]
    let gradients: ConvolutionReference

    init(_ item: ConvolutionCase) throws {
      let model = try item.model()
      let node = try model.graph.node(at: "conv")
      let parameters = model.parameters(of: node)
      let shape = try model.graph.shapes(input: item.input.shape)[node.id.index]
      value = Reference.value(
        .convolution(item.convolution), item.input, parameters, output: shape)
      gradients = ConvolutionReference(
        item.convolution, x: item.input, weight: parameters[0], gy: .random(shape, seed: 3))
    }
  }

  /// How far values and gradients of a case are from those of nested loops, by what was compared.
  private func errors(_ item: ConvolutionCase, _ expected: Expected, _ engine: Engine) throws
    -> [String: Double]
  {
    let model = try item.model()
    let x = item.input
    let trace = try engine.forward(
      model, x, keeping: .forBackward(to: ["input"], parameters: true).and(["conv"]))
    let value = try trace.value(at: "conv")
    var errors: [String: Double] = [:]
    errors["value"] = value.difference(from: expected.value)
    let seed = Tensor.random(value.shape, seed: 3)
    let gradients = try engine.backward(
      model, trace, from: Seed(at: "conv", seed), to: ["input"],
      parameters: .named(["conv.weight"]))
    errors["input"] = try gradients.signal(at: "input")
      .difference(from: expected.gradients.input)
    errors["weight"] =
      gradients.parameters["conv.weight"]?.difference(from: expected.gradients.weight) ?? .nan
    // Whether or not what comes before is looked at, the last value has the same bits.
    let observed = try engine.forward(model, x, keeping: .paths(["conv", "norm"])).output
    if try engine.forward(model, x).output != observed { errors["fused"] = .infinity }
    return errors
  }

  @Test("values and gradients are what nested loops give", arguments: 0..<80 as Range<UInt64>)
  func random(_ seed: UInt64) throws {
    let whole = try Expected(ConvolutionCase(seed: seed))
    for engine in Self.engines {
      var item = ConvolutionCase(seed: seed)
      func failing(_ item: ConvolutionCase, _ expected: Expected? = nil) throws -> [String: Double]
      {
        try errors(item, expected ?? Expected(item), engine).filter { !($0.value <= 2e-5) }
      }
      var found = try failing(item, whole)
      // Brought down to the smallest case that still fails.
      var shrinking = !found.isEmpty
      while shrinking {
        shrinking = false
        for smaller in item.smaller {
          let still = try failing(smaller)
          if !still.isEmpty {
            (item, found, shrinking) = (smaller, still, true)
            break
          }
        }
      }
      #expect(
        found.isEmpty,
        "\(engine.instructionSet) \(engine.precision): \(item.testDescription): \(found)")
    }
  }

  @Test("one, two, three and five threads give the same bits", arguments: 0..<12 as Range<UInt64>)
  func threads(_ seed: UInt64) throws {
    let item = ConvolutionCase(seed: seed)
    let model = try item.model()
    let outputs = try [1, 2, 3, 5].map { threads in
      let engine = Engine(threads: threads)
      let trace = try engine.forward(
        model, item.input, keeping: .forBackward(to: ["input"], parameters: true))
      let gradients = try engine.backward(
        model, trace, from: Seed(Tensor.random(trace.output.shape, seed: 4)), to: ["input"],
        parameters: .all)
      return (trace.output, try gradients.signal(at: "input"), gradients.parameters)
    }
    for other in outputs.dropFirst() {
      #expect(other.0 == outputs[0].0)
      #expect(other.1 == outputs[0].1)
      #expect(other.2 == outputs[0].2)
    }
  }

  @Test("with exact precision, an image has the same bits in every batch of 1 to 33")
  func batches() throws {
    var item = ConvolutionCase(seed: 0)
    item.convolution = Convolution(16, 32, kernel: Extent(3), padding: Extent(1))
    (item.images, item.height, item.width) = (33, 9, 11)
    let model = try item.model()
    let x = item.input
    let engine = Engine(precision: .exact)
    let together = try engine.forward(model, x).output
    for count in [1, 2, 7, 32] {
      #expect(
        try engine.forward(model, x.slices(0..<count)).output == together.slices(0..<count))
    }
  }
}
