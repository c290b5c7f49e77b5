import ArgumentParser
import FacetWorkbench

struct Weights: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists, fetches and checks weights that others publish.",
    discussion: """
      Facet ships no weights and downloads none by itself: 'weights fetch' is the only command that \
      opens a connection, and it sends nothing but the request. Files are kept in FACET_CACHE, or else \
      in ~/.cache/facet/weights.
      """, subcommands: [List.self, Fetch.self, Verify.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the published weights that Facet knows.")

    func run() throws { say(try WeightsListing().text()) }
  }

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Downloads weights, or goes on with a download that broke off.",
      discussion: """
        The file is put in place when its SHA-256 is the published one. Until then it is kept beside \
        its place as a .part, and the next fetch goes on from there. Without a connection, bring the \
        file in a folder and name that with --from. Proxies are taken from https_proxy.
        """)

    @Argument(help: "The network design, such as resnet18; see 'facet weights list'.")
    var name: String

    @Option(
      help: ArgumentHelp(
        "Another server's https address, or a folder that holds the file.",
        discussion: "FACET_WEIGHTS_URL says the same for every fetch.", valueName: "place"))
    var from: String?

    func run() throws {
      say(try FetchWeightsJob(name, from: from).run(ProgressLine.shared.progress(notes: true)))
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Computes the SHA-256 of fetched weights anew and compares it.",
      discussion: "Ends with 65 when a file is not what was published. Deletes nothing.")

    @Argument(help: "A network design; without one, all that are there.")
    var name: String?

    func run() throws {
      let job = try VerifyWeightsJob(name)
      let findings = try job.findings(ProgressLine.shared.progress())
      say(try job.text(findings))
      try job.judge(findings)
    }
  }
}
