import FacetGraph
import FacetTensor

/// What a library makes of a raw map before it hands it out. L is a layer's raw map; Docs/Dialects.md
/// shows how they differ on one example. Where the raw map is another too, ``MethodSettings/dialect``
/// chooses the library's form of the method.
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
  /// torch-cam: class activation maps rectified and brought to 0...1 by
  /// `(L - min) / (max - min + 1e-8)` at the layer's size, `[N, h, w]`; it knows no maps on pixels,
  /// which stay raw.
  case torchCAM = "torch-cam"
  /// xplique: class activation maps rectified, then resized by Keys' cubic with a = -0.5, which may
  /// overshoot below 0, `[N, H, W]`; maps on pixels the mean of their channels, `[N, H, W]`, but the
  /// plain gradient by its channels' largest magnitude, as `Saliency` gives it.
  case xplique
  /// tf-explain: class activation maps with their signs, resized bilinearly, then brought to 0...1 by
  /// `(L - min) / (max - min)` unless flat, `[N, H, W]`. Maps on pixels raw.
  case tfExplain = "tf-explain"
}

extension Explanation {
  /// The map as a library would return it.
  public func map(in dialect: Dialect) -> Tensor {
    guard space == .layer else { return pixels(in: dialect) }
    return switch dialect {
    case .facet: map
    case .captum: map.reshaped([map.shape[0], 1, map.shape[1], map.shape[2]])
    case .pytorchGradCAM:
      resized(rectified.broughtToOne(epsilon: 1e-7), .bilinear).broughtToOne(epsilon: 1e-7)
    case .torchCAM: rectified.broughtToOne(epsilon: 1e-8)
    case .xplique: resized(rectified, .bicubicTabulated)
    case .tfExplain: resized(map, .bilinear).broughtToOne(epsilon: 0)
    }
  }

  /// A layer's map as a library lays it over the image, `[N, H, W]`; maps on pixels as
  /// ``map(in:)`` has them. torch-cam squares what it paints.
  ///
  /// - Parameter graph: the explained model's; Facet alone places cells at the centres of what they
  ///   see, and rectifies.
  public func overlay(in dialect: Dialect, of graph: Graph) -> Tensor {
    guard space == .layer else { return map(in: dialect) }
    return switch dialect {
    case .facet: upsampled(in: graph).map { max($0, 0) }
    case .captum: resized(map, .nearest)
    case .torchCAM: resized(map(in: .torchCAM), .bicubicKeys).map { $0 * $0 }
    case .pytorchGradCAM, .xplique, .tfExplain: map(in: dialect)
    }
  }

  private func pixels(in dialect: Dialect) -> Tensor {
    let isGradient = method == "gradient"
    return switch dialect {
    case .captum: isGradient ? map.map(abs) : map
    case .xplique: isGradient ? map.strongestOfChannels : map.meanOfChannels
    case .facet, .pytorchGradCAM, .torchCAM, .tfExplain: map
    }
  }

  private func resized(_ map: Tensor, _ interpolation: PlaneInterpolation) -> Tensor {
    map.resampled(height: imageSize.height, width: imageSize.width, by: interpolation)
  }
}

extension Tensor {
  /// Every image's smallest value taken off, then divided by its largest plus `epsilon`; a flat image
  /// becomes 0, or stays where there is no epsilon.
  fileprivate func broughtToOne(epsilon: Float) -> Tensor {
    .stack(
      (0..<shape[0]).map { image in
        let plane = slice(image)
        let low = plane.minimum
        let high = plane.maximum - low
        if high == 0 { return epsilon > 0 ? .zeros(plane.shape) : plane }
        return plane.map { ($0 - low) / (high + epsilon) }
      })
  }
}
