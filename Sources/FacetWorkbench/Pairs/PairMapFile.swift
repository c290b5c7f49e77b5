import FacetExplain
import FacetFiles
import FacetGraph

/// What one written map is of: a line of the manifest in `results.json`.
struct PairMapFile: Encodable, Sendable {
  enum Kind: String, Encodable, Sendable {
    /// Raw and signed, `.npy`.
    case map
    /// Over the face, `.png`.
    case heatmap
  }

  /// Relative to the output folder.
  let file: String
  let kind: Kind
  /// Of the photo, as it was given.
  let photo: String
  let face: PairFace
  let method: String
  /// `nil` for a map on pixels.
  let layer: String?
  /// `nil` for a raw map, which holds both.
  let side: PairSide?
  /// What is written into the picture.
  let label: String?
  let options: [String: String]
  /// Of the file's bytes.
  let sha256: String

  /// - Parameter path: where the file is now.
  init(
    _ file: String, at path: String, _ kind: Kind, _ maps: PairMaps, _ face: PairFace,
    _ photo: PairPhoto, side: PairSide? = nil, label: String? = nil
  ) throws {
    let explanation = maps.explanation(face)
    self.file = file
    self.kind = kind
    self.photo = photo.path
    self.face = face
    method = maps.method.name
    layer = explanation.layer?.name
    self.side = side
    self.label = label
    options = explanation.options
    sha256 = SHA256Digest(of: try FileReading.data(at: path)).hex
  }
}
