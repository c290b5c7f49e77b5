import FacetFaces
import FacetFiles
import FacetGraph
import FacetImage
import FacetTensor
import Foundation

/// The photos a layer study looks through, decoded a few at a time: a set larger than memory is no
/// harder than a small one.
struct PhotoShelf: Sendable {
  private let faces: FaceSet
  /// Places in the set, ascending.
  private let places: [Int]
  private let preprocessing: Preprocessing

  /// - Parameter sample: at most so many photos, drawn by the seed.
  init(_ faces: FaceSet, sample: Int?, _ model: Model, seed: UInt64) {
    self.faces = faces
    preprocessing = model.card.input.preprocessing
    var places = Array(faces.photos.indices)
    if let sample, sample < places.count {
      var stream = RandomStream(seed: seed, 0x1A7E, 0)
      places.shuffle(using: &stream)
      places = places.prefix(sample).sorted()
    }
    self.places = places
  }

  var count: Int { places.count }
  var people: Int { Set(places.map { faces.photos[$0].identity }).count }

  /// Relative to the set's folder.
  func name(_ index: Int) -> String { faces.photos[places[index]].path }
  func identity(_ index: Int) -> String { faces.identities[faces.photos[places[index]].identity] }

  /// Decodes some of them.
  func load(_ indices: [Int]) throws -> FaceImages {
    try FaceImages.load(faces, indices.map { places[$0] }, preprocessing)
  }

  /// One digest for all: of the photos' hashes, sorted.
  var sha256: String {
    let hashes = places.map { faces.photos[$0].sha256 }.sorted()
    return SHA256Digest(of: Data(hashes.joined(separator: "\n").utf8)).hex
  }
}
