import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

extension Graph {
  /// Learnt numbers, from shapes alone: the largest networks have 140 million.
  var learntNumbers: Int {
    let learnable = Set(learnableParameters)
    return parameterShapes.filter { learnable.contains($0.name) }
      .reduce(0) { $0 + $1.shape.count }
  }
}

@Suite("Architectures")
struct ArchitectureTests {
  @Test(
    "parameter counts are torchvision's",
    arguments: [
      ("alexnet", 61_100_840), ("alexnet-fconv", 61_100_840), ("vgg11", 132_863_336),
      ("vgg13", 133_047_848), ("vgg16", 138_357_544), ("vgg19", 143_667_240),
      ("squeezenet1_0", 1_248_424), ("squeezenet1_1", 1_235_496), ("resnet18", 11_689_512),
      ("resnet34", 21_797_672), ("resnet50", 25_557_032), ("densenet121", 7_978_856),
    ])
  func counts(_ name: String, _ count: Int) throws {
    #expect(try Architecture.named(name).graph(classes: 1000).learntNumbers == count)
  }

  @Test("the small network is small")
  func small() throws {
    let model = try Architecture.named("small").model(classes: (0..<15).map(String.init), seed: 0)
    // Convolutions, norms, two linear layers, counted by hand.
    let features = (16 * 3 * 25 + 32) + (32 * 16 * 9 + 64) + (48 * 32 * 9 + 96) + (48 * 48 * 9 + 96)
    #expect(model.parameterCount == features + (48 * 36 * 32 + 32) + (32 * 15 + 15))
    #expect((80_000...120_000).contains(model.parameterCount))
  }

  @Test("the reference network of the study: counted by hand, for its 15 people and 256x256 pixels")
  func reference() throws {
    let graph = try Architecture.named("reference").graph(classes: 15)
    let features =
      (32 * 3 * 9 + 32) + (64 * 32 * 9 + 64) + (64 * 64 * 9 + 64) + (32 * 64 * 9 + 32)
    let dense = (2048 * 1024 + 1024) + (1024 * 256 + 256) + (256 * 15 + 15)
    #expect(graph.learntNumbers == features + dense)
    let shapes = try graph.shapes(input: [1, 3, 256, 256])
    // Windows of 2 with strides of 4, 4 and 2.
    for (path, side) in [("layers.4", 64), ("layers.7", 16), ("layers.10", 8)] {
      #expect(shapes[try graph.node(at: LayerPath(path)).id.index][3] == side)
    }
    let dropout = try graph.node(at: "layers.11")
    #expect(dropout.op == .dropout(probability: 0.2))
  }

  @Test("an unknown name suggests the nearest and lists all")
  func unknown() {
    let known = Architecture.all.map(\.name)
    #expect(
      known.starts(with: [
        "small", "reference", "alexnet", "alexnet-fconv", "vgg11", "vgg13", "vgg16", "vgg19",
        "squeezenet1_0", "squeezenet1_1", "resnet18", "resnet34", "resnet50", "densenet121",
      ]))
    #expect(Set(known).count == known.count)
    #expect(
      throws: ZooError.unknownArchitecture("resnet-18", suggestion: "resnet18", known: known)
    ) { try Architecture.named("resnet-18") }
    let error = #expect(throws: ZooError.self) { try Architecture.named("squeeznet") }
    #expect(error?.description.contains("squeezenet1_0") == true)
  }

  @Test(
    "every architecture's layers exist and its head decides",
    arguments: Architecture.all.map(\.name))
  func cards(_ name: String) throws {
    let architecture = try Architecture.named(name)
    let graph = try architecture.graph(classes: 3)
    let (height, width) = (architecture.input.height, architecture.input.width)
    let shapes = try graph.shapes(input: [2, 3, height, width])
    #expect(shapes[graph.output.index] == [2, 3])
    #expect(graph.outputCount == 3)
    #expect(!architecture.licence.isEmpty && !architecture.source.isEmpty)
    func shape(_ path: LayerPath) throws -> Shape { shapes[try graph.node(at: path).id.index] }
    // A map with places to point at, after a nonlinearity.
    let cam = try graph.node(at: architecture.camLayer)
    #expect(shapes[cam.id.index].rank == 4 && shapes[cam.id.index][2] >= 6)
    #expect([.relu, .concat].contains(cam.op.kind))
    // The embedding has 32 to 4096 numbers, and every score depends on it and on the map.
    let embedding = try shape(architecture.embeddingLayer)
    #expect((32...4096).contains(embedding[1]))
    let head = try graph.node(at: architecture.head)
    for path in [architecture.embeddingLayer, architecture.camLayer, architecture.featureLayer] {
      #expect(graph.descendants(of: try graph.node(at: path).id).contains(head.id), "\(path)")
    }
    // The head is the last layer with parameters, and feature extraction trains it.
    #expect(graph.nodes.last { !$0.parameters.isEmpty }?.id == head.id)
    #expect(try shape(architecture.head)[1] == 3)
  }

  @Test(
    "a model follows its seed, and its head is replaced",
    arguments: ["small", "reference", "squeezenet1_0", "squeezenet1_1", "resnet18", "densenet121"])
  func models(_ name: String) throws {
    let architecture = try Architecture.named(name)
    let model = try architecture.model(classes: ["a", "b", "c"], seed: 1)
    #expect(try architecture.model(classes: ["a", "b", "c"], seed: 1) == model)
    #expect(
      try architecture.model(classes: ["a", "b", "c"], seed: 2).parameters != model.parameters)
    let other = try model.replacingHead(architecture.head, classes: ["x", "y"], seed: 3)
    #expect(other.graph.outputCount == 2)
    let changed = other.parameters.filter { model.parameters[$0.key] != $0.value }.keys.sorted()
    #expect(changed == ["bias", "weight"].map { architecture.head.appending($0).name })
    // Its head becomes convolutions: of the whole map, or of a map that is averaged.
    #expect(try ConvertibleHead(model).isPooled == !["small", "reference"].contains(name))
  }

  @Test("logits of a small image are finite, differ between images and follow from the features")
  func finite() throws {
    for (name, size) in [
      ("small", 96), ("squeezenet1_0", 40), ("squeezenet1_1", 40), ("resnet18", 40),
      ("densenet121", 40),
    ] {
      let model = try Architecture.named(name).model(classes: ["a", "b", "c"], seed: 1)
      let layer = try Architecture.named(name).featureLayer
      let trace = try Engine().forward(
        model, .random([2, 3, size, size], seed: 1), keeping: .paths([layer]))
      #expect(trace.output.isFinite)
      #expect(trace.output.slice(0) != trace.output.slice(1), "\(name)")
      // Feature extraction goes on from the layer's values.
      let resumed = try Engine().resume(model, from: layer, value: trace.value(at: layer))
      #expect(resumed.output == trace.output, "\(name)")
    }
  }
}
