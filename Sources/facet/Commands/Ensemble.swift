import ArgumentParser
import FacetWorkbench

struct Ensemble: ParsableCommand {
  /// How members come to look at different parts of the face.
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case selection
  }

  static let configuration = CommandConfiguration(
    abstract: "Trains small networks and chooses those that look at different parts of the face.",
    discussion: """
      The choice is judged beside the best single network, the most accurate ones, all of them and \
      every other subset of the same size; 'no effect shown' is a result.
      """)

  @Option(name: .shortAndLong, help: "A folder with one folder of photos for each person.")
  var data: String

  @OptionGroup var output: OutputOptions

  @Option(help: "How members are found.")
  var method = Choice.selection

  @Option(help: "Networks to train, 2 to 20.")
  var candidates = 6

  @Option(help: "Networks to choose, 2 to 5.")
  var members = 3

  @Option(help: "Epochs of each network at most.")
  var epochs = 25

  @OptionGroup var settings: RunOptions

  func run() throws {
    let job = EnsembleJob(
      .init(
        data: data, output: output.output, candidates: candidates, members: members,
        epochs: epochs, replaces: output.force))
    let (report, _) = try job.run(settings.context(notes: true))
    say(terminalText(report, folder: output.output))
  }
}
