import Foundation
import Mustache

/// Renders a report as one HTML page that needs nothing else: style sheet, script, plots and
/// pictures are in it, and its security policy forbids every request.
public enum HTMLRenderer {
  /// The page of `report`; the same report gives the same text.
  ///
  /// - Parameter figureFolder: the folder beside the page that has a PNG of each figure, to be
  ///   linked to; `nil` when there is none.
  /// - Throws: `ReportError.tableRow`, `.plotParts` when a table or a plot does not fit together.
  public static func render(
    _ report: Report, figureFolder: String? = nil
  ) throws(ReportError) -> String {
    var builder = PageBuilder(report, figureFolder: figureFolder)
    let page = try builder.page()
    let library = try library()
    guard let text = library.render(page, withTemplate: "page") else {
      throw .template(name: "page", reason: "it is not in the library")
    }
    return text
  }

  private static func library() throws(ReportError) -> MustacheLibrary {
    var library = MustacheLibrary()
    for (name, template) in PageTemplates.all {
      do {
        try library.register(template, named: name)
      } catch {
        throw .template(name: name, reason: "\(error)")
      }
    }
    return library
  }
}

extension Report {
  /// The name of each figure's PNG without its ending, in the order of ``figures``: the figure's
  /// own, numbered where an earlier figure has it.
  var figureNames: [String] {
    var used = Set<String>()
    return figures.map { figure in
      let wanted = Figure.slug(figure.name)
      var name = wanted
      var number = 2
      while !used.insert(name).inserted {
        name = "\(wanted)-\(number)"
        number += 1
      }
      return name
    }
  }
}
