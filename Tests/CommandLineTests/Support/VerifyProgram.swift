import FacetFiles
import FacetTestSupport
import Testing

/// `facet verify` with the network of ``TrainedNetwork``.
enum VerifyProgram {
  /// Few masks, and one seed.
  private static let quick = ["--masks", "24", "--seed", "3"]

  /// What a run that succeeds prints.
  static func run(_ output: String, _ arguments: String...) throws -> String {
    try run(output, arguments)
  }

  static func run(_ output: String, _ arguments: [String]) throws -> String {
    let outcome = try FacetProgram.run(
      ["verify", "--model", try TrainedNetwork.shared().model, "--output", output] + arguments
        + quick)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors == "")
    return outcome.output
  }

  /// Every file of a map is in the manifest with what it is of, and by its own bytes.
  static func checkManifest(_ files: JSON, _ output: String, pictures: Int, maps: Int) throws {
    let count = try #require(files.count)
    let listed = try (0..<count).map { try #require(files[$0].file.string) }
    let written = try ["heatmaps", "maps"].flatMap { folder in
      try names(in: "\(output)/\(folder)").map { "\(folder)/\($0)" }
    }
    #expect(listed.sorted() == written)
    for index in 0..<count {
      let file = files[index]
      #expect(file.method.string != nil && file.face.string != nil && file.photo.string != nil)
      #expect(file.options.objective.string != nil)
      let isOfLayer = file.method.string == "gradcam" || file.method.string == "additive"
      #expect((file.layer.string != nil) == isOfLayer)
      let hash = SHA256Digest(of: try bytes("\(output)/\(listed[index])")).hex
      #expect(file.sha256.string == hash)
    }
    #expect((0..<count).count { files[$0].kind.string == "heatmap" } == pictures)
    #expect((0..<count).count { files[$0].side.string == nil } == maps)
  }
}
