import FacetImage
import FacetReport

/// Two photos side by side, as the network sees them.
enum PairPicture {
  /// The height of a picture in pixels: enough for a look, small enough for a page of many.
  private static let height = 128

  /// - Throws: `ImageError` when a file can no longer be decoded.
  static func image(
    _ first: String, _ second: String, _ preprocessing: Preprocessing
  ) throws -> ReportImage {
    let photos = try [first, second].map { try photo($0, preprocessing) }
    let (width, height) = (photos[0].width, photos[0].height)
    let gap = max(2, width / 24)
    // Transparent between the two, whatever the page's theme.
    var rgba = [UInt8](repeating: 0, count: 4 * height * (2 * width + gap))
    for (place, photo) in photos.enumerated() {
      for y in 0..<height {
        for x in 0..<width {
          let from = 3 * (y * width + x)
          let to = 4 * (y * (2 * width + gap) + place * (width + gap) + x)
          rgba[to] = photo.pixels[from]
          rgba[to + 1] = photo.pixels[from + 1]
          rgba[to + 2] = photo.pixels[from + 2]
          rgba[to + 3] = 255
        }
      }
    }
    return try ReportImage(width: 2 * width + gap, height: height, rgba: rgba)
  }

  private static func photo(_ path: String, _ preprocessing: Preprocessing) throws -> Image {
    let fitted = preprocessing.fitted(try ImageDecoder.decode(path: path))
    guard fitted.height > height else { return fitted }
    return fitted.resized(width: max(1, fitted.width * height / fitted.height), height: height)
  }
}
