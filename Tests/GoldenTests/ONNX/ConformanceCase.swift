import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation

/// One case of ONNX's own test data: a model, inputs and the outputs they must give.
struct ConformanceCase: Sendable {
  enum Outcome: Equatable, Sendable {
    case passed
    case refused(String)
    case failed(String)
  }

  let folder: String
  let name: String
  let path: String

  /// Every case of a folder of `shared/data/onnx_conformance`, by name.
  static func all(in folder: String) throws -> [ConformanceCase] {
    guard let root = SharedData.path("data/onnx_conformance/\(folder)") else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: root).sorted()
      .filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/model.onnx") }
      .map { ConformanceCase(folder: folder, name: $0, path: "\(root)/\($0)") }
  }

  /// The operators of the case and its operator set.
  func operators() throws -> (names: [String], opset: Int) {
    let model = try ONNXModel(contentsOf: path + "/model.onnx")
    var names: [String] = []
    for node in model.graph.nodes where !names.contains(node.opType) { names.append(node.opType) }
    return (names, model.opsetImports[""] ?? 0)
  }

  /// Runs all data sets of the case and compares all outputs.
  func outcome(_ engine: Engine) -> Outcome {
    do {
      let model = try ONNXModel(contentsOf: path + "/model.onnx")
      let constants = Set(model.graph.initializers.map(\.name))
      let inputs = model.graph.inputs.filter { !constants.contains($0.name) }
      let sets = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasPrefix("test_data_set_") }.sorted()
      for set in sets {
        var values: [Tensor] = []
        for index in inputs.indices {
          values.append(try Self.tensor("\(path)/\(set)/input_\(index).pb"))
        }
        for (index, output) in model.graph.outputs.enumerated() {
          let expected = try Self.tensor("\(path)/\(set)/output_\(index).pb")
          var options = ONNXImportOptions()
          options.inputKind = .array
          options.output = output.name
          for (input, value) in zip(inputs, values).dropFirst() {
            options.bindings[input.name] = value
          }
          let imported = try ONNXImporter.model(model, path: name, options: options)
          let x = values.first ?? Tensor([1], [0])
          let y = try engine.forward(imported.model, x).output
          if let difference = Self.difference(y, expected) {
            return .failed("\(output.name): \(difference)")
          }
        }
      }
      return .passed
    } catch let error as ZooError {
      return Self.refusal(error)
    } catch let error as EngineError {
      return .refused("\(error)")
    } catch {
      return .failed("\(error)")
    }
  }

  private static func refusal(_ error: ZooError) -> Outcome {
    switch error {
    case .unsupportedNodes(_, let problems):
      // The first node is the one the case stands for.
      .refused(problems.first?.reason ?? "nothing is said")
    case .unsupported(_, let reason): .refused(reason)
    default: .failed("\(error)")
    }
  }

  static func tensor(_ path: String) throws -> Tensor {
    let tensor = try ONNXTensor(contentsOf: path)
    guard tensor.dims.allSatisfy({ $0 >= 0 }) else { throw CocoaError(.fileReadCorruptFile) }
    return Tensor(Shape(tensor.dims), try tensor.floats())
  }

  /// What is wrong with an output, by ONNX's own tolerances: `|y - x| <= 1e-7 + 1e-3 |x|`.
  static func difference(_ y: Tensor, _ expected: Tensor) -> String? {
    guard y.shape == expected.shape else { return "\(y.shape), expected \(expected.shape)" }
    for (index, (got, want)) in zip(y.scalars, expected.scalars).enumerated() {
      if got == want || got.isNaN && want.isNaN { continue }
      guard abs(got - want) <= 1e-7 + 1e-3 * abs(want) else {
        return "element \(index) is \(got), expected \(want)"
      }
    }
    return nil
  }
}
