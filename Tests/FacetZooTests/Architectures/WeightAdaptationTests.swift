import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Weights that were published under other names or shapes.
@Suite("Adapting weights to an architecture")
struct WeightAdaptationTests {
  @Test("DenseNet's published names become today's, and nothing else changes")
  func olderNames() throws {
    let architecture = try Architecture.named("densenet121")
    let graph = try architecture.graph(classes: 5)
    // As torchvision's densenet121-a639ec97.pth names them.
    let older = #/(denselayer\d+\.(?:norm|conv))([12])\./#
    var published: [String: Tensor] = [:]
    for (index, entry) in graph.parameterShapes.enumerated() {
      let name = entry.name.replacing(older) { "\($0.1).\($0.2)." }
      published[name] = Tensor(entry.shape, repeating: Float(index))
    }
    #expect(published["features.denseblock1.denselayer1.norm.1.weight"] != nil)
    #expect(published["features.denseblock4.denselayer16.conv.2.weight"] != nil)
    #expect(!graph.applying(published).1.isComplete)

    let adapted = try architecture.adapting(published)
    let (parameters, report) = graph.applying(adapted.tensors)
    #expect(report.isComplete && report.unused.isEmpty)
    for (index, entry) in graph.parameterShapes.enumerated() {
      #expect(parameters[entry.name]?.scalars.first == Float(index), "\(entry.name)")
    }
    // 58 layers of two norms of four tensors and two kernels.
    #expect(adapted.changes.count == 58 * 10)
    let first = try #require(
      adapted.changes.first { $0.name == "features.denseblock1.denselayer1.norm.1.weight" })
    #expect(first.newName == "features.denseblock1.denselayer1.norm1.weight")
    #expect(first.shape == first.newShape)
    #expect(adapted.summary?.hasPrefix("580 tensors") == true)
    // Adapted weights need nothing more.
    #expect(try architecture.adapting(adapted.tensors).changes.isEmpty)
    #expect(try architecture.adapting(adapted.tensors).summary == nil)
  }

  @Test("a name that is there already is not overwritten; unknown names stay as they are")
  func collisions() throws {
    let architecture = try Architecture.named("densenet121")
    let prefix = "features.denseblock1.denselayer1."
    let names = [
      prefix + "norm.1.weight", prefix + "norm1.weight", prefix + "norm.3.weight",
      "norm.1.weight", prefix + "norm..weight", "features.denseblock9.denselayer1.norm.1.weight",
      "", ".....",
    ]
    var tensors: [String: Tensor] = [:]
    for (index, name) in names.enumerated() { tensors[name] = Tensor([1], [Float(index)]) }
    let adapted = try architecture.adapting(tensors)
    #expect(adapted.tensors == tensors)
    #expect(adapted.changes.isEmpty)
    // Other architectures rename nothing.
    let weight = [prefix + "norm.1.weight": Tensor([1], [1])]
    #expect(try Architecture.named("resnet18").adapting(weight).tensors == weight)
  }

  @Test("dense weights become kernels, row by row, and come back bit for bit")
  func reshaping() throws {
    let (plain, convolutional) = (
      try Architecture.named("alexnet"), try Architecture.named("alexnet-fconv")
    )
    let dense = [
      "classifier.1.weight": Tensor.random([3, 9216], seed: 1),
      "classifier.4.weight": .random([2, 4096], seed: 2),
      "classifier.6.weight": .random([7, 4096], seed: 3),
      "classifier.6.bias": .random([7], seed: 4),
      "features.0.weight": .random([64, 3, 11, 11], seed: 5),
    ]
    let adapted = try convolutional.adapting(dense)
    #expect(adapted.tensors["classifier.1.weight"]?.shape == [3, 256, 6, 6])
    #expect(adapted.tensors["classifier.4.weight"]?.shape == [2, 4096, 1, 1])
    #expect(adapted.tensors["classifier.6.weight"]?.shape == [7, 4096, 1, 1])
    #expect(adapted.changes.map(\.name) == ["1", "4", "6"].map { "classifier.\($0).weight" })
    #expect(adapted.changes[0].newName == "classifier.1.weight")
    // Column (c, y, x) of row o is place (c, y, x) of kernel o.
    let kernel = try #require(adapted.tensors["classifier.1.weight"])
    #expect(kernel[2, 200, 4, 3] == dense["classifier.1.weight"]?[2, 200 * 36 + 4 * 6 + 3])
    #expect(try plain.adapting(adapted.tensors).tensors == dense)
    #expect(try plain.adapting(dense).changes.isEmpty)
  }

  @Test("weights of another size stay as they are, for the report to name")
  func unfit() throws {
    let convolutional = try Architecture.named("alexnet-fconv")
    let tensors = [
      "classifier.1.weight": Tensor.zeros([2, 9215]), "classifier.4.weight": .zeros([4096]),
      "classifier.6.weight": .zeros([0, 4096]), "classifier.9.weight": .zeros([2, 2]),
    ]
    let adapted = try convolutional.adapting(tensors)
    #expect(adapted.changes.map(\.name) == ["classifier.6.weight"])
    let (_, report) = try convolutional.graph(classes: 2).applying(adapted.tensors)
    #expect(!report.isComplete)
    #expect(
      report.mismatched.map(\.name)
        == ["classifier.1.weight", "classifier.4.weight", "classifier.6.weight"])
  }
}
