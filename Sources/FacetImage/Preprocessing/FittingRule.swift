/// How a picture of any size is brought to a network's input size.
///
/// As JSON: `"stretch"`, or `{"shorterSide": 256}`.
public enum FittingRule: Hashable, Sendable {
  /// Resized to the input size whatever the proportions.
  case stretch
  /// Resized so that the shorter side has this many pixels, then the centre is cut out. When that
  /// would leave too few pixels for the cut, the picture is enlarged until it covers it.
  case shorterSide(Int)

  /// `image` brought to `width` x `height` pixels.
  ///
  /// The cut's offset is ``CropPosition``'s centre, which takes 15 of 29 spare pixels where
  /// torchvision's `CenterCrop` takes 14: with an odd number of spare pixels the two may differ by
  /// one.
  func fit(_ image: Image, width: Int, height: Int) -> Image {
    precondition(width > 0 && height > 0, "fitting to \(width)x\(height)")
    guard case .shorterSide(let length) = self else {
      return image.resized(width: width, height: height)
    }
    let whole = image.resized(shorterSide: max(1, length, covering(image, width, height)))
    let (x, y) = CropPosition.center.origin(
      cropWidth: width, cropHeight: height, imageWidth: whole.width, imageHeight: whole.height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for row in y..<y + height {
      let start = 3 * (row * whole.width + x)
      pixels += whole.pixels[start..<start + 3 * width]
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// The smallest shorter side with which a picture of this shape covers `width` x `height`.
  private func covering(_ image: Image, _ width: Int, _ height: Int) -> Int {
    let isUpright = image.width <= image.height
    let (short, long) = isUpright ? (image.width, image.height) : (image.height, image.width)
    let (neededShort, neededLong) = isUpright ? (width, height) : (height, width)
    return max(neededShort, (neededLong * short + long - 1) / long)
  }
}

extension FittingRule: Codable {
  private enum CodingKeys: String, CodingKey {
    case shorterSide
  }

  public init(from decoder: any Decoder) throws {
    if let keyed = try? decoder.container(keyedBy: CodingKeys.self) {
      self = .shorterSide(try keyed.decode(Int.self, forKey: .shorterSide))
      return
    }
    let name = try decoder.singleValueContainer().decode(String.self)
    guard name == "stretch" else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(name) is neither stretch nor {\"shorterSide\": pixels}"))
    }
    self = .stretch
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .stretch:
      var container = encoder.singleValueContainer()
      try container.encode("stretch")
    case .shorterSide(let length):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(length, forKey: .shorterSide)
    }
  }
}
