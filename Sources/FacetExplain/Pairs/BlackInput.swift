import FacetGraph

extension InputCard {
  /// What a black pixel is in the network's input, channel by channel.
  func black(channels: Int) -> [Float] {
    (0..<channels).map { channel in
      guard mean.indices.contains(channel), standardDeviation.indices.contains(channel) else {
        return 0
      }
      return -mean[channel] / standardDeviation[channel]
    }
  }
}
