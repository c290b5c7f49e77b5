import FacetEngine
import FacetExplain
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// How true maps are, against captum, pytorch-grad-cam's imputation and PyTorch; see
/// Fixtures/faithfulness/recipe.py.
@Suite("Golden: faithfulness")
struct FaithfulnessTests {
  let references: [String: Tensor]
  let fixture: ExplainFixture
  let engine = Engine()

  init() throws {
    references = try SafeTensors(
      contentsOf: SharedData.fixture("faithfulness/faithfulness.safetensors")
    ).tensors
    fixture = try ExplainFixture()
  }

  private func reference(_ name: String) throws -> Tensor { try #require(references[name]) }

  private var objective: LogitObjective { LogitObjective(.perImage(fixture.targets)) }

  private func expect(_ values: [Double], equal name: String) throws {
    let reference = try reference(name)
    let difference = Tensor(reference.shape, values.map { Float($0) })
      .relativeDifference(from: reference)
    #expect(difference <= 1e-4, "\(name): \(difference)")
  }

  @Test("captum's infidelity", arguments: [false, true])
  func infidelity(isNormalised: Bool) throws {
    let gradient = try InputGradient(.gradient)
      .explain(fixture.model, fixture.images, objective, on: engine).map
    let outcomes = try Infidelity(.given(reference("noise")), isNormalised: isNormalised)
      .outcomes(fixture.model, fixture.images, maps: gradient, objective, on: engine)
    try expect(
      outcomes.map(\.value), equal: isNormalised ? "infidelity.normalised" : "infidelity")
    // The best scale of the map can't be worse than leaving it out.
    if isNormalised {
      for outcome in outcomes { #expect(try #require(outcome.unexplained) <= 1) }
    }
  }

  @Test("captum's sensitivity_max")
  func sensitivity() throws {
    try expect(
      MaxSensitivity(noise: .given(reference("change"))).values(
        InputGradient(.inputXGradient), fixture.model, fixture.images, objective, on: engine),
      equal: "sensitivity")
  }

  @Test("pytorch-grad-cam's linear imputation, a direct solve")
  func imputation() throws {
    let missing = try reference("missing")
    let filled = Tensor.stack(
      (0..<2).map {
        LinearImputation(tolerance: 1e-6).filled(
          fixture.images.slice($0), missing: missing.slice($0).scalars.map { $0 == 1 })
      })
    let difference = filled.relativeDifference(from: try reference("imputed"))
    #expect(difference <= 1e-4, "\(difference)")
    // What is not missing stays, bit for bit.
    for (i, value) in filled.scalars.enumerated() {
      let (image, pixel) = (i / (3 * 21 * 26), i % (21 * 26))
      if missing.slice(image).scalars[pixel] == 0 { #expect(value == fixture.images.scalars[i]) }
    }
  }

  @Test("deletion and insertion curves", arguments: ["deletion", "insertion"])
  func curves(name: String) throws {
    let direction = try #require(DeletionInsertion.Direction(rawValue: name))
    let curves = try DeletionInsertion(steps: 7).curves(
      direction, fixture.model, fixture.images, maps: reference("map"),
      watching: .given(fixture.targets), on: engine)
    try expect(curves.flatMap { $0.scores.map(Double.init) }, equal: name)
  }
}
