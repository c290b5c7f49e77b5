import ArgumentParser
import FacetWorkbench

struct Trust: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how far each method's heatmaps can be believed on a model.",
    discussion: """
      Faces are drawn whose parts are known; methods are held against the truth, against maps that know \
      nothing of the network, and against random weights. With --data, on your photos too.
      """)

  @OptionGroup var model: ModelOptions

  @Option(name: .shortAndLong, help: "A folder with one folder of photos for each person.")
  var data: String?

  @OptionGroup var people: GalleryOptions

  @OptionGroup var output: OutputOptions

  @Option(
    help:
      "Methods, separated by commas. (default: \(MapMethod.trustNames.joined(separator: ", ")))")
  var methods: String?

  @Option(help: "Drawn faces, and photos, at most.")
  var images = 24

  @Option(
    help: ArgumentHelp(
      "Seconds for all that is measured. (default: as long as it takes)",
      discussion: "Every part has a share; the page says how many samples each one used."))
  var budget: Double?

  @Option(
    help: ArgumentHelp(
      "A folder of whole scenes, for the pointing game.",
      discussion: """
        Its boxes.csv has the columns file,identity,x0,y0,x1,y1 (pixels); pictures lie beside it or in a \
        folder for each identity.
        """))
  var scenes: String?

  @OptionGroup var settings: RunOptions

  func run() throws {
    var options = TrustJob.Options(
      model: try model.source, data: data, output: output.output,
      methods: methods.map { $0.split(separator: ",").map { String($0).trimmed } }
        ?? MapMethod.trustNames, images: images, budget: budget, replaces: output.force)
    options.gallery = people.gallery
    options.scenes = scenes
    let (report, _) = try TrustJob(options).run(settings.context())
    say(terminalText(report, folder: output.output))
  }
}
