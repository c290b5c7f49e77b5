import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// Whole networks drawn at random against an interpreter that only knows definitions.
@Suite("Proofs: random networks")
struct DrawnNetTests {
  /// How far a value may be from the definition, relative to its largest number: through twenty layers
  /// Winograd's F(4x4) rounds up to 1e-5.
  private static let tolerance = 4e-5

  private static let engines = Precision.allCases.map { Engine(threads: 2, precision: $0) }

  /// The layers whose values are not what their definitions give, and by how much; with everything kept,
  /// and the output when nothing else is.
  private func failures(_ net: DrawnNet, _ engine: Engine, expecting known: [Tensor]? = nil) throws
    -> [String: Double]
  {
    let model = try net.model()
    let x = net.input
    let expected = try known ?? ReferenceInterpreter.values(model, x)
    let all = try engine.forward(model, x, keeping: .all)
    var errors: [String: Double] = [:]
    for node in model.graph.nodes {
      errors[node.path.name] = try all.value(at: node.path)
        .difference(from: expected[node.id.index].scalars.map(Double.init))
    }
    errors["output, nothing else kept"] = try engine.forward(model, x).output
      .difference(from: expected[model.graph.output.index].scalars.map(Double.init))
    return errors.filter { !($0.value <= Self.tolerance) }
  }

  @Test("every value is what the definitions give", arguments: 0..<60 as Range<UInt64>)
  func values(_ seed: UInt64) throws {
    let drawn = DrawnNet(seed: seed)
    // A piece may not fit what the one before it left; such networks are refused, not computed.
    guard let model = try? drawn.model(),
      (try? model.graph.shapes(input: drawn.input.shape)) != nil
    else { return }
    let expected = try ReferenceInterpreter.values(model, drawn.input)
    for engine in Self.engines {
      var net = drawn
      var found = try failures(net, engine, expecting: expected)
      // Brought down to the smallest network that still fails.
      while !found.isEmpty,
        let less = net.smaller.lazy.compactMap({ smaller -> (DrawnNet, [String: Double])? in
          guard let still = try? failures(smaller, engine), !still.isEmpty else { return nil }
          return (smaller, still)
        }).first
      { (net, found) = less }
      #expect(found.isEmpty, "\(engine.precision): \(net.testDescription): \(found)")
    }
  }

  @Test("nearly all drawn networks can be run")
  func runnable() throws {
    let refused = (0..<60 as Range<UInt64>).filter { seed in
      let net = DrawnNet(seed: seed)
      return (try? net.model().graph.shapes(input: net.input.shape)) == nil
    }
    #expect(refused.count <= 6, "\(refused)")
  }
}
