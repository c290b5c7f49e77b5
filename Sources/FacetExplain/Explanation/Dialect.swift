import FacetGraph
import FacetTensor

/// What a library makes of a raw map before it hands it out.
public enum Dialect: String, CaseIterable, Hashable, Codable, Sendable {
  /// The raw map with its signs: `[N, h, w]` or `[N, C, H, W]`.
  case facet
  /// captum: class activation maps raw, `[N, 1, h, w]`; maps on pixels raw, `[N, C, H, W]`, but the
  /// plain gradient by its absolute value, as `Saliency` gives it.
  case captum
  /// pytorch-grad-cam: class activation maps rectified, brought to 0...1 by
  /// `(L - min) / (max - min + 1e-7)`, resized bilinearly to the image and brought to 0...1 again,
  /// `[N, H, W]`; maps on pixels raw.
  case pytorchGradCAM = "pytorch-grad-cam"
}

extension Explanation {
  /// The map as a library would return it.
  public func map(in dialect: Dialect) -> Tensor {
    switch (dialect, space) {
    case (.facet, _), (.pytorchGradCAM, .input): map
    case (.captum, .layer): map.reshaped([map.shape[0], 1, map.shape[1], map.shape[2]])
    case (.captum, .input): method == "gradient" ? map.map(abs) : map
    case (.pytorchGradCAM, .layer):
      rectified.scaledPerImage
        .resampled(height: imageSize.height, width: imageSize.width, by: .bilinear)
        .scaledPerImage
    }
  }
}

extension Tensor {
  /// Every image's smallest value taken off, then divided by its largest plus 1e-7.
  fileprivate var scaledPerImage: Tensor {
    .stack(
      (0..<shape[0]).map { image in
        let plane = slice(image)
        let low = plane.minimum
        let shifted = plane.map { $0 - low }
        let high = 1e-7 + shifted.maximum
        return shifted.map { $0 / high }
      })
  }
}
