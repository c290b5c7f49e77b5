import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("Model files")
struct ModelFileTests {
  let folder: TemporaryFolder
  let model: Model

  init() throws {
    folder = try TemporaryFolder()
    var model = try Architecture.named("small").model(classes: ["Ada", "Zoë \"Z\""], seed: 1)
    model.card.training = TrainingRecord(
      strategy: "scratch", seed: 7, epochs: 3, bestEpoch: 2, options: ["b": "1", "a": "2"],
      train: ["x"], calibration: [], test: ["y"])
    self.model = model
  }

  @Test("a model is the same after its file")
  func roundTrip() throws {
    let path = folder.file("m.safetensors")
    try ModelFile.write(model, to: path)
    let again = try ModelFile.read(path)
    #expect(again == model)
    let x = Tensor.random([1, 3, 96, 96], seed: 1)
    #expect(try Engine().forward(again, x).output == Engine().forward(model, x).output)
    try ModelFile.write(again, to: folder.file("n.safetensors"))
    let files = try ["m", "n"].map {
      try Data(contentsOf: URL(fileURLWithPath: folder.file("\($0).safetensors")))
    }
    #expect(files[0] == files[1])
  }

  @Test("the outline is the model without its numbers, which aren't read")
  func outline() throws {
    let path = folder.file("m.safetensors")
    try ModelFile.write(model, to: path)
    let (graph, card) = try ModelFile.outline(path)
    #expect(graph == model.graph && card == model.card)
    #expect(graph.parameterCount == model.parameterCount)
    #expect(try graph.summary(height: 96, width: 96) == model.summary(height: 96, width: 96))
    #expect(try ModelFile.isModel(path))
    // A tensor that is missing is told from the header alone.
    var file = try SafeTensors(contentsOf: path)
    file.tensors["embedding.bias"] = nil
    try file.write(to: path)
    #expect {
      try ModelFile.outline(path)
    } throws: { "\($0)".contains("'embedding.bias'") && "\($0)".contains("missing") }
  }

  @Test("a converted model survives, too")
  func converted() throws {
    let path = folder.file("m.safetensors")
    let converted = try model.fullyConvolutional()
    try ModelFile.write(converted, to: path)
    #expect(try ModelFile.read(path) == converted)
  }

  @Test("plain weights are told from a model")
  func plain() throws {
    let path = folder.file("plain.safetensors")
    try SafeTensors(tensors: ["a": .zeros([2])]).write(to: path)
    let error = #expect(throws: ZooError.self) { try ModelFile.read(path) }
    guard case .unsupported(path, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// The model's file with its tensors or metadata changed.
  private func changed(_ change: (inout SafeTensors) throws -> Void) throws -> String {
    let path = folder.file("changed.safetensors")
    try ModelFile.write(model, to: path)
    var file = try SafeTensors(contentsOf: path)
    try change(&file)
    try file.write(to: path)
    return path
  }

  @Test("a file whose graph and tensors disagree is refused")
  func disagree() throws {
    let missing = try changed { $0.tensors["embedding.bias"] = nil }
    #expect(
      throws: ZooError.graph(
        path: missing, .missingParameter(name: "embedding.bias", layer: "embedding"))
    ) { try ModelFile.read(missing) }
    let wrong = try changed { $0.tensors["embedding.bias"] = .zeros([31]) }
    #expect(
      throws: ZooError.graph(
        path: wrong, .parameterShape(name: "embedding.bias", expected: [32], got: [31]))
    ) { try ModelFile.read(wrong) }
  }

  @Test("graphs and cards that mean harm are refused")
  func hostile() throws {
    func replaced(_ key: String, _ old: String, _ new: String) throws -> String {
      try changed { file in
        let text = try #require(file.metadata[key])
        try #require(text.contains(old), "\(old)")
        file.metadata[key] = text.replacingOccurrences(of: old, with: new)
      }
    }
    let changes = [
      ("facet.graph", #""groups":1"#, #""groups":0"#),
      ("facet.graph", #""outChannels":16"#, #""outChannels":-16"#),
      ("facet.graph", #""inputs":[{"index":0}]"#, #""inputs":[{"index":9}]"#),
      ("facet.graph", #""output":{"index":"#, #""output":{"index":9"#),
      ("facet.graph", #""nodes":["#, #""nodes":[3,"#),
      ("facet.card", #""height":96"#, #""height":-96"#),
      ("facet.card", #""height":96"#, #""height":9223372036854775807"#),
      ("facet.card", #""camLayer":"features""#, #""camLayer":"feature""#),
      ("facet.card", #"{"#, #""#),
    ]
    for (key, old, new) in changes {
      let path = try replaced(key, old, new)
      let error = #expect(throws: ZooError.self, "\(old)") { try ModelFile.read(path) }
      #expect(error?.description.contains(path) == true)
    }
  }

  @Test("weights of another architecture: the error names key and both shapes")
  func wrongWeights() throws {
    let path = folder.file("weights.safetensors")
    var parameters = model.parameters
    parameters["features.block1.conv.weight"] = .zeros([16, 3, 3, 3])
    parameters["embedding.bias"] = nil
    parameters["stray"] = .zeros([1])
    parameters["features.block1.bn.num_batches_tracked"] = Tensor([], [3])
    try SafeTensors(tensors: parameters).write(to: path)
    let error = #expect(throws: ZooError.self) {
      try Architecture.named("small").model(weights: path)
    }
    guard case .weightsDoNotFit(path, "small", let report)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(report.mismatched.map(\.name) == ["features.block1.conv.weight"])
    #expect(report.mismatched.first?.expected == [16, 3, 5, 5])
    #expect(report.mismatched.first?.got == [16, 3, 3, 3])
    #expect(report.missing == ["embedding.bias"])
    #expect(report.unused == ["stray"])
    let text = try #require(error?.description)
    for part in ["features.block1.conv.weight", "16x3x5x5", "16x3x3x3", "embedding.bias", "stray"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test("a file's weights make the model, with the file's number of classes")
  func weights() throws {
    let path = folder.file("weights.safetensors")
    try SafeTensors(tensors: model.parameters).write(to: path)
    let (read, report) = try Architecture.named("small").model(weights: path, classes: ["a", "b"])
    #expect(read.parameters == model.parameters)
    #expect(read.card.classes == ["a", "b"])
    #expect(report.isComplete && report.unused.isEmpty)
    #expect(report.applied.count == model.parameters.count)
    // Names that don't go with the numbers are not used.
    #expect(
      try Architecture.named("small").model(weights: path, classes: ["a"]).model.card.classes
        .isEmpty)
  }

  static let squeezeNet = "data/weights/squeezenet1_0/squeezenet1_0.safetensors"

  @Test("the published SqueezeNet weights are all used", .enabled(if: SharedData.has(squeezeNet)))
  func published() throws {
    let path = try #require(SharedData.path(Self.squeezeNet))
    let (model, report) = try Architecture.named("squeezenet1_0").model(weights: path)
    #expect(report.isComplete)
    #expect(report.missing.isEmpty && report.unused.isEmpty && report.mismatched.isEmpty)
    #expect(report.applied.count == 52)
    #expect(model.parameterCount == 1_248_424)
    for tensor in model.parameters.values { #expect(tensor.isFinite) }
    let error = #expect(throws: ZooError.self) {
      try Architecture.named("resnet18").model(weights: path)
    }
    #expect(error?.description.contains("missing") == true)
  }
}
