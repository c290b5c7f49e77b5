import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Where the architectures' last maps lie on an image of 224x224, by hand (Docs/Dialects.md).
@Suite("Placement of the architectures' maps")
struct PlacementTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let cells: Int
    let stride: Int
    let centre: Double
    let first: Double
    let last: Double
    var testDescription: String { name }
  }

  static let cases = [
    // conv1 (11/4, pad 2) 3, two pools 3/2: 3 + 4 + 8.
    Case(name: "alexnet", cells: 13, stride: 16, centre: 15, first: -6.8846, last: 7.8846),
    // Pools 2/2: 0.5 + 1 + 2 + 4; the grid is symmetric, and stretching is right.
    Case(name: "vgg16", cells: 14, stride: 16, centre: 7.5, first: 0, last: 0),
    // All kernels are odd and padded by half: the first cell is on the first pixel.
    Case(name: "resnet18", cells: 7, stride: 32, centre: 0, first: 15.5, last: 15.5),
    // conv1 (7/2) 3, three pools 3/2 in ceil mode: 3 + 2 + 4 + 8.
    Case(
      name: "squeezenet1_0", cells: 13, stride: 16, centre: 17, first: -8.8846, last: 5.8846),
    // Transitions pool 2/2: 2 + 4 + 8.
    Case(name: "densenet121", cells: 7, stride: 32, centre: 14, first: 1.5, last: 1.5),
  ]

  @Test("the shift that stretching makes", arguments: cases)
  func shift(_ expected: Case) throws {
    let architecture = try Architecture.named(expected.name)
    let graph = try architecture.graph(classes: 10)
    let layer = architecture.card(classes: []).camLayer
    let field = try ReceptiveField.of(layer, in: graph)
    #expect(field.vertical == field.horizontal)
    #expect(field.vertical.stride == expected.stride)
    #expect(field.vertical.centre == expected.centre)
    let shapes = try graph.shapes(input: [1, 3, 224, 224])
    let map = shapes[try graph.node(at: layer).id.index]
    #expect(map[2] == expected.cells && map[3] == expected.cells)
    let shift = field.shift(rows: map[2], columns: map[3], height: 224, width: 224)
    #expect(shift.vertical == shift.horizontal && shift.vertical.count == expected.cells)
    #expect(abs(shift.vertical[0] - expected.first) < 1e-3)
    #expect(abs(shift.vertical[expected.cells - 1] - expected.last) < 1e-3)
    let ends = max(abs(expected.first), abs(expected.last))
    #expect(abs(shift.largest - ends) < 1e-3)
    #expect(shift.mean <= shift.largest)
  }

  @Test("the table of the documentation", arguments: cases)
  func table(_ expected: Case) throws {
    let text = try String(
      contentsOf: SharedData.packageFolder.appendingPathComponent("Docs/Dialects.md"),
      encoding: .utf8)
    let line = try #require(
      text.split(separator: "\n").first { $0.hasPrefix("| `\(expected.name)` |") })
    let numbers = line.split(separator: "|").compactMap { Double($0.filter { $0 != " " }) }
    try #require(numbers.count == 5)
    #expect(numbers[0] == Double(expected.cells) && numbers[1] == Double(expected.stride))
    #expect(numbers[2] == expected.centre)
    #expect(abs(numbers[3] - expected.first) < 6e-3 && abs(numbers[4] - expected.last) < 6e-3)
  }

  /// A bright spot at a cell's own pixel: the placed map has the cell's value there.
  @Test("pictures place cells by receptive fields unless told to stretch")
  func picture() throws {
    let model = try Architecture.named("small").model(classes: ["a", "b"], seed: 1)
    let images = Tensor.random([1, 3, 96, 96], seed: 2)
    let map = try CAM(GradCAMWeighting()).explain(model, images, .logit(), on: Engine())
    let layer = try #require(map.layer)
    let field = try ReceptiveField.of(layer, in: model.graph)
    let placed = map.upsampled(in: model.graph)
    #expect(placed == map.upsampled(in: model.graph, by: .receptiveField))
    #expect(
      placed == map.map.upsampled(height: 96, width: 96, by: .receptiveField(field)))
    let stretched = map.upsampled(in: model.graph, by: .stretch)
    #expect(stretched == map.map.upsampled(height: 96, width: 96, by: .stretch))
    let shift = try #require(map.placementShift(in: model.graph))
    #expect((shift.largest == 0) == (placed == stretched))
    let pixels = try InputGradient(.gradient).explain(model, images, .logit(), on: Engine())
    #expect(pixels.placementShift(in: model.graph) == nil)
  }
}
