import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// A layer's contact sheet: for each unit the patches that excite it most, and beside them what of
/// each patch the unit responded to, by deconvolution down to the pixels.
struct UnitSheet: Sendable {
  /// One unit's pictures.
  struct Block: Sendable {
    let record: UnitRecord
    let patches: [PixelPatch]
    /// Projections on the left, patches on the right, the strongest first.
    let picture: Image
  }

  let layer: LayerPath
  /// `nil` where the cells have no common grid; patches are whole photos then.
  let field: ReceptiveField?
  let blocks: [Block]

  /// Pixels of a tile's side.
  static let tile = 56

  init(
    _ model: Model, _ layer: LayerPath, _ units: [UnitRecord], _ photos: PhotoShelf,
    _ options: LayersJob.Options, on engine: Engine
  ) throws {
    self.layer = layer
    let field = try? ReceptiveField.of(layer, in: model.graph)
    self.field = field
    blocks = try units.map { unit in
      let images = try photos.load(unit.sightings.map(\.image))
      let batch = model.batch(images.tensors)
      var places = unit.sightings.map(\.unit)
      if let last = places.last {
        places += Array(repeating: last, count: batch.shape[0] - places.count)
      }
      let maps = try ZeilerFergus(
        layer: layer, choice: .perImage(places), unpooling: options.unpooling
      ).explain(model, batch, LogitObjective(), on: engine).map
      let patches = unit.sightings.map {
        PixelPatch($0.unit, field, height: batch.shape[2], width: batch.shape[3])
      }
      let channels = model.card.input.preprocessing.channels
      var projections: [Image] = []
      var seen: [Image] = []
      for (index, patch) in patches.enumerated() {
        let map = patch.cut(maps.slice(index))
        projections.append(
          HeatmapRendering.relief(ofProjection: map, channels: channels)
            .onTile(Self.tile))
        seen.append(try patch.cut(images.entries[index].image).onTile(Self.tile))
      }
      let columns = Self.columns(patches.count)
      let sides = [projections, seen].map { TileGrid.picture($0, columns: columns) }
      return Block(
        record: unit, patches: patches, picture: TileGrid.picture(sides, columns: 2, gap: 8))
    }
  }

  /// Tiles stand in a square.
  private static func columns(_ count: Int) -> Int {
    (1...max(1, count)).first { $0 * $0 >= count } ?? 1
  }

  /// All units of the layer, three in a row.
  var picture: Image { TileGrid.picture(blocks.map(\.picture), columns: 3, gap: 20) }

  /// Relative to the output folder.
  var file: String { "sheets/\(Figure.slug(layer.name)).png" }

  func findings(_ photos: PhotoShelf) -> [UnitFinding] {
    blocks.map { block in
      let sightings = block.record.sightings
      return UnitFinding(
        channel: block.record.channel, strength: block.record.strength,
        people: Set(sightings.map { photos.identity($0.image) }).count,
        photos: zip(sightings, block.patches).map { sighting, patch in
          PhotoOfUnit(
            photo: photos.name(sighting.image), identity: photos.identity(sighting.image),
            activation: sighting.activation, row: sighting.unit.row,
            column: sighting.unit.column,
            patch: [
              patch.rows.lowerBound, patch.columns.lowerBound, patch.rows.count,
              patch.columns.count,
            ])
        })
    }
  }
}

/// The pixels of a photo that a unit sees.
struct PixelPatch: Sendable {
  let rows: Range<Int>
  let columns: Range<Int>

  init(_ unit: FeatureUnit, _ field: ReceptiveField?, height: Int, width: Int) {
    (rows, columns) =
      field?.patch(of: unit, height: height, width: width) ?? (0..<height, 0..<width)
  }

  /// This part of a map `[C, H, W]`.
  func cut(_ map: Tensor) -> Tensor {
    var part = Tensor.zeros([map.shape[0], rows.count, columns.count])
    for c in 0..<map.shape[0] {
      for y in rows {
        for x in columns {
          part[c, y - rows.lowerBound, x - columns.lowerBound] = map[c, y, x]
        }
      }
    }
    return part
  }

  /// This part of a photo.
  func cut(_ image: Image) throws -> Image {
    try image.cropped(
      x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
  }
}
