import FacetFiles

/// Why a folder can't be used as a set of faces.
public enum FaceFolderError: Error, Equatable, CustomStringConvertible {
  /// The folder itself is missing, a file, or can't be read.
  case file(FileError)
  /// There is nothing in the folder.
  case empty(path: String)
  /// Not one usable picture was found among `filesLookedAt` files; `example` is one of them and
  /// why it was not used.
  case noImages(path: String, filesLookedAt: Int, example: Skip?)
  /// All pictures are of one identity, and telling faces apart takes two.
  case singleIdentity(path: String, identity: String, photos: Int)
  /// Fractions of a split that are negative, don't sum to 1, or leave nothing to train on.
  case invalidFractions(train: Double, calibration: Double, test: Double)

  public var description: String {
    switch self {
    case .file(let error): return error.description
    case .empty(let path):
      return "\(path) is an empty folder; \(FaceFolderError.layout)"
    case .noImages(let path, let filesLookedAt, let example):
      let seen = example.map { "; for example \($0)" } ?? ""
      return "no usable picture in \(path) (\(filesLookedAt) files looked at\(seen)); "
        + FaceFolderError.layout
    case .singleIdentity(let path, let identity, let photos):
      return "\(path) has pictures of one identity only (\(identity), \(photos) pictures); "
        + "at least two are needed; \(FaceFolderError.layout)"
    case .invalidFractions(let train, let calibration, let test):
      return "the fractions \(train) + \(calibration) + \(test) of train, calibration and test "
        + "are not usable: none may be negative, train must be above 0, and they must sum to 1"
    }
  }

  static let layout = "a set of faces is a folder of folders, one for each person: person/photo.jpg"
}
