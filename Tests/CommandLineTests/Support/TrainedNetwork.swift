import FacetTestSupport
import FacetZoo
import Testing

/// A small rendered set, a network trained on it and its report, made once for all tests below
/// ``WithNetwork`` and removed after them.
struct TrainedNetwork: Sendable {
  private let folder: TemporaryFolder

  /// Four people, ten photos each.
  var photos: String { folder.file("faces/photos") }
  var photo: String { photos + "/ada/0001.png" }
  var model: String { folder.file("small.safetensors") }
  var report: String { folder.file("report") }

  static let seed = "7"

  init() throws {
    folder = try TemporaryFolder()
    try FacetProgram.succeed(
      "faces", "render", "--output", folder.file("faces"), "--people", "4", "--photos", "10",
      "--size", "64", "--seed", Self.seed)
    try FacetProgram.succeed(
      "train", "--data", photos, "--output", model, "--epochs", "10", "--seed", Self.seed)
    try FacetProgram.succeed(
      "report", "--model", model, "--data", photos, "--output", report, "--images", "4", "--seed",
      Self.seed)
  }

  /// The training record in the model file.
  func record() throws -> JSON {
    let card = try SafeTensors(contentsOf: model).metadata["facet.card"]
    return try JSON(text: #require(card)).training
  }

  /// How many photos went where.
  func parts() throws -> (train: Int, calibration: Int, test: Int) {
    let record = try record()
    return try (
      #require(record.train.count), #require(record.calibration.count),
      #require(record.test.count)
    )
  }

  @TaskLocal private static var current: TrainedNetwork?

  /// The one of the running test.
  static func shared() throws -> TrainedNetwork { try #require(current) }

  /// Makes the network before a suite's first test.
  struct Scope: SuiteTrait, TestScoping {
    func provideScope(
      for test: Test, testCase: Test.Case?, performing function: () async throws -> Void
    ) async throws {
      try await TrainedNetwork.$current.withValue(TrainedNetwork(), operation: function)
    }
  }
}

/// Tests that need a trained network.
@Suite("With a trained network", TrainedNetwork.Scope()) struct WithNetwork {}
