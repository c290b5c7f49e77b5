import FacetTensor

extension Tensor {
  /// For maps `[N, C, H, W]`, each pixel's largest magnitude of all channels, `[N, H, W]`.
  var strongestOfChannels: Tensor { reducedChannels { max(abs($0), abs($1)) }.map(abs) }

  /// For maps `[N, C, H, W]`, each pixel's mean over the channels, `[N, H, W]`.
  var meanOfChannels: Tensor { reducedChannels(+) * (1 / Float(shape[1])) }

  private func reducedChannels(_ combine: (Float, Float) -> Float) -> Tensor {
    .stack(
      (0..<shape[0]).map { image in
        let planes = slice(image)
        return (1..<shape[1]).reduce(planes.slice(0)) { $0.zip(planes.slice($1), combine) }
      })
  }
}
