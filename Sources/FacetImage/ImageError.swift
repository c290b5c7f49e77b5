import FacetFiles

/// What can go wrong with a picture the user gave.
///
/// Cases about a file carry its path, or the name its bytes were given under.
public enum ImageError: Error, Equatable, CustomStringConvertible {
  /// The file can't be read or written at all.
  case file(FileError)
  /// The file has no bytes.
  case empty(path: String)
  /// The bytes are no picture of a supported format; `looksLike` says what they seem to be.
  case unrecognized(path: String, looksLike: String)
  /// The bytes end before the picture does.
  case truncated(path: String, format: ImageFormat, reason: String)
  /// The bytes contradict themselves or use a part of the format that isn't read.
  case damaged(path: String, format: ImageFormat, reason: String)
  /// The header asks for more pixels than are decoded.
  case tooLarge(path: String, width: Int, height: Int)
  /// A crop of `width` x `height` was asked of a smaller picture, or one that reaches outside it.
  case cropOutsideImage(width: Int, height: Int, x: Int, y: Int, imageWidth: Int, imageHeight: Int)
  /// A size to resize to that is no size.
  case invalidSize(width: Int, height: Int)
  /// A preprocessing that can't be carried out.
  case invalidPreprocessing(reason: String)
  /// The picture could not be encoded.
  case encodingFailed(reason: String)

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .empty(let path): "\(path) is empty (0 bytes); a picture was expected"
    case .unrecognized(let path, let looksLike):
      "\(path) is no picture Facet reads: it looks like \(looksLike); "
        + "PNG, JPEG, GIF, PGM, PPM and PBM are read"
    case .truncated(let path, let format, let reason):
      "\(path) is a truncated \(format): \(reason); copy or download it again"
    case .damaged(let path, let format, let reason):
      "\(path) is a \(format) that can't be decoded: \(reason)"
    case .tooLarge(let path, let width, let height):
      "\(path) has \(width)x\(height) pixels; at most \(ImageDecoder.maximumPixels) pixels and "
        + "\(ImageDecoder.maximumSide) a side are read: make it smaller"
    case .cropOutsideImage(let width, let height, let x, let y, let imageWidth, let imageHeight):
      "a crop of \(width)x\(height) pixels at (\(x), \(y)) does not fit into a picture of "
        + "\(imageWidth)x\(imageHeight)"
    case .invalidSize(let width, let height):
      "\(width)x\(height) pixels is no size of a picture; both sides must be from 1 to "
        + "\(ImageDecoder.maximumSide)"
    case .invalidPreprocessing(let reason): "the preprocessing is not usable: \(reason)"
    case .encodingFailed(let reason): "the picture can't be written as PNG: \(reason)"
    }
  }
}
