import FacetFaces
import FacetFiles
import FacetImage
import FacetTensor

/// One photo of a pair, as it was given and as the network sees it.
struct PairPhoto: Sendable {
  let path: String
  /// SHA-256 of the file's bytes.
  let hash: String
  /// Of the whole picture.
  let perceptualHash: PerceptualHash
  /// Extents in the file, in pixels.
  let width: Int
  let height: Int
  /// Fitted to the network's input.
  let image: Image
  /// `[C, H, W]`.
  let tensor: Tensor

  /// - Throws: `FileError` when the file can't be read, `ImageError` when it is no picture.
  init(_ path: String, _ preprocessing: Preprocessing) throws {
    let data = try FileReading.data(at: path, limit: ImageDecoder.maximumFileSize)
    let whole = try ImageDecoder.decode(data, name: path)
    self.path = path
    hash = SHA256Digest(of: data).hex
    perceptualHash = PerceptualHash(of: whole)
    (width, height) = (whole.width, whole.height)
    image = preprocessing.fitted(whole)
    tensor = preprocessing.tensor(fitted: image)
  }

  /// For headings.
  var name: String { path.photoName }

  /// Whether there is next to no contrast in the picture, so that no face can be on it: the standard
  /// deviation of its grey values is below 4 of 255 (of LFW's faces it is 22 at least).
  var isBlank: Bool {
    let grey = stride(from: 0, to: image.pixels.count, by: 3).map { place in
      image.pixels[place..<place + 3].reduce(0.0) { $0 + Double($1) } / 3
    }
    let mean = grey.reduce(0, +) / Double(grey.count)
    let variance = grey.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(grey.count)
    return variance.squareRoot() < 4
  }

  /// How much wider in proportion the photo is than the network's input; 1 when they agree.
  var stretch: Double {
    Double(width) * Double(image.height) / (Double(height) * Double(image.width))
  }
}
