import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Every small file of the project, cut and changed: it is read or refused, never more.
@Suite("Damaged files")
struct DamagedFileTests {
  private static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: SharedData.fixture("formats"))
    return (names ?? []).filter { !$0.hasSuffix(".py") }.sorted()
  }()

  /// The elements that a file gives; `nil` when it is refused.
  private func elements(_ data: Data) -> Int? {
    guard let archive = try? TensorFile.open(FileBytes(data, path: "x")) else { return nil }
    var elements = 0
    for entry in archive.entries {
      elements = max(elements, (try? archive.tensor(entry.name))?.count ?? 0)
    }
    return elements
  }

  private func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: SharedData.fixture("formats/" + name)))
  }

  @Test("the files are there") func present() { #expect(Self.names.count >= 38) }

  @Test("cut after every byte", arguments: names)
  func cut(_ name: String) throws {
    let data = try data(name)
    let whole = elements(data) != nil
    for length in 0..<data.count {
      let read = elements(Data(data.prefix(length)))
      // The older form says nothing of its end; everything else does.
      if whole, length < data.count / 2 { #expect(read == nil, "\(length)") }
      #expect(read ?? 0 <= 1 << 16)
    }
  }

  @Test("bytes changed at random", arguments: names)
  func flips(_ name: String) throws {
    let data = try data(name)
    var stream = RandomStream(seed: 7, data.count)
    for _ in 0..<400 {
      var changed = data
      for _ in 0..<Int.random(in: 1...4, using: &stream) {
        let place = Int.random(in: 0..<changed.count, using: &stream)
        changed[place] = UInt8.random(in: 0...255, using: &stream)
      }
      #expect(elements(changed) ?? 0 <= max(1 << 17, 1032 * data.count))
    }
  }
}
