import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Zeiler and Fergus's projections from every stage of every design: overlapping pools, ceil mode,
/// additions and concatenations on the way.
@Suite("Layers of the architectures")
struct LayersOfArchitecturesTests {
  static let names = [
    "alexnet", "vgg16", "resnet18", "resnet50", "resnet20-cifar", "squeezenet1_0",
    "squeezenet1_1", "densenet121", "reference",
  ]

  @Test("strongest units are found and projected inside what they see", arguments: names)
  func projections(_ name: String) throws {
    let engine = Engine()
    let model = try Architecture.named(name).model(classes: ["a", "b", "c"], seed: 7)
    // The reference model's head takes one size only.
    let card = model.card.input
    let size = name == "reference" ? Extent(card.height, card.width) : Extent(128, 144)
    let images = Tensor.random([3, 3, size.height, size.width], seed: 8)
    let stages = try model.graph.stages(height: size.height, width: size.width)
    #expect(stages.count >= 3)
    var search = try UnitSearch(model, layers: stages, kept: 2)
    try search.add(images, from: 0, on: engine)
    for (index, layer) in search.layers.enumerated() {
      let unit = try #require(search.units(of: index).first)
      #expect(!unit.isSilent, "\(layer)")
      let field = try ReceptiveField.of(layer, in: model.graph)
      let seen = unit.sightings.map { images.slice($0.image) }
      let explainer = ZeilerFergus(layer: layer, choice: .perImage(unit.sightings.map(\.unit)))
      let found = try explainer.explain(model, .stack(seen), .logit(), on: engine)
      #expect(found.map.isFinite)
      for (place, sighting) in unit.sightings.enumerated() {
        let scale = max(abs(sighting.activation), 1)
        #expect(abs(found.scores[place] - sighting.activation) <= 1e-4 * scale)
        let patch = field.patch(of: sighting.unit, height: size.height, width: size.width)
        // Winograd's tiles round what cancels beside the patch.
        let map = found.map.slice(place)
        #expect(outside(patch, map) <= 1e-5 * map.map(abs).maximum, "\(layer)")
      }
    }
  }

  /// The largest magnitude outside a patch.
  private func outside(
    _ patch: (rows: Range<Int>, columns: Range<Int>), _ map: Tensor
  ) -> Float {
    var largest: Float = 0
    for c in 0..<map.shape[0] {
      for y in 0..<map.shape[1] {
        for x in 0..<map.shape[2] where !(patch.rows ~= y && patch.columns ~= x) {
          largest = max(largest, abs(map[c, y, x]))
        }
      }
    }
    return largest
  }
}
