import ArgumentParser
import FacetWorkbench

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes error rates from a table of scores.",
    discussion: """
      The table is CSV with the columns probe, reference, same (0 or 1) and score (larger is more \
      alike). Images are named person/photo; people are what the bootstrap resamples.
      """)

  @Option(help: "The table, .csv.")
  var scores: String

  @Option(help: "The decision threshold. (default: the EER's, with a warning)")
  var threshold: Double?

  @Option(name: .shortAndLong, help: "A folder for a report; it must be new or empty.")
  var output: String?

  @Flag(help: "Replace the output folder if it holds something.")
  var force = false

  @OptionGroup var settings: RunOptions

  func run() throws {
    let job = EvaluateJob(scores: scores, threshold: threshold, output: output, replaces: force)
    let report = try job.run(settings.context())
    say(terminalText(report, folder: output))
  }
}
