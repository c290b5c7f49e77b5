import FacetGraph
import FacetImage

/// The photos of a list's pairs, by the names scores have.
struct PairFiles {
  let model: Model
  private let preprocessing: Preprocessing
  private let paths: [String: String]

  init(_ network: NetworkPairs) {
    model = network.loaded.model
    preprocessing = model.card.input.preprocessing
    paths = Dictionary(
      network.images.files.values.map { ($0.name, $0.path) },
      uniquingKeysWith: { first, _ in first })
  }

  func photo(_ name: String) throws -> PairPhoto {
    try PairPhoto(paths[name] ?? name, preprocessing)
  }
}
