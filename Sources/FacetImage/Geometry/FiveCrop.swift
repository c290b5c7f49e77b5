/// Where in a picture a crop of the five lies; the order of `allCases` is the order of the crops.
public enum CropPosition: String, CaseIterable, Hashable, Codable, Sendable {
  case topLeft
  case topRight
  case bottomLeft
  case bottomRight
  case center

  /// The upper left corner of a crop in a picture, both sizes in pixels; the crop must fit.
  ///
  /// The centre's offset is floor((H - h + 1) / 2): 29 spare pixels give 15. (Rounding half to
  /// even, as Python does, would give 14.)
  public func origin(
    cropWidth: Int, cropHeight: Int, imageWidth: Int, imageHeight: Int
  ) -> (x: Int, y: Int) {
    let (spareX, spareY) = (imageWidth - cropWidth, imageHeight - cropHeight)
    precondition(spareX >= 0 && spareY >= 0, "a crop larger than the picture")
    return switch self {
    case .topLeft: (0, 0)
    case .topRight: (spareX, 0)
    case .bottomLeft: (0, spareY)
    case .bottomRight: (spareX, spareY)
    case .center: ((spareX + 1) / 2, (spareY + 1) / 2)
    }
  }
}

/// One of the five or ten crops of a picture.
public struct Crop: Hashable, Sendable {
  public let image: Image
  public let position: CropPosition
  /// Whether it was cut from the mirrored picture.
  public let isFlipped: Bool
  /// The upper left corner, in pixels of the picture it was cut from: the mirrored one when
  /// `isFlipped`.
  public let x: Int
  public let y: Int

  public init(image: Image, position: CropPosition, isFlipped: Bool, x: Int, y: Int) {
    self.image = image
    self.position = position
    self.isFlipped = isFlipped
    self.x = x
    self.y = y
  }

  /// The left edge of the crop's area in the picture as it was before mirroring.
  ///
  /// - Parameter imageWidth: that picture's width in pixels.
  public func xInOriginal(imageWidth: Int) -> Int {
    isFlipped ? imageWidth - image.width - x : x
  }
}

extension Image {
  /// The four corner crops and the centre crop of `width` x `height` pixels: top left, top right,
  /// bottom left, bottom right, centre.
  ///
  /// - Throws: `cropOutsideImage` when the crop is larger than the picture.
  public func fiveCrops(width: Int, height: Int) throws(ImageError) -> [Crop] {
    try crops(width: width, height: height, ofFlipped: false)
  }

  /// The five crops, then the five crops of the mirrored picture.
  ///
  /// - Throws: `cropOutsideImage` when the crop is larger than the picture.
  public func tenCrops(width: Int, height: Int) throws(ImageError) -> [Crop] {
    try crops(width: width, height: height, ofFlipped: false)
      + flippedHorizontally().crops(width: width, height: height, ofFlipped: true)
  }

  private func crops(
    width: Int, height: Int, ofFlipped isFlipped: Bool
  ) throws(ImageError) -> [Crop] {
    guard width > 0, height > 0, width <= self.width, height <= self.height else {
      throw .cropOutsideImage(
        width: width, height: height, x: 0, y: 0, imageWidth: self.width,
        imageHeight: self.height)
    }
    var crops: [Crop] = []
    for position in CropPosition.allCases {
      let (x, y) = position.origin(
        cropWidth: width, cropHeight: height, imageWidth: self.width, imageHeight: self.height)
      let part = try cropped(x: x, y: y, width: width, height: height)
      crops.append(Crop(image: part, position: position, isFlipped: isFlipped, x: x, y: y))
    }
    return crops
  }
}
