import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Files that libFuzzer found while it fed a reader (see Fuzz/README.md): small ones that together
/// reach all that was reached, and any that once did harm. Each is read or refused.
@Suite("Files that fuzzing found")
struct FuzzCorpusTests {
  private static func files(_ reader: String) -> [String] {
    let folder = SharedData.fixture("fuzz/" + reader)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { folder + "/" + $0 }
  }

  /// Reads every file of a folder; the largest number of elements a tensor had for each of its bytes.
  private func read(
    _ reader: String, _ open: (FileBytes) throws -> any TensorArchive
  ) throws -> Int {
    let files = Self.files(reader)
    var ratio = 0
    for file in files {
      let bytes = try FileBytes(path: file)
      do {
        let archive = try open(bytes)
        for entry in archive.entries {
          let count = try archive.tensor(entry.name).count
          #expect(count == entry.shape.count)
          ratio = max(ratio, count / max(bytes.count, 1))
        }
      } catch let error as ZooError {
        #expect(error.description.contains(file))
      }
    }
    return ratio
  }

  @Test("safetensors", .enabled(if: !files("FuzzSafeTensors").isEmpty))
  func safeTensors() throws {
    #expect(try read("FuzzSafeTensors") { try SafeTensorsFile($0) } <= 1)
  }

  @Test("npy, npz and zip", .enabled(if: !files("FuzzNumPy").isEmpty))
  func numPy() throws {
    let ratio = try read("FuzzNumPy") { bytes in
      let isArchive = try bytes.count > 1 && Array(bytes.read(0..<2)) == [0x50, 0x4B]
      return if isArchive { try NPZFile(bytes) } else { try NumPyFile(bytes) }
    }
    #expect(ratio <= 1032)
  }

  @Test("PyTorch")
  func pyTorch() throws {
    #expect(Self.files("FuzzPyTorch").count >= 10)
    #expect(try read("FuzzPyTorch") { try PyTorchFile($0) } <= 1 << 16)
  }

  @Test("ONNX", .enabled(if: !files("FuzzONNX").isEmpty))
  func onnx() throws {
    var options = ONNXImportOptions()
    options.foldingLimit = 1 << 16
    for file in Self.files("FuzzONNX") {
      do {
        let bytes = try FileBytes(path: file)
        let model = try ONNXImporter.model(try ONNXModel(bytes), path: file, options: options).model
        // What is accepted is whole: it goes out again.
        _ = try? ONNXExporter.exported(model, path: file)
      } catch let error as ZooError {
        #expect(error.description.contains(file), "\(error)")
      }
    }
  }
}
