import FacetFiles
import FacetImage

/// Something in a folder of faces that is not used, and why. Nothing is left out without one.
public struct Skip: Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// Its name begins with a dot.
    case hidden
    /// A folder inside an identity's folder.
    case nestedFolder
    /// A picture that lies beside the identity folders and so belongs to nobody.
    case outsideIdentityFolder
    /// No picture; what the bytes look like.
    case notAnImage(looksLike: String)
    /// A picture that is truncated, damaged or too large; what the decoder says.
    case undecodable(String)
    /// The file can't be opened, for the reason the system gives.
    case unreadable(String)
    /// Its shorter side has fewer than ``FaceSet/minimumSide`` pixels.
    case tooSmall(width: Int, height: Int)
    /// The same bytes as another photo of the same identity, which is used.
    case duplicate(of: String)
    /// The same bytes under several identities, so the label can't be trusted; the other copies.
    case sharedAcrossIdentities([String])
  }

  /// The path relative to the folder of the set.
  public let path: String
  public let reason: Reason

  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(path): \(reason)" }
}

extension Skip.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .hidden: "hidden (its name begins with a dot)"
    case .nestedFolder:
      "a folder inside an identity's folder; is the set one folder further down?"
    case .outsideIdentityFolder:
      "a picture outside the identity folders; put it into a folder named after the person"
    case .notAnImage(let looksLike): "no picture; it looks like \(looksLike)"
    case .undecodable(let text): text
    case .unreadable(let text): "can't be read: \(text)"
    case .tooSmall(let width, let height):
      "\(width)x\(height) pixels; at least \(FaceSet.minimumSide) a side are needed"
    case .duplicate(let other): "the same bytes as \(other)"
    case .sharedAcrossIdentities(let others):
      "the same bytes under another identity: \(others.joined(separator: ", "))"
    }
  }

  /// The reason in a file's error, without the path, which the skip has.
  init(_ error: FileError) {
    switch error {
    case .unreadable(_, let reason): self = .unreadable(reason)
    default: self = .unreadable(error.description)
    }
  }

  /// The reason in a picture's error, without the path, which the skip has.
  init(_ error: ImageError) {
    switch error {
    case .file(let error): self.init(error)
    case .empty: self = .notAnImage(looksLike: "an empty file")
    case .unrecognized(_, let looksLike): self = .notAnImage(looksLike: looksLike)
    case .truncated(_, let format, let reason):
      self = .undecodable("a truncated \(format): \(reason)")
    case .damaged(_, let format, let reason):
      self = .undecodable("a damaged \(format): \(reason)")
    case .tooLarge(_, let width, let height):
      self = .undecodable("\(width)x\(height) pixels, more than is read")
    default: self = .undecodable(error.description)
    }
  }

  /// The name of the case, by which skips are counted.
  public var kind: String {
    switch self {
    case .hidden: "hidden"
    case .nestedFolder: "nested folder"
    case .outsideIdentityFolder: "outside an identity folder"
    case .notAnImage: "not a picture"
    case .undecodable: "damaged or truncated"
    case .unreadable: "unreadable"
    case .tooSmall: "too small"
    case .duplicate: "duplicate"
    case .sharedAcrossIdentities: "shared across identities"
    }
  }
}
