import FacetGraph
import FacetTensor
import FacetZoo

/// A network that both sides run: made here, and handed to them as files.
public struct BenchNetwork: Sendable {
  public let name: String
  public let model: Model

  /// A network of the zoo for 1000 classes, with seeded weights.
  ///
  /// Its batch norms are drawn too. Fresh ones are the identity, and a norm that is left out would
  /// not show.
  public init(_ name: String, seed: UInt64) throws {
    let architecture = try Architecture.named(name)
    let fresh = try architecture.model(classes: (0..<1000).map(String.init), seed: seed)
    var drawn: [String: Tensor] = [:]
    for node in fresh.graph.nodes {
      guard case .batchNorm(let channels, _, _) = node.op else { continue }
      var stream = RandomStream(seed: seed, 0xBE7C, node.id.index)
      for (name, range) in Swift.zip(
        node.parameters, [0.5...1.5, -0.1...0.1, -0.1...0.1, 0.5...1.5] as [ClosedRange<Float>])
      {
        drawn[name] = Tensor([channels], (0..<channels).map { _ in stream.uniform(in: range) })
      }
    }
    self.name = name
    model = try fresh.replacing(drawn)
  }

  init(name: String, model: Model) {
    self.name = name
    self.model = model
  }

  /// The same with its fully connected layers as convolutions, for images of any size.
  public func fullyConvolutional() throws -> BenchNetwork {
    BenchNetwork(name: name, model: try model.fullyConvolutional())
  }

  /// Images of standard normal numbers, as normalised photos nearly are.
  ///
  /// - Parameter side: height and width in pixels; `nil` for the card's.
  public func images(_ count: Int, side: Int? = nil, seed: UInt64) -> Tensor {
    let shape = shape(count, side: side)
    var stream = RandomStream(seed: seed, 0x1396, shape[2])
    return Tensor(shape, (0..<shape.count).map { _ in stream.normal() })
  }

  /// `[count, 3, height, width]`.
  public func shape(_ count: Int, side: Int? = nil) -> Shape {
    let input = model.card.input
    return model.graph.inputShape(
      images: count, height: side ?? input.height, width: side ?? input.width)
  }

  /// A class for each image.
  public func labels(_ count: Int, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, 0x1ABE1)
    let classes = model.graph.outputCount ?? 1
    return (0..<count).map { _ in Int.random(in: 0..<classes, using: &stream) }
  }
}
