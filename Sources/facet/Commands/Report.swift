import ArgumentParser
import FacetWorkbench

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a page on how well a model knows faces and where it looks.",
    discussion: """
      The output folder gets report.html (one file, opens offline), results.json, scores.csv, \
      predictions.csv, the raw maps (maps/*.npy) and their pictures (heatmaps/*.png).
      """)

  @OptionGroup var model: ModelOptions

  @Option(name: .shortAndLong, help: "A folder with one folder of photos for each person.")
  var data: String

  @OptionGroup var people: GalleryOptions

  @OptionGroup var output: OutputOptions

  @Option(help: "Methods, separated by commas.")
  var methods = MapMethod.standardNames.joined(separator: ",")

  @Option(help: "The layer class activation maps look at. (default: the model's)")
  var layer: String?

  @Option(
    help:
      "Photos with maps, at least; every photo that is named wrongly is among them, up to 40, and first."
  )
  var images = 12

  @Option(
    help: ArgumentHelp(
      "Seconds for the evidence beside the maps. (default: as long as it takes)",
      discussion: "The page says how many photos each part of it is of."))
  var budget: Double?

  @OptionGroup var settings: RunOptions

  func run() throws {
    var options = ReportJob.Options(
      model: try model.source, data: data, output: output.output,
      methods: methods.split(separator: ",").map { String($0).trimmed }, layer: layer,
      images: images, replaces: output.force)
    options.gallery = people.gallery
    options.budget = budget
    let (report, _) = try ReportJob(options).run(settings.context())
    say(terminalText(report, folder: output.output))
  }
}
