/// A plot with its heading and caption. A page has it as a drawing that follows the reader's light
/// or dark theme; a PNG of it on white stands in a file beside the page.
public struct Figure: Codable, Equatable, Sendable {
  /// The name of the PNG file without its ending, made of `a-z0-9-`; by default from the title. A
  /// report in which two figures have one name numbers the later ones.
  public var name: String
  public var title: String
  /// What to see in the plot, one or two sentences; may be empty.
  public var caption: String
  public var plot: Plot
  public var width: Width
  /// The definition of what is plotted; it goes to the glossary.
  public var definition: Definition?

  /// How much of the page's width the figure takes; two halves in a row stand side by side.
  public enum Width: String, Codable, Hashable, Sendable {
    case full
    case half
  }

  public init(
    _ title: String, _ plot: Plot, caption: String = "", name: String? = nil,
    width: Width = .full, definition: Definition? = nil
  ) {
    self.name = Figure.slug(name ?? title)
    self.title = title
    self.caption = caption
    self.plot = plot
    self.width = width
    self.definition = definition
  }

  /// `text` in `a-z0-9-`, at most 60 characters; `figure` when nothing of it is left.
  public static func slug(_ text: String) -> String {
    var slug = ""
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
      default: if !slug.isEmpty && slug.last != "-" { slug += "-" }
      }
    }
    let cut = slug.prefix(60)
    let trimmed = cut.hasSuffix("-") ? cut.dropLast() : cut
    return trimmed.isEmpty ? "figure" : String(trimmed)
  }
}

/// What a figure draws.
public enum Plot: Codable, Equatable, Sendable {
  case line(LinePlot)
  case bars(BarChart)
  case histogram(HistogramPlot)
  case scatter(ScatterPlot)
  case matrix(MatrixPlot)
  case strip(StripPlot)
}
