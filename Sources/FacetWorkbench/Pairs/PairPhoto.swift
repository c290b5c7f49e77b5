import FacetFiles
import FacetImage
import FacetTensor

/// One photo of a pair, as it was given and as the network sees it.
struct PairPhoto: Sendable {
  let path: String
  /// SHA-256 of the file's bytes.
  let hash: String
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
    (width, height) = (whole.width, whole.height)
    image = preprocessing.fitted(whole)
    tensor = preprocessing.tensor(fitted: image)
  }

  /// For headings.
  var name: String { path.photoName }

  /// How much wider in proportion the photo is than the network's input; 1 when they agree.
  var stretch: Double {
    Double(width) * Double(image.height) / (Double(height) * Double(image.width))
  }
}
