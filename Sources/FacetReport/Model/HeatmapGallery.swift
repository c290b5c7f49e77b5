import FacetImage

/// Photos with the maps that explain a decision on each of them.
///
/// All maps of a gallery are coloured by one scale, so that colours can be compared between photos;
/// a switch colours each by its own, where panels bring such pictures, and a slider fades between
/// photo and map.
public struct HeatmapGallery: Codable, Equatable, Sendable {
  /// May be empty.
  public var title: String
  public var caption: String
  public var scale: ColorScale
  public var cards: [HeatmapCard]
  /// The opacity of the maps at first, in 0...1.
  public var initialFade: Double

  public init(
    title: String = "", caption: String = "", scale: ColorScale, cards: [HeatmapCard],
    initialFade: Double = 0.6
  ) {
    self.title = title
    self.caption = caption
    self.scale = scale
    self.cards = cards
    self.initialFade = initialFade
  }
}

/// One photo of a gallery, the decision on it, and its maps.
public struct HeatmapCard: Codable, Equatable, Sendable {
  public var photo: ReportImage
  /// What the photo is called where it stands beside its maps.
  public var photoTitle: String
  /// The name of the file or of the person.
  public var name: String
  /// The identity the model said; empty where it was asked for none.
  public var predicted: String
  /// The identity it is, when known.
  public var truth: String?
  /// The probability (or similarity) of `predicted`, a fraction.
  public var probability: Double?
  public var panels: [HeatmapPanel]
  /// Pictures in a row, the photo among them; `nil` for all in one row, through which a page that is
  /// narrower moves under the photo.
  public var picturesPerRow: Int?
  /// May be empty.
  public var note: String
  /// More about the photo, behind a click on the grid's caption.
  public var folded: ImageGrid?

  public init(
    photo: ReportImage, name: String, predicted: String, truth: String? = nil,
    probability: Double? = nil, panels: [HeatmapPanel], note: String = "",
    photoTitle: String = "photo", picturesPerRow: Int? = nil, folded: ImageGrid? = nil
  ) {
    self.photo = photo
    self.photoTitle = photoTitle
    self.picturesPerRow = picturesPerRow
    self.name = name
    self.predicted = predicted
    self.truth = truth
    self.probability = probability
    self.panels = panels
    self.note = note
    self.folded = folded
  }

  /// Whether the decision is right; `nil` when the truth is unknown.
  public var isRight: Bool? { truth.map { $0 == predicted } }
}

/// The map of one method.
public struct HeatmapPanel: Codable, Equatable, Sendable {
  public var method: String
  /// The map in colours, shown over the photo and stretched to it; opaque or with alpha. `nil` shows the
  /// photo alone.
  public var map: ReportImage?
  /// The same map coloured up to its own strongest value, for a switch of the gallery; `nil` where
  /// there is none.
  public var ownScaleMap: ReportImage?
  /// Small numbers under the map, in the order to be shown.
  public var values: [Definition]
  /// Shown under the map in place of the card's photo, where a map belongs to another picture (the
  /// second of a pair).
  public var photo: ReportImage?

  public init(
    method: String, map: ReportImage?, ownScaleMap: ReportImage? = nil, values: [Definition] = [],
    photo: ReportImage? = nil
  ) {
    self.method = method
    self.map = map
    self.ownScaleMap = ownScaleMap
    self.values = values
    self.photo = photo
  }
}

/// The meaning of a gallery's colours.
public struct ColorScale: Codable, Hashable, Sendable {
  /// At least two colours from the low end to the high end, evenly spaced, as `#rrggbb`.
  public var stops: [String]
  /// The values at the ends.
  public var low: Double
  public var high: Double
  public var format: NumberFormat
  /// What is coloured, for example `Grad-CAM`; may be empty.
  public var quantity: String
  /// What the scale is shared by, a sentence: `One scale for each method over all photos.`
  public var sharing: String

  public init(
    stops: [RGB], low: Double, high: Double, format: NumberFormat = .significant(3),
    quantity: String = "", sharing: String
  ) {
    self.stops = stops.map { color in
      "#"
        + [color.red, color.green, color.blue].map {
          ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }.joined()
    }
    self.low = low
    self.high = high
    self.format = format
    self.quantity = quantity
    self.sharing = sharing
  }

  /// The scale that maps were coloured by with `colors`.
  public init(
    _ colors: ColorMap, _ scale: HeatmapScale, format: NumberFormat = .significant(3),
    quantity: String = "", sharing: String
  ) {
    self.init(
      stops: (0...16).map { colors[Float($0) / 16] }, low: Double(scale.minimum),
      high: Double(scale.maximum), format: format, quantity: quantity, sharing: sharing)
  }
}
