import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// The ReLUs of a golden network whose inputs are too near zero for single precision to tell their
/// sides, and the sides that double precision finds; see Fixtures/gates/recipe.py.
///
/// In training mode batch statistics hand one of them on to all layers. With portable kernels the input
/// of one of ResNet-18's 1.7 million ReLUs (layer3.0.relu, [0, 168, 7, 8]) comes out as -4.8e-7, which
/// is 5.5e-7 in double precision: 32 of 62 parameters' gradients move by up to 1.1e-3 of their norms.
/// DenseNet-121 has four to seven such gates of 11.5 million on each instruction set, and PyTorch in
/// single precision two; move the input by one unit in the last place, and its own gradients of 211
/// of 364 parameters move by up to 1.9e-3. This says nothing about how gradients are computed: with the
/// gates as the other has them, PyTorch in double precision and Facet differ by at most 5e-6.
///
/// So a backward run takes these few decisions from double precision, all others from its own forward
/// run, and is held to a tolerance of rounding alone, without exceptions.
struct CloseGates {
  struct Layer: Decodable {
    /// Row-major places whose input is a little more than zero.
    let open: [Int]
    /// Row-major places whose input is zero or a little less.
    let shut: [Int]
  }

  private let layers: [String: Layer]

  init(_ name: String, training: Bool) throws {
    let file = URL(fileURLWithPath: SharedData.fixture("gates/values.json"))
    let networks = try JSONDecoder().decode(
      [String: [String: [String: Layer]]].self, from: Data(contentsOf: file))
    layers = try #require(networks[name]?[training ? "training" : "inference"])
  }

  /// The gradient, but with the close gates as double precision has them wherever the run's own are
  /// different.
  func rules(for trace: Trace) throws -> RuleSet {
    var rules = RuleSet.gradient
    for (name, layer) in layers {
      let value = try trace.value(at: LayerPath(name))
      let wronglyOpen = layer.shut.filter { value.scalars[$0] > 0 }
      // What is far from zero has not been brought there by rounding.
      for place in wronglyOpen { #expect(value.scalars[place] <= 1e-4 * value.maximum) }
      if !wronglyOpen.isEmpty || layer.open.contains(where: { value.scalars[$0] <= 0 }) {
        rules = rules.using(Gates(layer: layer), at: .path(LayerPath(name)))
      }
    }
    return rules
  }

  /// A ReLU's gradient with some gates given.
  private struct Gates: BackwardRule {
    let layer: Layer

    func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
      guard var signal = try context.gradient(upstream)[0] else { return [nil] }
      signal.withUnsafeMutableBufferPointer { signal in
        for place in layer.open { signal[place] = upstream.scalars[place] }
        for place in layer.shut { signal[place] = 0 }
      }
      return [signal]
    }
  }
}
