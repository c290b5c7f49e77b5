import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// One photo layer by layer: the strongest feature maps of each layer, and its strongest unit
/// projected down to the pixels.
struct LayerView: Sendable {
  let name: String
  let photo: Image
  let layers: [LayerPath]
  /// Of each layer's maps, in cells.
  let sizes: [Extent]
  /// Of each layer, the maps of its strongest channels, all by one scale: the square root, as few cells
  /// are strong.
  let activations: [Image]
  /// Of each layer, the projection of its strongest unit.
  let projections: [Image]
  let units: [FeatureUnit]
  /// Of each layer, how many of its channels are active on this photo.
  let active: [Int]

  /// Maps shown of a layer, in a square.
  static let side = 6
  private static let tile = 48

  init(
    _ model: Model, _ layers: [LayerPath], _ photos: FaceImages, _ options: LayersJob.Options,
    on engine: Engine
  ) throws {
    let entry = photos.entries[0]
    (name, photo) = (entry.name, entry.image)
    self.layers = layers
    let batch = model.batch([entry.tensor])
    let trace = try engine.forward(model, batch, keeping: .paths(layers))
    let projected = try ZeilerFergus(unpooling: options.unpooling)
      .project(model, batch, layers: layers, on: engine)
    let channels = model.card.input.preprocessing.channels
    var (sizes, activations, active) = ([Extent](), [Image](), [Int]())
    for path in layers {
      let maps = try trace.value(at: path).slice(0)
      sizes.append(Extent(maps.shape[1], maps.shape[2]))
      let tops = (0..<maps.shape[0]).map { maps.slice($0).maximum }
      active.append(tops.count { $0 > 0 })
      let strongest = tops.indices.sorted { (-tops[$0], $0) < (-tops[$1], $1) }
        .prefix(Self.side * Self.side)
      let roots = maps.map { max($0, 0).squareRoot() }
      let scale = HeatmapScale.upTo(maximumOf: [roots])
      let tiles = strongest.map {
        HeatmapRendering.image(of: roots.slice($0), scale: scale, colors: .gray).onTile(Self.tile)
      }
      activations.append(TileGrid.picture(tiles, columns: Self.side))
    }
    (self.sizes, self.activations, self.active) = (sizes, activations, active)
    projections = projected.map {
      HeatmapRendering.relief(ofProjection: $0.map.slice(0), channels: channels)
    }
    units = projected.map { $0.units[0] }
  }

  /// A layer's activations beside its strongest unit's projection.
  func pair(_ index: Int) -> Image {
    let maps = activations[index]
    return TileGrid.picture(
      [maps, projections[index].onTile(maps.height)].map { $0.onTile(maps.width) }, columns: 2,
      gap: 8)
  }

  /// Of the pictures of activations, relative to the output folder.
  var files: [String] { layers.map { "activations/\(Figure.slug($0.name)).png" } }
}
