extension PageBuilder {
  mutating func view(_ gallery: HeatmapGallery) -> GalleryView {
    let scale = gallery.scale
    let gradient = Self.gradient(scale.stops)
    let percent = gallery.initialFade.isFinite ? max(0, min(1, gallery.initialFade)) * 100 : 60
    return GalleryView(
      title: PageText(gallery.title), caption: PageText(gallery.caption),
      label: PageText(gallery.title.isEmpty ? "Heatmaps" : gallery.title),
      percent: Int(percent.rounded()), hasScale: !gradient.isEmpty,
      quantity: PageText(scale.quantity), low: PageText(scale.format.string(scale.low)),
      high: PageText(scale.format.string(scale.high)), gradient: Markup(renderText: gradient),
      sharing: PageText(scale.sharing),
      hasOwnScale: gallery.cards.contains { $0.panels.contains { $0.ownScaleMap != nil } },
      cards: gallery.cards.map { view($0) })
  }

  private mutating func view(_ card: HeatmapCard) -> GalleryView.CardView {
    let outcome: ToneView =
      switch card.isRight {
      case true?: ToneView("right", .good)
      case false?: ToneView("wrong", .bad)
      case nil: ToneView("", .neutral)
      }
    let photo = images.element(card.photo, alternative: "Photo \(card.name)")
    return GalleryView.CardView(
      name: PageText(card.name), predicted: PageText(card.predicted),
      probability: PageText(card.probability.map(NumberFormat.percent(1).string) ?? ""),
      truth: PageText(card.truth ?? ""), note: PageText(card.note), outcome: outcome,
      photo: photo, photoTitle: PageText(card.photoTitle),
      row: PageText(card.picturesPerRow.map { "\(max(1, min(12, $0)))" } ?? ""),
      panels: card.panels.map { view($0, of: card) },
      folded: card.folded.map { [view($0)] } ?? [])
  }

  private mutating func view(_ panel: HeatmapPanel, of card: HeatmapCard) -> GalleryView.PanelView {
    let alternative = panel.map == nil ? panel.method : "\(panel.method) map of \(card.name)"
    var map = Markup(renderText: "")
    if let shared = panel.map {
      map = images.element(
        shared, alternative: alternative,
        classes: panel.ownScaleMap == nil ? "map" : "map shared-scale")
    }
    if let own = panel.ownScaleMap {
      let other = images.element(
        own, alternative: alternative + ", by its own strongest value", classes: "map own-scale")
      map = Markup(renderText: map.renderText + other.renderText)
    }
    return GalleryView.PanelView(
      method: PageText(panel.method),
      enlarge: PageText("Enlarge \(panel.method) of \(card.name)"),
      photo: images.element(
        panel.photo ?? card.photo, alternative: panel.map == nil ? alternative : ""), map: map,
      values: panel.values.map(DefinitionView.init))
  }

  mutating func view(_ grid: ImageGrid) -> GridView {
    GridView(
      caption: PageText(grid.caption), itemWidth: max(24, min(1000, grid.itemWidth)),
      kind: grid.isPixelated ? "pixelated" : "smooth",
      items: grid.items.map { item in
        GridView.ItemView(
          picture: images.element(item.image, alternative: item.alternative),
          caption: PageText(item.caption),
          link: PageText(item.link.flatMap(Self.relative) ?? ""),
          enlarge: PageText("Enlarge \(item.alternative)"),
          badge: item.badge.map { [ToneView($0.text, $0.tone)] } ?? [])
      })
  }

  /// The colours of a scale as the arguments of a CSS gradient; empty when one is not `#rrggbb`.
  private static func gradient(_ stops: [String]) -> String {
    let isValid = stops.allSatisfy { stop in
      stop.utf8.count == 7 && stop.hasPrefix("#")
        && stop.utf8.dropFirst().allSatisfy {
          (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0)
        }
    }
    return isValid && stops.count >= 2 ? stops.joined(separator: ",") : ""
  }

  /// `path` when it is a relative path to a file beside the page, percent-encoded; else `nil`.
  private static func relative(_ path: String) -> String? {
    var encoded = ""
    for byte in path.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "/"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (hex.count < 2 ? "0" : "") + hex
      }
    }
    let isInside = !encoded.split(separator: "/").contains("..")
    return encoded.isEmpty || encoded.hasPrefix("/") || !isInside ? nil : encoded
  }
}
