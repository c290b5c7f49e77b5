import FacetFiles
import FacetReport
import FacetZoo

/// `facet weights list`: what is published, and what of it is here. Opens no connection.
public struct WeightsListing: Sendable {
  public let cache: WeightsCache

  public init(_ cache: WeightsCache = WeightsCache()) { self.cache = cache }

  /// For a terminal.
  public func text() throws -> String {
    let table = Table(
      columns: ["Name", "Weights", "Size", "Top-1", "Top-5", "File", "Fetched"],
      rows: PublishedWeights.all.map { weights in
        [
          .name(weights.architecture), .text(weights.set),
          .number(weights.mebibytes * 1_048_576, .bytes), .percentage(weights.top1),
          .percentage(weights.top5), .name(weights.fileName),
          .text(Self.text(cache.presence(of: weights))),
        ]
      })
    return """
      \(try TextRenderer.render(table))
      Top-1 and top-5: published accuracy on ImageNet. Licence: \(PublishedWeights.licence).
      \(PublishedWeights.terms)
      Folder: \(cache.folder)
      """
  }

  private static func text(_ presence: WeightsCache.Presence) -> String {
    switch presence {
    case .whole: "yes"
    case .part(let bytes): "\(NumberFormat.bytes.string(Double(bytes))) of it"
    case .missing: "no"
    }
  }
}
