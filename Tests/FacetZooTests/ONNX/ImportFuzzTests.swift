import FacetFiles
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Bytes of good files changed at random: whatever comes out is a graph or an error, never a trap.
@Suite struct ImportFuzzTests {
  static let names: [String] = {
    let folder = SharedData.fixture("onnx/graphs")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.sorted()
  }()

  @Test func thereAreFiles() { #expect(Self.names.count == 56) }

  @Test(arguments: names)
  func changedFilesGiveGraphsOrErrors(name: String) throws {
    let good = try Data(contentsOf: URL(fileURLWithPath: SharedData.fixture("onnx/graphs/\(name)")))
    let key = name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF
    var stream = RandomStream(seed: 77, key)
    var outcomes = (graphs: 0, errors: 0)
    for _ in 0..<60 {
      var bytes = good
      for _ in 0..<1 + Int(stream.uniform(in: 0...3)) {
        let place = min(Int(stream.uniform(in: 0...1) * Float(bytes.count)), bytes.count - 1)
        bytes[place] = UInt8(Int(stream.uniform(in: 0...255)))
      }
      var options = ONNXImportOptions()
      options.foldingLimit = 1 << 16
      do {
        let model = try ONNXModel(FileBytes(bytes, path: name))
        _ = try ONNXImporter.model(model, options: options)
        outcomes.graphs += 1
      } catch {
        #expect(!error.description.isEmpty)
        outcomes.errors += 1
      }
    }
    // Changed weights leave a graph, changed structure doesn't.
    #expect(outcomes.graphs + outcomes.errors == 60)
  }

  /// Numbers of attributes and shapes are changed to extremes, where random bytes seldom get.
  @Test(arguments: names)
  func extremeNumbersGiveGraphsOrErrors(name: String) throws {
    let good = try ONNXModel(contentsOf: SharedData.fixture("onnx/graphs/\(name)"))
    let extremes = [Int.max, .min, -1, 0, 1 << 32, 1 << 62, -(1 << 62), 7]
    var options = ONNXImportOptions()
    options.foldingLimit = 1 << 16
    func check(_ model: ONNXModel) {
      do { _ = try ONNXImporter.model(model, options: options) } catch {
        #expect(!error.description.isEmpty)
      }
    }
    for extreme in extremes {
      for (index, node) in good.graph.nodes.enumerated() {
        for (key, attribute) in node.attributes {
          var model = good
          switch attribute {
          case .int: model.graph.nodes[index].attributes[key] = .int(extreme)
          case .ints(let values):
            for place in values.indices {
              var changed = values
              changed[place] = extreme
              model.graph.nodes[index].attributes[key] = .ints(changed)
              check(model)
            }
          case .float: model.graph.nodes[index].attributes[key] = .float(.nan)
          default: continue
          }
          check(model)
        }
      }
      for (index, tensor) in good.graph.initializers.enumerated() where tensor.dataType == .int64 {
        let values = try tensor.int64s()
        for place in values.indices {
          var changed = values
          changed[place] = Int64(extreme)
          var model = good
          model.graph.initializers[index] = ONNXTensor(
            name: tensor.name, dims: tensor.dims, int64s: changed)
          check(model)
        }
      }
      for axis in good.graph.inputs[0].dims?.indices ?? 0..<0 {
        var model = good
        var dims = good.graph.inputs[0].dims ?? []
        dims[axis] = .known(extreme)
        model.graph.inputs[0] = ONNXValueInfo(
          name: "x", elementType: good.graph.inputs[0].elementType ?? .float, dims: dims)
        check(model)
      }
    }
  }
}
