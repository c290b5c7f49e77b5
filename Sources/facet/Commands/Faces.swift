import ArgumentParser
import FacetWorkbench

struct Faces: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes sets of faces.", subcommands: [Render.self])

  struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draws people who don't exist, with a mask of every part of every face.",
      discussion: """
        The folder gets photos/PERSON/0001.png (give this folder to --data), masks/PERSON/0001.png \
        (each pixel's part, named in parts.json) and codes.json (what each person is made of).
        """)

    @OptionGroup var output: OutputOptions

    @Option(help: "People.")
    var people = 15

    @Option(help: "Photos of each.")
    var photos = 50

    @Option(help: "Width and height in pixels.")
    var size = 112

    @Option(help: "How much photos of one person differ, from 0 to 1.")
    var difficulty: Float = 0.6

    @OptionGroup var settings: RunOptions

    func run() throws {
      let job = RenderFacesJob(
        .init(
          output: output.output, people: people, photosPerPerson: photos, size: size,
          difficulty: difficulty, replaces: output.force))
      say(try job.run(settings.context()))
    }
  }
}
