import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Parameters and layers of the architectures against torchvision's, as Fixtures/architectures
/// records them.
@Suite("Architectures as torchvision has them")
struct TorchvisionTests {
  static let names = [
    "alexnet", "vgg11", "vgg13", "vgg16", "vgg19", "squeezenet1_0", "squeezenet1_1", "resnet18",
    "resnet34", "resnet50", "densenet121",
  ]

  /// The lines of a kind in a network's file: `NAME SHAPE`.
  private func lines(_ kind: String, of name: String) throws -> [String] {
    let text = try String(
      contentsOfFile: SharedData.fixture("architectures/\(name).txt"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix(kind + " ") }
      .map { String($0.dropFirst(kind.count + 1)) }
  }

  @Test("every parameter has torchvision's name and shape", arguments: names)
  func parameters(_ name: String) throws {
    let expected = try lines("parameter", of: name)
    let own = try Architecture.named(name).graph(classes: 1000).parameterShapes
      .map { "\($0.name) \($0.shape)" }
    #expect(expected.count > 10)
    #expect(own.count == Set(own).count)
    let (missing, extra) = (Set(expected).subtracting(own), Set(own).subtracting(expected))
    #expect(missing.isEmpty && extra.isEmpty, "missing \(missing), extra \(extra)")
  }

  @Test("every layer has torch.fx's name, and its value torchvision's shape", arguments: names)
  func layers(_ name: String) throws {
    let expected = try lines("layer", of: name)
    let graph = try Architecture.named(name).graph(classes: 1000)
    let shapes = try graph.shapes(input: [1, 3, 224, 224])
    let own = zip(graph.nodes, shapes).dropFirst().map { "\($0.path) \($1.dropFirst())" }
    #expect(expected.count == own.count)
    let (missing, extra) = (Set(expected).subtracting(own), Set(own).subtracting(expected))
    #expect(missing.isEmpty && extra.isEmpty, "missing \(missing), extra \(extra)")
  }

  @Test("all architectures that torchvision has are checked")
  func coverage() {
    let others = ["small", "reference", "alexnet-fconv", "resnet20-cifar", "resnet56-cifar"]
    let unchecked = Architecture.all.map(\.name).filter { !Self.names.contains($0) }
    #expect(Set(unchecked).subtracting(others).isEmpty)
  }
}
