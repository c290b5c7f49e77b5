import ArgumentParser
import FacetWorkbench

struct Crops: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Asks five crops of every photo: do decision and reason survive a shifted face?")

  @OptionGroup var model: ModelOptions

  @Option(name: .shortAndLong, help: "A folder with one folder of photos for each person.")
  var data: String

  @OptionGroup var output: OutputOptions

  @Option(help: "Photos whose five maps are shown.")
  var images = 6

  @OptionGroup var settings: RunOptions

  func run() throws {
    let job = CropsJob(
      .init(
        model: try model.source, data: data, output: output.output, images: images,
        replaces: output.force))
    let (report, _) = try job.run(settings.context())
    say(terminalText(report, folder: output.output))
  }
}
