import FacetTensor

/// How a picture becomes the input of a network: fitted to a size, scaled, shifted and divided by
/// channel.
///
/// A value v of 0...255 in channel c becomes (v `scale` - `mean[c]`) / `standardDeviation[c]`.
public struct Preprocessing: Hashable, Codable, Sendable {
  /// The order of a tensor's channels. `mean` and `standardDeviation` are in the same order.
  public enum Channels: String, Hashable, Codable, Sendable {
    case rgb
    case bgr
    /// One channel of luma (ITU-R BT.601).
    case grey

    public var count: Int { self == .grey ? 1 : 3 }
  }

  /// The input's extents in pixels.
  public var height: Int
  public var width: Int
  public var resize: FittingRule
  /// Per channel, in the units of scaled values.
  public var mean: [Float]
  public var standardDeviation: [Float]
  /// By what a value of 0...255 is multiplied first: 1/255, or 1 for networks fed raw values.
  public var scale: Float
  public var channels: Channels

  /// - Parameters: as the properties; ``validated()`` tells whether values a user gave make sense.
  public init(
    height: Int, width: Int, resize: FittingRule = .stretch, mean: [Float] = [0, 0, 0],
    standardDeviation: [Float] = [1, 1, 1], scale: Float = 1 / 255, channels: Channels = .rgb
  ) {
    self.height = height
    self.width = width
    self.resize = resize
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.scale = scale
    self.channels = channels
  }

  /// torchvision's for ImageNet: the shorter side to 256, the central 224x224, values of 0...1
  /// standardised by ImageNet's mean and standard deviation.
  public static let imageNet = Preprocessing(
    height: 224, width: 224, resize: .shorterSide(256), mean: [0.485, 0.456, 0.406],
    standardDeviation: [0.229, 0.224, 0.225])

  /// Raw RGB of 0...255, stretched to the size: what a model without a card is fed.
  public static func raw(height: Int, width: Int) -> Preprocessing {
    Preprocessing(height: height, width: width, scale: 1)
  }

  /// This preprocessing, when it can be carried out.
  ///
  /// - Throws: `invalidPreprocessing` saying which value is not usable and what would be.
  public func validated() throws(ImageError) -> Preprocessing {
    let sides = 1...ImageDecoder.maximumSide
    guard sides ~= height, sides ~= width, height * width <= ImageDecoder.maximumPixels else {
      throw .invalidSize(width: width, height: height)
    }
    if case .shorterSide(let length) = resize, !(sides ~= length) {
      throw .invalidPreprocessing(reason: "a shorter side of \(length) pixels")
    }
    for (name, values) in [("mean", mean), ("standard deviation", standardDeviation)] {
      guard values.count == channels.count, values.allSatisfy(\.isFinite) else {
        throw .invalidPreprocessing(
          reason: "the \(name) is \(values); \(channels.count) finite numbers are needed, one for "
            + "each channel of \(channels.rawValue)")
      }
    }
    guard standardDeviation.allSatisfy({ $0 > 0 }) else {
      throw .invalidPreprocessing(
        reason: "the standard deviation is \(standardDeviation); each must be above 0")
    }
    guard scale > 0, scale.isFinite else {
      throw .invalidPreprocessing(reason: "the scale is \(scale); it must be above 0")
    }
    return self
  }
}

// MARK: - Carrying it out

extension Preprocessing {
  /// The normalised input `[3, height, width]` of `image`; `[1, height, width]` for grey.
  public func tensor(_ image: Image) -> Tensor { tensor(fitted: fitted(image)) }

  /// The picture of `width` x `height` pixels that is fed, before normalisation; heatmaps are drawn
  /// on it.
  public func fitted(_ image: Image) -> Image {
    resize.fit(image, width: width, height: height)
  }

  /// The normalised tensor `[C, H, W]` of a picture that is fitted already (or is a crop of one:
  /// any size is taken).
  public func tensor(fitted image: Image) -> Tensor {
    let area = image.width * image.height
    let sources = sourceChannels
    return Tensor([channels.count, image.height, image.width]) { out in
      guard let base = out.baseAddress else { return }
      image.pixels.withUnsafeBufferPointer { pixels in
        for c in 0..<channels.count {
          let table = (0...255).map { (Float($0) * scale - mean[c]) / standardDeviation[c] }
          let plane = base + c * area
          if channels == .grey {
            for i in 0..<area {
              plane[i] = table[Self.luma(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2])]
            }
            continue
          }
          let source = sources[c]
          table.withUnsafeBufferPointer { table in
            for i in 0..<area { plane[i] = table[Int(pixels[3 * i + source])] }
          }
        }
      }
    }
  }

  /// Luma in 0...255, in whole numbers.
  private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
    (Int(red) * 19_595 + Int(green) * 38_470 + Int(blue) * 7_471 + 32_768) >> 16
  }

  /// The picture a normalised tensor `[C, H, W]` or `[1, C, H, W]` shows, rounded and clamped: the
  /// inverse of ``tensor(fitted:)``.
  public func image(_ tensor: Tensor) -> Image {
    let shape = tensor.shape.rank == 4 ? tensor.shape.dropFirst() : tensor.shape
    precondition(
      shape.rank == 3 && shape[0] == channels.count && tensor.count == shape.count,
      "a picture of \(shape)")
    let area = shape[1] * shape[2]
    let sources = sourceChannels
    return Image(
      planes: Tensor([3, shape[1], shape[2]]) { out in
        tensor.withUnsafeBufferPointer { values in
          for plane in 0..<3 {
            let c = channels == .grey ? 0 : plane
            for i in 0..<area {
              let value = values[c * area + i] * standardDeviation[c] + mean[c]
              out[sources[plane] * area + i] = value / scale
            }
          }
        }
      })
  }

  /// The normalised value of a colour in each channel of the tensor: what a region is filled with.
  public func normalized(_ color: RGB) -> [Float] {
    let values =
      channels == .grey
      ? [UInt8(Self.luma(color.red, color.green, color.blue))]
      : [color.red, color.green, color.blue]
    return values.indices.map {
      (Float(values[sourceChannels[$0]]) * scale - mean[$0]) / standardDeviation[$0]
    }
  }

  /// For each channel of the tensor, the channel of a picture it is made of.
  private var sourceChannels: [Int] { channels == .bgr ? [2, 1, 0] : [0, 1, 2] }
}
