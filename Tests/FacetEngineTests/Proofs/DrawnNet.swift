import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// A network drawn at random that can be made smaller: every piece draws from a stream of its own, so
/// that the others stay what they are when one is left out.
///
/// The pieces are what networks of maps are made of, with the settings at which kernels differ: channel
/// counts beside and on multiples of 16, odd sizes, padding of all kinds, pools in ceil mode, grouped,
/// depthwise and dilated kernels, activations that don't keep zero in front of layers that read
/// neighbouring channels.
struct DrawnNet: Module, CustomTestStringConvertible {
  let seed: UInt64
  /// Which pieces there are, by number, in order.
  var pieces: [Int]
  var images: Int
  var height: Int
  var width: Int

  init(seed: UInt64) {
    var stream = RandomStream(seed: seed, 0x9A0F)
    self.seed = seed
    pieces = Array(0..<Int.random(in: 3...10, using: &stream))
    images = [1, 1, 2, 3, 7, 33][Int.random(in: 0..<6, using: &stream)]
    (height, width) = (
      Int.random(in: 5...21, using: &stream), Int.random(in: 5...23, using: &stream)
    )
    if images == 33 { (height, width) = (min(height, 9), min(width, 8)) }
  }

  var testDescription: String {
    "seed \(seed), pieces \(pieces), \(images) images of \(height)x\(width)"
  }

  /// The same with one thing less, for each thing that can go.
  var smaller: [DrawnNet] {
    func with(_ change: (inout DrawnNet) -> Void) -> DrawnNet {
      var copy = self
      change(&copy)
      return copy
    }
    var nets = pieces.indices.map { index in with { $0.pieces.remove(at: index) } }
    if images > 1 { nets.append(with { $0.images = 1 }) }
    if height > 5 { nets.append(with { $0.height -= 1 }) }
    if width > 5 { nets.append(with { $0.width -= 1 }) }
    return nets
  }

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var last = x
    for piece in pieces {
      var stream = RandomStream(seed: seed, 0x9A10, piece)
      last = try Self.piece("p\(piece)", last, into: &scope, &stream)
    }
    return try scope.convolution("end", last, 5, kernel: 1)
  }

  private static func piece(
    _ name: String, _ x: NodeID, into scope: inout Scope, _ stream: inout RandomStream
  ) throws(GraphError) -> NodeID {
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    let channels = scope.channels(x) ?? 1
    let outputs = [3, 16, 17, 32, 40][draw(0...4)]
    switch draw(0...13) {
    case 0, 1, 2:
      let y = try scope.convolution(name, x, outputs, kernel: 3, padding: 1, bias: draw(0...1) == 1)
      guard draw(0...2) > 0 else { return y }
      return try scope.relu(name + "_relu", try scope.batchNorm(name + "_norm", y))
    case 3:
      let kernel = Extent(draw(1...5), draw(1...5))
      let convolution = Convolution(
        channels, outputs, kernel: kernel, stride: Extent(draw(1...2), draw(1...2)),
        padding: Extent(kernel.height / 2, kernel.width / 2), dilation: Extent(1, 1))
      return try scope.add(name, .convolution(convolution), [x])
    case 4:
      // Each channel for itself, then all together.
      let y = try scope.convolution(
        name, x, channels, kernel: 3, stride: draw(1...2), padding: 1, groups: channels)
      return try scope.convolution(name + "_point", y, outputs, kernel: 1)
    case 5:
      let y = try scope.convolution(name + "_wide", x, 24, kernel: 1)
      return try scope.convolution(
        name, y, 48, kernel: 3, padding: 2, dilation: 2, groups: [2, 3, 4][draw(0...2)])
    case 6:
      // A block with a shortcut.
      let y = try scope.convolution(name, x, channels, kernel: 3, padding: 1)
      let norm = try scope.batchNorm(name + "_norm", y)
      let sum = try scope.add(name + "_sum", .add, [norm, x])
      return draw(0...1) == 1 ? try scope.relu(name + "_relu", sum) : sum
    case 7:
      // A dense layer: what comes in goes out too.
      let y = try scope.relu(name + "_relu", try scope.batchNorm(name + "_norm", x))
      let new = try scope.convolution(name, y, [8, 16][draw(0...1)], kernel: 3, padding: 1)
      return try scope.add(name + "_joined", .concat, [x, new])
    case 8:
      let pool = Pooling(
        kernel: Extent(3), stride: Extent(draw(1...2)), padding: Extent(1),
        ceilMode: draw(0...1) == 1)
      return try scope.add(name, .maxPool(pool), [x])
    case 9:
      let pool = Pooling(kernel: Extent(2), stride: Extent(2), padding: Extent(1), ceilMode: true)
      return try scope.add(name, .averagePool(pool, countsPadding: draw(0...1) == 1), [x])
    case 10:
      let activations: [Activation] = [
        .sigmoid, .clip(minimum: 0.25, maximum: 1), .clip(minimum: -1, maximum: -0.5),
        .leakyReLU(slope: 0.2), .hardSigmoid(alpha: 0.2, beta: 0.5), .softplus,
      ]
      let y = try scope.add(name, .activation(activations[draw(0...activations.count - 1)]), [x])
      guard draw(0...1) == 1 else { return y }
      return try scope.add(
        name + "_lrn", .localResponseNorm(size: [3, 5][draw(0...1)], alpha: 0.5, beta: 0.75, k: 1),
        [y])
    case 11: return try scope.add(name, .prelu(channels: channels), [x])
    case 12:
      let turned = TransposedConvolution(
        channels, outputs, kernel: Extent(3), stride: Extent(draw(1...2)), padding: Extent(1))
      let y = try scope.add(name, .transposedConvolution(turned), [x])
      return try scope.maxPool(name + "_pool", y, kernel: 2, stride: 2, padding: 1)
    default:
      return try scope.add(
        name, .localResponseNorm(size: 5, alpha: 0.5, beta: 0.75, k: 1), [x])
    }
  }

  func model() throws -> Model {
    let graph = try Scope.graph(self)
    var parameters: [String: Tensor] = graph.initialParameters(.heUniform, seed: seed)
    for (index, parameter) in graph.parameterShapes.enumerated() {
      let isNorm = parameter.name.contains("_norm.")
      guard isNorm || parameter.name.hasSuffix(".bias") else { continue }
      let drawn = Tensor.random(parameter.shape, seed: seed &+ UInt64(index))
      parameters[parameter.name] =
        parameter.name.hasSuffix("running_var") ? drawn.map { 0.5 + $0 * $0 } : drawn * 0.3
    }
    return try Model(graph: graph, parameters: parameters, card: .test("end"))
  }

  var input: Tensor { .random([images, 3, height, width], seed: seed) }
}
