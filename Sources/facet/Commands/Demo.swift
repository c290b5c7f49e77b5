import ArgumentParser
import FacetWorkbench

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws faces, trains a small network on them, and writes a full report.",
    discussion: "Needs no data and no network, and takes two to three minutes on two cores.")

  @Option(name: .shortAndLong, help: "The folder to write; it must be new or empty.")
  var output = "facet-demo"

  @Flag(help: "Replace the output folder if it holds something.")
  var force = false

  @Option(help: "People to draw.")
  var people = 15

  @Option(help: "Photos of each.")
  var photos = 50

  @Option(help: "Epochs at most.")
  var epochs: Int?

  @OptionGroup var settings: RunOptions

  func run() throws {
    let job = DemoJob(
      .init(
        output: output, people: people, photosPerPerson: photos, epochs: epochs, replaces: force))
    let report = try job.run(settings.context(notes: true))
    say(terminalText(report, folder: output))
  }
}
