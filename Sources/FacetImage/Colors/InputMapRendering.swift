import FacetTensor

/// Pictures of maps in input space, `[C, H, W]`: gradients, guided backpropagation, deconvolution.
extension HeatmapRendering {
  /// A signed map as a coloured relief on grey: the whole map is shifted to mean 0 and divided by
  /// its standard deviation, which becomes `contrast` of the range, and 0 is mid-grey.
  ///
  /// This is the field's usual picture of such maps ("deprocess"). It is scaled by map, so two of
  /// them can't be compared in strength; ``magnitude(of:)`` with one scale can.
  ///
  /// - Parameters:
  ///   - contrast: what one standard deviation is of the range of 255.
  ///   - channels: the order of the map's channels.
  public static func signedImage(
    ofInputMap map: Tensor, contrast: Float = 0.1, channels: Preprocessing.Channels = .rgb
  ) -> Image {
    precondition(
      map.shape.rank == 3 && map.shape[0] == channels.count, "an input map of \(map.shape)")
    let mean = map.mean
    let squares = map.scalars.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = (squares / Double(map.count)).squareRoot()
    let gain = deviation > 0 ? Double(contrast) / deviation : 0
    var planes = map.map { Float(255 * (0.5 + (Double($0) - mean) * gain)) }
    switch channels {
    case .rgb: break
    case .bgr: planes = Tensor.stack([2, 1, 0].map(planes.slice))
    case .grey: planes = Tensor.stack([0, 0, 0].map(planes.slice))
    }
    return Image(planes: planes)
  }

  /// For each pixel the largest magnitude of its channels: `[H, W]` from `[C, H, W]`, as in
  /// Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks" (2014), section 3.1.
  public static func magnitude(of map: Tensor) -> Tensor {
    precondition(map.shape.rank == 3 && map.shape[0] > 0, "an input map of \(map.shape)")
    let area = map.shape[1] * map.shape[2]
    return Tensor([map.shape[1], map.shape[2]]) { out in
      map.withUnsafeBufferPointer { values in
        for i in 0..<area {
          var largest: Float = 0
          for c in 0..<map.shape[0] {
            let magnitude = abs(values[c * area + i])
            if magnitude > largest || magnitude.isNaN { largest = magnitude }
            if largest.isNaN { break }
          }
          out[i] = largest
        }
      }
    }
  }
}
