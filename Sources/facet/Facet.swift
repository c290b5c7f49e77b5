import ArgumentParser
import FacetThreads
import FacetWorkbench

@main
struct Facet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet",
    abstract: "Shows what face-recognition networks look at, and how far to believe it.",
    discussion: """
      Start with 'facet demo': it draws faces, trains a small network on them and writes a full \
      report. With your own photos, in a folder of one folder for each person: 'facet train', then \
      'facet report'. Nothing leaves this machine.
      """,
    version: facetVersion,
    groupedSubcommands: [
      CommandGroup(name: "Start here:", subcommands: [Demo.self]),
      CommandGroup(
        name: "Networks and faces:",
        subcommands: [
          Train.self, Report.self, Trust.self, Layers.self, Crops.self, Ensemble.self,
          Evaluate.self, Verify.self,
        ]),
      CommandGroup(
        name: "For scripts:",
        subcommands: [
          Predict.self, Explain.self, Inspect.self, Convert.self, Weights.self, Faces.self,
        ]),
    ])

  static func main() {
    FreedMemory.keep()
    Interruption.removeUnfinishedOutput()
    do {
      var command = try parseAsRoot()
      do {
        try command.run()
      } catch {
        ProgressLine.shared.finish()
        ExitStatus.exit(reporting: error)
      }
    } catch {
      reportUnknownCommand()
      // ArgumentParser's own: help, version and usage errors, with 64 as the exit code.
      exit(withError: error)
    }
  }

  /// Ends the program if it was asked for a command that doesn't exist.
  private static func reportUnknownCommand() {
    let known = configuration.groupedSubcommands.flatMap { $0.subcommands }.map { $0._commandName }
    guard let name = CommandLine.arguments.dropFirst().first, !name.hasPrefix("-"),
      !(known + ["help"]).contains(name)
    else { return }
    ExitStatus.exit(reporting: WorkbenchError.unknownCommand(name, known: known))
  }
}
