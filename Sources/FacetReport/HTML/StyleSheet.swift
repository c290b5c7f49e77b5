import FacetImage

/// The page's style sheet: the theme's colours from the palette, then the rules.
enum StyleSheet {
  static let text = """

    :root{color-scheme:light dark;\(variables(.light, isDark: false))}
    @media screen and (prefers-color-scheme:dark){:root{\(variables(.dark, isDark: true))}}
    \(inks)
    \(StyleRules.text)
    \(StyleRules.print)

    """

  /// The palette as CSS custom properties.
  private static func variables(_ palette: Palette, isDark: Bool) -> String {
    let inks = Ink.all.map { "--\($0.name):\(hex($0.color(in: palette, isDark: isDark)))" }
    let page = [
      ("page", palette.page), ("good", palette.good), ("caution", palette.caution),
      ("bad", palette.bad),
    ].map { "--\($0):\(hex($1))" }
    return (inks + page).joined(separator: ";")
  }

  /// The classes that plots name their colours by.
  private static var inks: String {
    Ink.all.map { ".f-\($0.name){fill:var(--\($0.name))}.k-\($0.name){stroke:var(--\($0.name))}" }
      .joined() + ".f-no{fill:none}"
  }

  private static func hex(_ color: RGB) -> String {
    "#"
      + [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      .joined()
  }
}
