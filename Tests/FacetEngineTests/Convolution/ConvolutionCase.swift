import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// A convolution drawn at random: of any size, stride, padding, dilation and grouping that fits.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  var images: Int
  var height: Int
  var width: Int
  var convolution: Convolution

  var testDescription: String {
    "\(images)x\(convolution.inChannels)x\(height)x\(width) to \(convolution.outChannels), kernel "
      + "\(convolution.kernel), stride \(convolution.stride), padding \(convolution.padding), "
      + "dilation \(convolution.dilation), \(convolution.groups) groups"
  }

  /// Sizes are drawn so that every algorithm is met: planar images, Winograd's tiles cut by the
  /// border, depthwise and grouped kernels, blocks of channels that aren't full.
  init(seed: UInt64) {
    var stream = RandomStream(seed: seed, 0xC0, 1)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    images = [1, 1, 2, 3, 5][draw(0...4)]
    (height, width) = (draw(1...19), draw(1...23))
    let kind = draw(0...6)
    let channels = [1, 3, 8, 16, 17, 32, 40, 48]
    var (inputs, outputs) = (channels[draw(0...7)], channels[draw(0...7)])
    var groups = 1
    var kernel = Extent(draw(1...5), draw(1...5))
    var (stride, dilation) = (Extent(draw(1...3), draw(1...3)), Extent(draw(1...2), draw(1...2)))
    switch kind {
    case 0, 1:
      (kernel, stride, dilation) = (Extent(3), Extent(1), Extent(1))
      (inputs, outputs) = (max(16, inputs), max(16, outputs))
    case 2:
      groups = inputs
      outputs = inputs
    case 3:
      groups = [2, 4][draw(0...1)]
      (inputs, outputs) = (groups * [4, 8, 16][draw(0...2)], groups * [3, 16, 32][draw(0...2)])
    case 4: (kernel, dilation) = (Extent(1), Extent(1))
    case 5:
      (kernel, stride, dilation) = (Extent(5), Extent(1), Extent(1))
      (inputs, outputs) = (max(16, inputs), max(16, outputs))
      (height, width) = (height + 8, width + 8)
    default: break
    }
    let reach = Extent(
      dilation.height * (kernel.height - 1) + 1, dilation.width * (kernel.width - 1) + 1)
    let padding = Extent(draw(0...kernel.height / 2), draw(0...kernel.width / 2))
    height = max(height, reach.height - 2 * padding.height)
    width = max(width, reach.width - 2 * padding.width)
    convolution = Convolution(
      inputs, outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: groups, bias: draw(0...1) == 1)
  }

  /// The same with one thing smaller, for each thing that can be: a failing case is brought down to
  /// one that fails with the least.
  var smaller: [ConvolutionCase] {
    var cases: [ConvolutionCase] = []
    func add(_ change: (inout ConvolutionCase) -> Void) {
      var changed = self
      change(&changed)
      let c = changed.convolution
      guard changed.height + 2 * c.padding.height >= c.reach.height,
        changed.width + 2 * c.padding.width >= c.reach.width
      else { return }
      cases.append(changed)
    }
    if images > 1 { add { $0.images = 1 } }
    if height > 1 { add { $0.height -= 1 } }
    if width > 1 { add { $0.width -= 1 } }
    if convolution.groups == 1 {
      if convolution.inChannels > 1 { add { $0.convolution.inChannels /= 2 } }
      if convolution.outChannels > 1 { add { $0.convolution.outChannels /= 2 } }
    }
    if convolution.stride != Extent(1) { add { $0.convolution.stride = Extent(1) } }
    if convolution.dilation != Extent(1) { add { $0.convolution.dilation = Extent(1) } }
    if convolution.padding != Extent(0) { add { $0.convolution.padding = Extent(0) } }
    if convolution.bias { add { $0.convolution.bias = false } }
    return cases
  }

  /// The layer with what surrounds it in networks: a batch norm, a shortcut and a ReLU behind it.
  func model() throws -> Model {
    let c = convolution
    var nodes = [
      Node(
        id: NodeID(0), path: "input", op: .input(channels: c.inChannels), inputs: [],
        parameters: []),
      Node(
        id: NodeID(1), path: "conv", op: .convolution(c), inputs: [NodeID(0)],
        parameters: ["conv.weight"] + (c.bias ? ["conv.bias"] : [])),
      Node(
        id: NodeID(2), path: "norm",
        op: .batchNorm(channels: c.outChannels, epsilon: 1e-5, momentum: 0.1), inputs: [NodeID(1)],
        parameters: ["weight", "bias", "running_mean", "running_var"].map { "norm.\($0)" }),
    ]
    nodes.append(
      Node(id: NodeID(3), path: "relu", op: .relu, inputs: [NodeID(2)], parameters: []))
    let graph = try Graph(nodes: nodes, output: NodeID(3))
    var parameters: [String: Tensor] = [:]
    for (index, parameter) in graph.parameterShapes.enumerated() {
      let drawn = Tensor.random(parameter.shape, seed: UInt64(70 + index))
      parameters[parameter.name] =
        parameter.name == "norm.running_var" ? drawn.map { 0.5 + $0 * $0 } : drawn
    }
    return try Model(graph: graph, parameters: parameters, card: .test("relu"))
  }

  var input: Tensor { .random([images, convolution.inChannels, height, width], seed: 9) }
}
