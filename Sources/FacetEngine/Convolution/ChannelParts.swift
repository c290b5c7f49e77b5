import FacetGraph

/// Which blocks of input channels feed which blocks of output channels.
struct ChannelPart: Hashable, Sendable {
  var outputs: Range<Int>
  var inputs: Range<Int>
  /// Floats from the start of the packed weights.
  var offset: Int
}

/// How a convolution's channels, its groups among them, fall into blocks of 16.
///
/// Without groups it is one part. Groups of whole blocks are a part each. Other groups share blocks;
/// then every block of outputs is a part that sees all blocks its groups touch, and weights between
/// groups are zero.
struct ChannelParts: Hashable, Sendable {
  let parts: [ChannelPart]
  /// Channels of one input block: 16, or all of them for planar images.
  let channels: Int
  let taps: Int
  /// Floats of packed weights.
  let count: Int

  init(inputs: Int, outputs: Int, groups: Int, taps: Int, planar: Bool = false) {
    channels = planar ? inputs : 16
    self.taps = taps
    let size = taps * channels * 16
    let outputBlocks = Value.blocks(outputs)
    let inputBlocks = planar ? 1 : Value.blocks(inputs)
    var parts: [ChannelPart] = []
    var offset = 0
    func add(_ outputs: Range<Int>, _ inputs: Range<Int>) {
      parts.append(ChannelPart(outputs: outputs, inputs: inputs, offset: offset))
      offset += outputs.count * inputs.count * size
    }
    let (groupInputs, groupOutputs) = (inputs / groups, outputs / groups)
    if groups == 1 {
      add(0..<outputBlocks, 0..<inputBlocks)
    } else if groupInputs % 16 == 0 && groupOutputs % 16 == 0 {
      for group in 0..<groups {
        let (from, to) = (group * groupInputs / 16, group * groupOutputs / 16)
        add(to..<to + groupOutputs / 16, from..<from + groupInputs / 16)
      }
    } else {
      for block in 0..<outputBlocks {
        let first = block * 16 / groupOutputs
        let last = (min(block * 16 + 16, outputs) - 1) / groupOutputs
        add(block..<block + 1, first * groupInputs / 16..<Value.blocks((last + 1) * groupInputs))
      }
    }
    self.parts = parts
    count = offset
  }
}
