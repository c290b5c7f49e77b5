import ArgumentParser
import FacetEngine
import FacetWorkbench

extension Unpooling: ExpressibleByArgument {}

struct Layers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what every layer responds to: its strongest units and their photos.",
    discussion: """
      For each layer the units that photos excite most, the patches that do, and what of each patch \
      the unit responded to, by Zeiler and Fergus's deconvolution. The output folder gets report.html, \
      results.json, sheets/*.png and activations/*.png.
      """)

  @OptionGroup var model: ModelOptions

  @Option(name: .shortAndLong, help: "A folder with one folder of photos for each person.")
  var data: String

  @OptionGroup var output: OutputOptions

  @Option(help: "Layers, separated by commas. (default: the last maps of every size)")
  var layers: String?

  @Option(help: "Units shown of each layer.")
  var units = 9

  @Option(help: "Photos shown of each unit.")
  var images = 9

  @Option(help: "Look through at most so many photos, drawn by the seed. (default: all)")
  var sample: Int?

  @Option(help: "What a maximum gets that overlapping pools share.")
  var unpooling = Unpooling.sum

  @OptionGroup var settings: RunOptions

  func run() throws {
    let names = layers.map { $0.split(separator: ",").map { String($0).trimmed } } ?? []
    let job = LayersJob(
      .init(
        model: try model.source, data: data, output: output.output, layers: names, units: units,
        images: images, sample: sample, unpooling: unpooling, replaces: output.force))
    let (report, _) = try job.run(settings.context())
    say(terminalText(report, folder: output.output))
  }
}
