import FacetEngine
import FacetGraph
import FacetTensor

/// Where a unit's feature map was largest on one image.
public struct Sighting: Hashable, Codable, Sendable {
  /// The image's number in the data set.
  public let image: Int
  public let unit: FeatureUnit
  public let activation: Float
}

/// A feature map of a layer and the images that excite it most.
public struct UnitRecord: Hashable, Codable, Sendable {
  public let channel: Int
  /// The strongest first, of equals the image that came first; every image counts once.
  public let sightings: [Sighting]

  /// The mean of the activations: what units of a layer are ranked by.
  public var strength: Double {
    sightings.isEmpty
      ? 0 : sightings.reduce(0) { $0 + Double($1.activation) } / Double(sightings.count)
  }

  /// Whether no image of the data set excites it.
  public var isSilent: Bool { (sightings.first?.activation ?? 0) <= 0 }
}

/// Looks through a data set for the images that excite each unit of some layers most (Zeiler and
/// Fergus 2014, section 4), batch by batch: only the largest activations and their places are kept.
///
/// The result depends on the images and their numbers alone, not on how they are cut into batches.
public struct UnitSearch: Sendable {
  public let layers: [LayerPath]
  /// How many images are kept of each unit.
  public let kept: Int
  private let model: Model
  /// By layer, then by channel.
  private var records: [[[Sighting]]]

  /// - Parameters:
  ///   - layers: layers whose values are maps; others are refused at the first batch.
  public init(_ model: Model, layers: [LayerPath], kept: Int) throws(ExplainError) {
    guard kept > 0 else {
      throw .badOption(name: "images of a unit", expected: "at least 1", got: "\(kept)")
    }
    guard !layers.isEmpty else {
      throw .badOption(name: "layers", expected: "at least one", got: "none")
    }
    var paths: [LayerPath] = []
    for path in layers {
      paths.append(
        try ExplainError.wrappingGraph({ () throws(GraphError) in
          try model.graph.node(at: path).path
        }))
    }
    self.layers = paths
    self.kept = kept
    self.model = try ExplainError.wrappingGraph({ () throws(GraphError) in
      try model.upTo(paths)
    })
    records = paths.map { _ in [] }
  }

  /// Takes in a batch of images `[N, C, H, W]`, numbered from `first` on.
  ///
  /// - Parameter real: how many of them count; the others only fill a batch of a fixed size.
  public mutating func add(
    _ images: Tensor, from first: Int, real: Int? = nil, on engine: Engine
  ) throws(ExplainError) {
    guard images.shape.rank == 4, images.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: images.shape))
    }
    let chunks = try Chunks(model, height: images.shape[2], width: images.shape[3])
    for range in Chunks.ranges(images.shape[0], by: chunks.forward) {
      let trace = try ExplainError.wrapping { () throws(EngineError) in
        try engine.forward(model, images.slices(range), keeping: .paths(layers))
      }
      for (index, path) in layers.enumerated() {
        let value = try ExplainError.wrapping { () throws(EngineError) in
          try trace.value(at: path)
        }
        guard value.shape.rank == 4 else { throw .notAMap(path, got: value.shape) }
        let counted = min(value.shape[0], (real ?? images.shape[0]) - range.lowerBound)
        take(value, counted, into: index, from: first + range.lowerBound)
      }
    }
  }

  private mutating func take(_ value: Tensor, _ count: Int, into layer: Int, from first: Int) {
    let (channels, width) = (value.shape[1], value.shape[3])
    let cells = value.shape[2] * width
    if records[layer].isEmpty { records[layer] = Array(repeating: [], count: channels) }
    value.withUnsafeBufferPointer { values in
      for image in 0..<max(count, 0) {
        for channel in 0..<channels {
          let start = (image * channels + channel) * cells
          var best = start
          for i in start..<start + cells where values[i] > values[best] { best = i }
          let place = best - start
          insert(
            Sighting(
              image: first + image,
              unit: FeatureUnit(channel: channel, row: place / width, column: place % width),
              activation: values[best]),
            layer, channel)
        }
      }
    }
  }

  /// Keeps a channel's list sorted and no longer than `kept`.
  private mutating func insert(_ sighting: Sighting, _ layer: Int, _ channel: Int) {
    let list = records[layer][channel]
    let place =
      list.firstIndex {
        (-$0.activation, $0.image) > (-sighting.activation, sighting.image)
      } ?? list.count
    guard place < kept else { return }
    records[layer][channel].insert(sighting, at: place)
    if list.count == kept { records[layer][channel].removeLast() }
  }

  /// Every unit of a layer, the strongest first, of equals the lower channel.
  ///
  /// - Parameter layer: one of ``layers``, by its place.
  public func units(of layer: Int) -> [UnitRecord] {
    records[layer].enumerated().map { UnitRecord(channel: $0, sightings: $1) }
      .sorted { ($1.strength, $0.channel) < ($0.strength, $1.channel) }
  }
}

extension ReceptiveField {
  /// The pixels that a unit sees of an image of this size, cut at its borders.
  public func patch(of unit: FeatureUnit, height: Int, width: Int) -> (
    rows: Range<Int>, columns: Range<Int>
  ) {
    func visible(_ axis: Axis, _ index: Int, _ size: Int) -> Range<Int> {
      let pixels = axis.pixels(of: index)
      let low = min(max(pixels.lowerBound, 0), size - 1)
      return low..<max(low + 1, min(pixels.upperBound + 1, size))
    }
    return (visible(vertical, unit.row, height), visible(horizontal, unit.column, width))
  }
}
