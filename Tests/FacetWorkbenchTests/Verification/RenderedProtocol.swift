import FacetFaces
import FacetImage
import FacetTestSupport
import FacetWorkbench
import FacetZoo
import Foundation

/// Rendered faces laid out as LFW's, a list of pairs, and a network with random weights.
final class RenderedProtocol: Sendable {
  let folder: TemporaryFolder
  static let photos = 3

  var images: String { folder.file("images") }
  var list: String { folder.file("pairs.txt") }
  var model: String { folder.file("model.safetensors") }
  var cache: String { folder.file("cache/embeddings") }

  /// Four folds of three people: three genuine and three impostor pairs each, of 36 images.
  init() throws {
    folder = try TemporaryFolder()
    let faces = try RenderedFaceSet(people: 12, photosPerPerson: Self.photos, size: 48, seed: 5)
    for person in 0..<12 {
      for photo in 0..<Self.photos {
        let path = file(person, photo + 1)
        try FileManager.default.createDirectory(
          atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
          withIntermediateDirectories: true)
        try PNGWriter.write(faces.face(person, photo).image, to: path)
      }
    }
    var lines = ["4\t3"]
    for fold in 0..<4 {
      let people = (0..<3).map { 3 * fold + $0 }
      lines += people.map { "\(Self.name($0))\t1\t2" }
      lines += people.indices.map { i in
        "\(Self.name(people[i]))\t3\t\(Self.name(people[(i + 1) % 3]))\t1"
      }
    }
    try write(lines.joined(separator: "\n") + "\n", to: "pairs.txt")
    try saveModel(seed: 1)
  }

  func saveModel(seed: UInt64) throws {
    try ModelFile.write(
      Architecture.named("small").model(classes: ["a", "b"], seed: seed), to: model)
  }

  static func name(_ person: Int) -> String { "P_\(person)" }

  func file(_ person: Int, _ photo: Int) -> String {
    "\(images)/\(Self.name(person))/\(Self.name(person))_000\(photo).png"
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
  }

  /// - Parameter kept: whether embeddings are kept and used.
  func job(
    pairs: String? = nil, output: String? = nil, threshold: Double? = nil, kept: Bool = false
  ) -> EvaluateJob {
    EvaluateJob(
      .network(
        .init(
          model: .file(model), pairs: pairs.map(folder.file) ?? list, images: images,
          cacheFolder: kept ? cache : nil)),
      threshold: threshold, output: output.map(folder.file))
  }

  func run(_ job: EvaluateJob? = nil) throws -> EvaluateJob.Result {
    try (job ?? self.job()).run(JobContext())
  }

  /// The one file of kept embeddings.
  func cacheFile() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: cache)
    guard names.count == 1 else { throw CocoaError(.fileReadNoSuchFile) }
    return cache + "/" + names[0]
  }
}
