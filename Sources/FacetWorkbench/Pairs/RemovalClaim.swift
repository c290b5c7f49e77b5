import FacetEvaluation

/// What one map claims of one face, held against random choices of as many pixels: that without the
/// pixels it ranks first the cosine falls (similarity), or rises (dissimilarity).
package struct RemovalClaim: Codable, Sendable {
  package enum Reading: String, Codable, Sendable {
    /// As it claims, and further than every kind of control.
    case beatsControls
    /// Further than every kind of control, but against its own claim: the controls went further that
    /// way still.
    case wrongWay
    /// Further than random controls, but no further than the centre.
    case notAboveCentre
    /// Less far than random maps, or than random pixels.
    case worse
    /// No effect shown.
    case notShown
    /// The map is constant, or rounding: it chooses nothing.
    case nothingToShow
  }

  let side: PairSide
  /// Without the pixels.
  let cosine: Double
  /// With all of them, and without the pixels nearest to the centre.
  let clean: Double
  let centre: Double
  /// Of going further than random maps, and than random pixels: the share of controls at least as far,
  /// the map itself counted among them. `nil` where there is nothing to show.
  let furtherThanMaps: Double?
  let furtherThanPixels: Double?
  /// Of going less far.
  let behindMaps: Double?
  let behindPixels: Double?
  /// Of going further than both kinds, the larger p-value, by Holm over all claims of a page.
  package private(set) var adjusted: Double?
  /// The kinds it is shown to go less far than, by Holm over all claims and kinds of a page.
  package private(set) var worseThan: [String] = []
  /// The same of the kinds it goes further than.
  package private(set) var betterThan: [String] = []
  /// What it comes to, once adjusted.
  package private(set) var reading = Reading.nothingToShow

  package init(
    _ side: PairSide, cosine: Double, clean: Double, randomMaps: [Double], randomPixels: [Double],
    centre: Double, isFlat: Bool
  ) {
    self.side = side
    self.cosine = cosine
    self.clean = clean
    self.centre = centre
    // The larger, the further in the direction the map claims.
    let sign: Double = side == .similarity ? -1 : 1
    func share(_ controls: [Double], _ isCounted: (Double) -> Bool) -> Double? {
      isFlat ? nil : Double(1 + controls.count(where: isCounted)) / Double(1 + controls.count)
    }
    furtherThanMaps = share(randomMaps) { sign * $0 >= sign * cosine }
    furtherThanPixels = share(randomPixels) { sign * $0 >= sign * cosine }
    behindMaps = share(randomMaps) { sign * $0 <= sign * cosine }
    behindPixels = share(randomPixels) { sign * $0 <= sign * cosine }
  }

  private var adjustedReading: Reading {
    guard let adjusted else { return .nothingToShow }
    if !worseThan.isEmpty { return .worse }
    guard adjusted <= MapScore.level else { return .notShown }
    let sign: Double = side == .similarity ? -1 : 1
    if sign * cosine <= sign * centre { return .notAboveCentre }
    return movesAsClaimed ? .beatsControls : .wrongWay
  }

  /// Whether the cosine falls without what speaks for one person, or rises without what speaks against.
  private var movesAsClaimed: Bool { side == .similarity ? cosine < clean : cosine > clean }

  static let randomMaps = "random maps"
  static let randomPixels = "random pixels"

  /// Claims of one page, each p-value adjusted over all of them.
  package static func adjusted(_ claims: [RemovalClaim]) -> [RemovalClaim] {
    var found = claims
    let places = found.indices.filter { found[$0].furtherThanMaps != nil }
    // Further than both: the larger of the two (intersection-union).
    let further = places.map {
      max(found[$0].furtherThanMaps ?? 1, found[$0].furtherThanPixels ?? 1)
    }
    // One kind at a time, as far as that can be told by itself.
    let behind = Holm.adjusted(
      places.flatMap { [found[$0].behindMaps ?? 1, found[$0].behindPixels ?? 1] })
    let ahead = Holm.adjusted(
      places.flatMap { [found[$0].furtherThanMaps ?? 1, found[$0].furtherThanPixels ?? 1] })
    for (index, (place, p)) in zip(places, Holm.adjusted(further)).enumerated() {
      found[place].adjusted = p
      func kinds(_ adjusted: [Double]) -> [String] {
        zip([randomMaps, randomPixels], adjusted[2 * index..<2 * index + 2])
          .filter { $0.1 <= MapScore.level }.map(\.0)
      }
      found[place].worseThan = kinds(behind)
      // Nothing is better at what it doesn't do.
      found[place].betterThan = found[place].movesAsClaimed ? kinds(ahead) : []
      found[place].reading = found[place].adjustedReading
    }
    return found
  }
}

extension RemovalClaim {
  /// In few words.
  package var text: String {
    switch reading {
    case .beatsControls: "beats every control"
    case .wrongWay: "the cosine \(side == .similarity ? "rises" : "falls")"
    case .notAboveCentre: "beats chance, not the centre"
    case .worse, .notShown:
      standings.isEmpty ? "no effect shown" : standings.joined(separator: ", ")
    case .nothingToShow: "nothing to show"
    }
  }

  private var standings: [String] {
    [("worse", worseThan), ("better", betterThan)].filter { !$0.1.isEmpty }
      .map { "\($0.0) than \(listed($0.1))" }
  }

  /// What is to be known of a picture of the map that goes about by itself; `nil` where it beats every
  /// control, and where there is no map.
  package var label: String? {
    switch reading {
    case .beatsControls, .nothingToShow: nil
    case .wrongWay: "wrong: \(text)"
    case .notAboveCentre: "not above a centre blob"
    case .worse: "worse than \(listed(worseThan))"
    case .notShown:
      switch betterThan {
      case [Self.randomMaps]: "not above random pixels"
      case [Self.randomPixels]: "not above random maps"
      default: "not shown to beat chance"
      }
    }
  }
}
