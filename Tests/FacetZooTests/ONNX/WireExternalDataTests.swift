import FacetFiles
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Elements in a file beside the model.
@Suite struct WireExternalDataTests {
  private static let expected = (0..<12).map { Float($0) / 4 }

  private static func weights(_ path: String) throws -> ONNXTensor {
    try #require(try ONNXModel(contentsOf: path).graph.initializers.first)
  }

  private static func fixture(_ name: String) -> String {
    SharedData.fixture("onnx/\(name).onnx")
  }

  @Test func externalElementsAreRead() throws {
    let tensor = try Self.weights(Self.fixture("external"))
    #expect(tensor.externalData?.location == "external.bin")
    #expect(tensor.externalData?.offset == 8)
    #expect(tensor.externalData?.length == 48)
    #expect(try tensor.floats() == Self.expected)
    #expect(tensor == ONNXTensor(name: "w", dims: [3, 4], floats: Self.expected))

    let rest = try Self.weights(Self.fixture("external-rest"))
    #expect(rest.externalData?.length == nil)
    #expect(try rest.floats() == Self.expected)
  }

  @Test(
    "a place that isn't in the model's folder or file is refused",
    arguments: [
      ("external-absolute", "'/etc/passwd', which is no path inside the model's folder"),
      ("external-parent", "'down/../../external.bin', which is no path inside"),
      ("external-beyond", "of 56 bytes; 48 bytes from byte 12 on are needed"),
      ("external-far", "48 bytes from byte 9223372036854775807 on are needed"),
      ("external-length", "in 44 bytes; 48 are needed"),
    ])
  func refusedPlaces(_ name: String, _ reason: String) throws {
    let tensor = try Self.weights(Self.fixture(name))
    let error = #expect(throws: ZooError.self) { try tensor.floats() }
    #expect(error?.reason?.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\(name).onnx") == true)
  }

  @Test func anAbsentFileIsNamedWithItsModel() throws {
    let tensor = try Self.weights(Self.fixture("external-absent"))
    let error = #expect(throws: ZooError.self) { try tensor.floats() }
    let text = error?.description ?? ""
    #expect(text.contains("external-absent.onnx"))
    #expect(text.contains("the tensor 'w'") || text.contains("tensor 'w'"))
    #expect(text.contains("there is no \(SharedData.fixture("onnx/absent.bin"))"))
  }

  @Test func aNegativeOffsetIsRefused() {
    let error = #expect(throws: ZooError.self) {
      try ONNXModel(contentsOf: Self.fixture("external-number"))
    }
    #expect(error?.reason?.contains("has '-8' for its offset in bytes") == true)
  }

  @Test func linksAreFollowedInsideTheFolderOnly() throws {
    let outside = try TemporaryFolder()
    let home = try TemporaryFolder()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.fixture("external-link")))
    let elements = Self.expected.withUnsafeBytes { Data($0) }
    try bytes.write(to: URL(fileURLWithPath: home.file("model.onnx")))
    try elements.write(to: URL(fileURLWithPath: home.file("inside.bin")))
    try elements.write(to: URL(fileURLWithPath: outside.file("secret.bin")))
    let files = FileManager.default

    try files.createSymbolicLink(
      atPath: home.file("link.bin"), withDestinationPath: home.file("inside.bin"))
    #expect(try Self.weights(home.file("model.onnx")).floats() == Self.expected)

    try files.removeItem(atPath: home.file("link.bin"))
    try files.createSymbolicLink(
      atPath: home.file("link.bin"), withDestinationPath: outside.file("secret.bin"))
    let error = #expect(throws: ZooError.self) {
      try Self.weights(home.file("model.onnx")).floats()
    }
    #expect(error?.reason?.contains("a link that leads out of the model's folder") == true)

    // A folder whose name merely starts like the model's is outside, too.
    let twin = home.path + "-twin"
    try files.createDirectory(atPath: twin, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: twin) }
    try elements.write(to: URL(fileURLWithPath: twin + "/secret.bin"))
    try files.removeItem(atPath: home.file("link.bin"))
    try files.createSymbolicLink(
      atPath: home.file("link.bin"), withDestinationPath: twin + "/secret.bin")
    #expect(throws: ZooError.self) { try Self.weights(home.file("model.onnx")).floats() }

    // A folder or a pipe instead of a file.
    try files.removeItem(atPath: home.file("link.bin"))
    try files.createDirectory(atPath: home.file("link.bin"), withIntermediateDirectories: true)
    let folder = #expect(throws: ZooError.self) {
      try Self.weights(home.file("model.onnx")).floats()
    }
    #expect(folder?.description.contains("model.onnx") == true)
    try files.removeItem(atPath: home.file("link.bin"))
    #expect(mkfifo(home.file("link.bin"), 0o600) == 0)
    #expect(throws: ZooError.self) { try Self.weights(home.file("model.onnx")).floats() }
  }

  @Test func aModelInMemoryHasNoFolder() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.fixture("external")))
    let model = try ONNXModel(FileBytes(data, path: "memory.onnx"))
    let error = #expect(throws: ZooError.self) { try model.graph.initializers.first?.floats() }
    #expect(error?.reason?.contains("open the model from its folder") == true)
  }

  @Test(
    "locations that hide what they are are refused",
    arguments: [
      "..", "../x", "a/..", "/x", "/\u{301}etc", "..\u{0}", "a\u{0}b", "a/../\u{301}b", "./../x",
    ])
  func hiddenLocations(_ location: String) throws {
    let entry = WireBytes().text(1, "location").text(2, location)
    let tensor = try ONNXTensor(Self.file(entry))
    let error = #expect(throws: ZooError.self) { try tensor.floats() }
    #expect(error?.reason?.contains("no path inside the model's folder") == true)
  }

  private static func file(_ entry: WireBytes) throws -> String {
    let path = NSTemporaryDirectory() + "/facet-\(UUID().uuidString).pb"
    try Data(WireBytes.tensor([1], 1).message(13, entry).int(14, 1).bytes)
      .write(to: URL(fileURLWithPath: path))
    return path
  }
}

extension ONNXTensor {
  /// Reads a tensor and removes its file; open files stay readable.
  fileprivate init(_ path: String) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try self.init(contentsOf: path)
  }
}
