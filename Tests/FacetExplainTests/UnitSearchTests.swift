import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Search for the strongest units")
struct UnitSearchTests {
  let engine = Engine()

  @Test("the largest activations of every unit, however the images are cut into batches")
  func search() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(11)
    let layers: [LayerPath] = ["relu1", "cat"]
    var whole = try UnitSearch(model, layers: layers, kept: 4)
    try whole.add(images, from: 0, on: engine)
    var parts = try UnitSearch(model, layers: layers, kept: 4)
    for range in [0..<3, 3..<4, 4..<11] {
      try parts.add(images.slices(range), from: range.lowerBound, on: engine)
    }
    let trace = try engine.forward(model, images, keeping: .paths(layers))
    for (index, layer) in layers.enumerated() {
      #expect(whole.units(of: index) == parts.units(of: index))
      let value = try trace.value(at: layer)
      let units = whole.units(of: index)
      #expect(Set(units.map(\.channel)) == Set(0..<value.shape[1]))
      let strengths = units.map(\.strength)
      #expect(strengths == strengths.sorted(by: >))
      for unit in units {
        let tops = (0..<11).map { value.slice($0).slice(unit.channel).maximum }
        let order = tops.indices.sorted { (-tops[$0], $0) < (-tops[$1], $1) }.prefix(4)
        #expect(unit.sightings.map(\.image) == Array(order))
        for sighting in unit.sightings {
          let place = sighting.unit
          #expect(
            value[sighting.image, place.channel, place.row, place.column] == sighting.activation)
          #expect(sighting.activation == tops[sighting.image])
        }
        #expect(unit.isSilent == tops.allSatisfy { $0 <= 0 })
      }
    }
  }

  @Test("images that fill a batch don't count")
  func filling() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(5)
    var three = try UnitSearch(model, layers: ["cat"], kept: 9)
    try three.add(images, from: 0, real: 3, on: engine)
    var plain = try UnitSearch(model, layers: ["cat"], kept: 9)
    try plain.add(images.slices(0..<3), from: 0, on: engine)
    #expect(three.units(of: 0) == plain.units(of: 0))
    #expect(three.units(of: 0)[0].sightings.count == 3)
  }

  @Test("a unit for each image is projected as it would be alone")
  func perImage() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(3)
    let units = [
      FeatureUnit(channel: 1, row: 2, column: 3), FeatureUnit(channel: 5, row: 0, column: 0),
      FeatureUnit(channel: 0, row: 6, column: 7),
    ]
    let all = try ZeilerFergus(choice: .perImage(units))
      .explain(model, images, .logit(), on: engine)
    for (image, unit) in units.enumerated() {
      let alone = try ZeilerFergus(choice: .unit(unit))
        .explain(model, images.slices(image..<image + 1), .logit(), on: engine)
      #expect(alone.map.slice(0) == all.map.slice(image))
      #expect(all.units[image] == unit)
    }
    let short = ZeilerFergus(choice: .perImage([units[0]]))
    #expect(refusal { _ = try short.explain(model, images, .logit(), on: engine) } != nil)
  }

  /// All that a unit's projection touches is what the unit sees, through overlapping pools in ceil mode.
  @Test("a projection lies inside the unit's patch")
  func patches() throws {
    let model = try SmallNets.model(embedding: "conv2", cam: "relu2") {
      (scope, x) throws(GraphError) in
      var h = try scope.relu("relu1", try scope.convolution("conv1", x, 4, kernel: 3, padding: 1))
      h = try scope.maxPool("pool", h, kernel: 3, stride: 2, ceilMode: true)
      return try scope.relu("relu2", try scope.convolution("conv2", h, 6, kernel: 3, padding: 1))
    }
    let images = SmallNets.images(4)
    let field = try ReceptiveField.of("relu2", in: model.graph)
    let map = try ZeilerFergus().explain(model, images, .logit(), on: engine)
    for image in 0..<4 {
      let patch = field.patch(of: map.units[image], height: 16, width: 18)
      #expect(patch.rows.count <= field.vertical.size)
      for c in 0..<3 {
        for y in 0..<16 {
          for x in 0..<18 where !(patch.rows ~= y && patch.columns ~= x) {
            #expect(map.map[image, c, y, x] == 0)
          }
        }
      }
    }
  }

  @Test("bad questions are refused")
  func refused() throws {
    let model = try SmallNets.varied()
    #expect(refusal { _ = try UnitSearch(model, layers: ["cat"], kept: 0) } != nil)
    #expect(refusal { _ = try UnitSearch(model, layers: [], kept: 1) } != nil)
    #expect(refusal { _ = try UnitSearch(model, layers: ["conv9"], kept: 1) } != nil)
    var flat = try UnitSearch(model, layers: ["fc1"], kept: 1)
    let error = refusal { try flat.add(SmallNets.images(1), from: 0, on: engine) }
    #expect(error == .notAMap("fc1", got: [1, 7]))
  }
}
