import FacetBench
import FacetGraph
import FacetTensor
import FacetZoo
import Testing

@Suite("Bench: multiply-adds")
struct MultiplyAddsTests {
  /// Two convolutions and a fully connected layer on images of 8x8.
  private var small: Graph {
    get throws {
      try Scope.graph { (scope, x) throws(GraphError) in
        var y = try scope.convolution("a", x, 4, kernel: 3, padding: 1)
        y = try scope.relu("b", y)
        y = try scope.convolution("c", y, 6, kernel: 3, stride: 2, padding: 1)
        y = try scope.flatten("d", y)
        return try scope.linear("e", y, inFeatures: 6 * 4 * 4, 10)
      }
    }
  }

  @Test("by hand")
  func hand() throws {
    let counts = try MultiplyAdds(try small, input: [2, 3, 8, 8])
    let a = 2 * 4 * 64 * 3 * 9
    let c = 2 * 6 * 16 * 4 * 9
    let e = 2 * 10 * 96
    #expect(counts.forward == a + c + e)
    // Nothing learns below the first convolution, so its input needs no gradient.
    #expect(counts.training == 3 * (a + c + e) - a)
    #expect(try counts.explaining("b") == a + c + e + c + e)
    #expect(try counts.explaining("e") == a + c + e)
  }

  @Test(
    "as published for torchvision's networks, in 1e9",
    arguments: [
      ("resnet18", 1.814), ("vgg16", 15.470), ("alexnet", 0.714), ("squeezenet1_0", 0.819),
      ("densenet121", 2.834), ("resnet50", 4.089),
    ])
  func published(_ name: String, _ billions: Double) throws {
    let graph = try Architecture.named(name).graph(classes: 1000)
    let counts = try MultiplyAdds(graph, input: [1, 3, 224, 224])
    #expect(abs(Double(counts.forward) / 1e9 - billions) < 1e-3, "\(counts.forward)")
  }
}
