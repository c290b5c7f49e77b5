import FacetGraph
import FacetTensor
import Testing

/// The published networks' convolutions, to see how large the converted networks' maps are. Only
/// shapes are inferred: no weights, nothing is run.
@Suite("Sizes of dense maps")
struct DenseMapSizeTests {
  /// One step of a stack: a convolution or a max pool.
  enum Step: Sendable {
    case convolution(Int, kernel: Int, stride: Int = 1, padding: Int = 0)
    case pool(kernel: Int, ceilMode: Bool = false)
  }

  struct Stack: Sendable, CustomTestStringConvertible {
    let name: String
    let steps: [Step]
    /// The side of the window that the first dense layer sees.
    let window: Int
    /// Sides of image and map.
    let sizes: [(image: Int, map: Int)]
    var testDescription: String { name }

    func graph() throws -> Graph {
      try Scope.graph { (scope, x) throws(GraphError) in
        var y = x
        for (index, step) in steps.enumerated() {
          switch step {
          case .convolution(let channels, let kernel, let stride, let padding):
            y = try scope.convolution(
              "conv\(index)", y, channels, kernel: kernel, stride: stride, padding: padding)
          case .pool(let kernel, let ceilMode):
            y = try scope.maxPool("pool\(index)", y, kernel: kernel, stride: 2, ceilMode: ceilMode)
          }
        }
        y = try scope.convolution("fc6", y, 4096, kernel: window)
        return try scope.convolution(
          "fc8", try scope.convolution("fc7", y, 4096, kernel: 1), 1000, kernel: 1)
      }
    }
  }

  private static func alexNet(padding: Int, widths: [Int]) -> [Step] {
    [
      .convolution(widths[0], kernel: 11, stride: 4, padding: padding), .pool(kernel: 3),
      .convolution(widths[1], kernel: 5, padding: 2), .pool(kernel: 3),
      .convolution(widths[2], kernel: 3, padding: 1),
      .convolution(widths[3], kernel: 3, padding: 1),
      .convolution(widths[4], kernel: 3, padding: 1), .pool(kernel: 3),
    ]
  }

  private static let vgg16: [Step] = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)].flatMap {
    (width: Int, count: Int) -> [Step] in
    [Step](repeating: .convolution(width, kernel: 3, padding: 1), count: count) + [.pool(kernel: 2)]
  }

  static let stacks = [
    Stack(
      name: "AlexNet", steps: alexNet(padding: 2, widths: [64, 192, 384, 256, 256]), window: 6,
      sizes: [(224, 1), (256, 2), (288, 3)]),
    Stack(
      name: "Caffe's AlexNet", steps: alexNet(padding: 0, widths: [96, 256, 384, 384, 256]),
      window: 6, sizes: [(227, 1), (256, 1), (259, 2)]),
    Stack(name: "VGG16", steps: vgg16, window: 7, sizes: [(224, 1), (256, 2), (288, 3)]),
  ]

  @Test("an image of each size gives a map of its size", arguments: stacks)
  func sizes(_ stack: Stack) throws {
    let graph = try stack.graph()
    for (image, map) in stack.sizes {
      #expect(try graph.shapes(input: [1, 3, image, image]).last == [1, 1000, map, map])
    }
  }

  @Test("the map grows by one cell every 32 pixels", arguments: stacks)
  func stride(_ stack: Stack) throws {
    let graph = try stack.graph()
    let start = stack.sizes[0].image
    for cells in 1...5 {
      let size = start + 32 * (cells - 1)
      #expect(
        try graph.shapes(input: [1, 3, size, size + 32]).last == [1, 1000, cells, cells + 1])
    }
    #expect(throws: GraphError.self) { try graph.shapes(input: [1, 3, 100, 100]) }
  }
}
