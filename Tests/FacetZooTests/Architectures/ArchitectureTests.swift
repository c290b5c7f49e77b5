import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

@Suite("Architectures")
struct ArchitectureTests {
  @Test(
    "parameter counts are torchvision's",
    arguments: [("squeezenet1_0", 1000, 1_248_424), ("resnet18", 1000, 11_689_512)])
  func counts(_ name: String, _ classes: Int, _ count: Int) throws {
    let names = (0..<classes).map { "class \($0)" }
    #expect(try Architecture.named(name).model(classes: names, seed: 0).parameterCount == count)
  }

  @Test("the small network is small")
  func small() throws {
    let model = try Architecture.named("small").model(classes: (0..<15).map(String.init), seed: 0)
    // Convolutions, norms, two linear layers, counted by hand.
    let features = (16 * 3 * 25 + 32) + (32 * 16 * 9 + 64) + (48 * 32 * 9 + 96) + (48 * 48 * 9 + 96)
    #expect(model.parameterCount == features + (48 * 36 * 32 + 32) + (32 * 15 + 15))
    #expect((80_000...120_000).contains(model.parameterCount))
  }

  @Test("an unknown name suggests the nearest and lists all")
  func unknown() {
    #expect(
      throws: ZooError.unknownArchitecture(
        "resnet-18", suggestion: "resnet18", known: ["small", "squeezenet1_0", "resnet18"])
    ) { try Architecture.named("resnet-18") }
    let error = #expect(throws: ZooError.self) { try Architecture.named("squeeznet") }
    #expect(error?.description.contains("squeezenet1_0") == true)
  }

  @Test(
    "every architecture runs at its own size and its layers exist",
    arguments: Architecture.all.map(\.name))
  func runs(_ name: String) throws {
    let architecture = try Architecture.named(name)
    let model = try architecture.model(classes: ["a", "b", "c"], seed: 1)
    let size = architecture.input.height
    #expect(try model.graph.shapes(input: [2, 3, size, size]).last?.count == 2 * 3)
    for path in [
      architecture.head, architecture.featureLayer, architecture.camLayer,
      architecture.embeddingLayer,
    ] {
      _ = try model.graph.node(at: path)
    }
    #expect(try architecture.model(classes: ["a", "b", "c"], seed: 1) == model)
    #expect(
      try architecture.model(classes: ["a", "b", "c"], seed: 2).parameters != model.parameters)
    let other = try model.replacingHead(architecture.head, classes: ["x", "y"], seed: 3)
    #expect(try other.graph.shapes(input: [1, 3, size, size]).last?.count == 2)
    // What the head is trained on depends on nothing above it.
    let above = model.graph.descendants(of: try model.graph.node(at: architecture.featureLayer).id)
    #expect(above.contains(try model.graph.node(at: architecture.head).id))
  }

  @Test("logits of a small image are finite and differ between images")
  func finite() throws {
    for (name, size) in [("small", 96), ("squeezenet1_0", 40), ("resnet18", 40)] {
      let model = try Architecture.named(name).model(classes: ["a", "b", "c"], seed: 1)
      let output = try Engine().forward(model, .random([2, 3, size, size], seed: 1)).output
      #expect(output.isFinite)
      #expect(output.slice(0) != output.slice(1))
    }
  }
}
