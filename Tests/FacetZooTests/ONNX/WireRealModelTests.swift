import FacetFiles
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Real models, against what Python's onnx reads of them.
@Suite struct WireRealModelTests {
  private struct Summary: Decodable {
    struct Initializer: Decodable {
      let name: String
      let dims: [Int]
      let type: String
      let sum: Double
      let sha256: String
    }
    let nodes: [String]
    let inputs: [String]
    let outputs: [String]
    let initializers: [Initializer]
  }

  private static func files(_ suffix: String) -> [String] {
    guard let folder = SharedData.path("data") else { return [] }
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
  }

  @Test(
    "models are what onnx says they are",
    .enabled(if: SharedData.has("data/weights/yunet"), "needs ../shared/data"))
  func summaries() throws {
    let json = try Data(contentsOf: URL(fileURLWithPath: SharedData.fixture("onnx/models.json")))
    let summaries = try JSONDecoder().decode([String: Summary].self, from: json)
    #expect(summaries.count == 6)
    for (name, summary) in summaries {
      guard let path = SharedData.path("data/" + name) else { continue }
      let graph = try ONNXModel(contentsOf: path).graph
      #expect(graph.nodes.map(\.opType) == summary.nodes)
      #expect(graph.inputs.map(\.name) == summary.inputs)
      #expect(graph.outputs.map(\.name) == summary.outputs)
      try #require(graph.initializers.count == summary.initializers.count)
      for (tensor, expected) in zip(graph.initializers, summary.initializers) {
        #expect(tensor.name == expected.name)
        #expect(tensor.dims == expected.dims)
        #expect(tensor.dataType.name == expected.type)
        let bytes: Data
        let sum: Double
        if tensor.dataType == .int64 {
          let numbers = try tensor.int64s()
          (bytes, sum) = (
            numbers.withUnsafeBytes { Data($0) }, numbers.reduce(0) { $0 + Double($1) }
          )
        } else {
          let floats = try tensor.floats()
          (bytes, sum) = (floats.withUnsafeBytes { Data($0) }, floats.reduce(0) { $0 + Double($1) })
        }
        #expect(SHA256Digest(of: bytes).hex == expected.sha256, "\(name): \(tensor.name)")
        #expect(abs(sum - expected.sum) <= 1e-9 * max(1, abs(expected.sum)))
      }
    }
  }

  @Test(
    "every model and every tensor of ONNX's test data is read",
    .enabled(if: SharedData.has("data/onnx_conformance"), "needs ../shared/data"))
  func everyFile() throws {
    let models = Self.files(".onnx")
    #expect(models.count > 200)
    for path in models {
      let model = try ONNXModel(contentsOf: path)
      #expect(!model.graph.nodes.isEmpty, "\(path)")
      for tensor in model.allTensors where tensor.dataType.elementType != nil {
        #expect(try tensor.floats().count == tensor.dims.reduce(1, *), "\(path): \(tensor.name)")
      }
    }
    let tensors = Self.files(".pb")
    #expect(tensors.count > 500)
    var others = 0
    for path in tensors {
      // Inputs of some models are sequences and optional values, which are other messages.
      guard let tensor = try? ONNXTensor(contentsOf: path) else {
        others += 1
        continue
      }
      guard tensor.dataType.elementType != nil else { continue }
      #expect(try tensor.floats().count == tensor.dims.reduce(1, *), "\(path)")
    }
    #expect(others < 20)
  }
}
