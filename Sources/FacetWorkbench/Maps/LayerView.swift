import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// One photo layer by layer: the strongest feature maps of each layer, and its strongest unit
/// projected down to the pixels.
struct LayerView: Sendable {
  struct Layer: Sendable {
    let path: LayerPath
    /// Of its maps, in cells.
    let size: Extent
    let channels: Int
    /// How many of the channels are somewhere above 0 on this photo.
    let active: Int
    /// The maps of the strongest channels, all by one scale: the square root, as few cells are strong.
    let activations: Image
    /// The unit with the largest activation, and what it responded to.
    let unit: FeatureUnit
    let projection: Image

    /// The activations beside the projection.
    var picture: Image {
      TileGrid.picture(
        [activations, projection.onTile(activations.height)].map { $0.onTile(activations.width) },
        columns: 2, gap: 8)
    }

    /// Of the picture of activations, relative to an output folder.
    var file: String { "activations/\(Figure.slug(path.name)).png" }
  }

  let name: String
  let photo: Image
  let layers: [Layer]

  /// - Parameters:
  ///   - side: maps shown of a layer, in a row and in a column.
  ///   - tile: pixels of a map's side.
  init(
    _ model: Model, _ paths: [LayerPath], _ entry: FaceImages.Entry, side: Int, tile: Int = 48,
    unpooling: Unpooling = .sum, on engine: Engine
  ) throws {
    (name, photo) = (entry.name, entry.image)
    let batch = model.batch([entry.tensor])
    let trace = try engine.forward(model, batch, keeping: .paths(paths))
    let projected = try ZeilerFergus(unpooling: unpooling)
      .project(model, batch, layers: paths, on: engine)
    layers = try zip(paths, projected).map { path, projection in
      let maps = try trace.value(at: path).slice(0)
      let tops = (0..<maps.shape[0]).map { maps.slice($0).maximum }
      return Layer(
        path: path, size: Extent(maps.shape[1], maps.shape[2]), channels: maps.shape[0],
        active: tops.count { $0 > 0 },
        activations: Self.strongest(maps, tops, side: side, tile: tile), unit: projection.units[0],
        projection: HeatmapRendering.relief(
          ofProjection: projection.map.slice(0), channels: model.card.input.preprocessing.channels))
    }
  }

  private static func strongest(_ maps: Tensor, _ tops: [Float], side: Int, tile: Int) -> Image {
    let strongest = tops.indices.sorted { (-tops[$0], $0) < (-tops[$1], $1) }.prefix(side * side)
    let roots = maps.map { max($0, 0).squareRoot() }
    let scale = HeatmapScale.upTo(maximumOf: [roots])
    let tiles = strongest.map {
      HeatmapRendering.image(of: roots.slice($0), scale: scale, colors: .gray).onTile(tile)
    }
    return TileGrid.picture(tiles, columns: side)
  }

  /// The layers' pictures for a page.
  ///
  /// - Parameter isLinked: whether the pictures of activations are files beside the page.
  func items(isLinked: Bool) throws -> [ImageGrid.Item] {
    try layers.map { layer in
      let all = NumberFormat.integer.string(Double(layer.channels))
      let active = NumberFormat.integer.string(Double(layer.active))
      return ImageGrid.Item(
        try ReportImage(layer.picture),
        caption: "\(layer.path): \(active) of \(all) units active; unit \(layer.unit.channel) "
          + "projected",
        alternative:
          "The strongest feature maps of \(layer.path), and its strongest unit projected",
        link: isLinked ? layer.file : nil)
    }
  }
}
