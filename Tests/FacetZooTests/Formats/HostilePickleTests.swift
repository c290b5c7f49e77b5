import FacetFiles
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("Pickles that mean harm")
struct HostilePickleTests {
  static let bad: [(name: String, says: [String])] = [
    ("bad-system", ["posix.system", "byte"]), ("bad-eval", ["builtins.eval", "byte"]),
    ("bad-instance", ["os.system", "byte"]), ("bad-system-old", ["posix.system", "byte"]),
    ("bad-deep", ["no dictionary of named tensors"]),
    ("bad-laughs", ["no dictionary of named tensors"]),
    ("bad-cycle", ["no dictionary of named tensors"]), ("bad-claim", ["2147483647"]),
    ("bad-shared", ["shared too often"]), ("bad-nested", ["nested too deep"]),
    ("bad-beyond", ["'w'", "beyond the 4 elements"]), ("bad-negative", ["'w'", "strides [-1]"]),
    ("bad-offset", ["'w'", "element -1"]), ("bad-expanded", ["'w'", "isn't possible"]),
    ("bad-overflow", ["'w'", "isn't possible"]), ("bad-storage", ["'w'", "storage '0'"]),
  ]

  @Test("each is refused by an error that says why", arguments: bad.indices)
  func refused(_ index: Int) {
    let (name, says) = Self.bad[index]
    let path = SharedData.fixture("formats/\(name).pth")
    let error = #expect(throws: ZooError.self, "\(name)") { try PyTorchFile(path).tensors() }
    for part in says + [path] {
      #expect(error?.description.contains(part) == true, "\(part) in \(String(describing: error))")
    }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/facet-was-here"))
  }

  /// What stands in front of the object in the older form.
  static let head: [UInt8] = [
    0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    0x80, 2, 0x4D, 0xE9, 0x03, 0x2E, 0x80, 2, 0x7D, 0x2E,
  ]

  /// The older form with `pickle` as its object and no storages.
  private static func old(_ pickle: [UInt8]) -> FileBytes {
    FileBytes(Data(head + pickle + [0x5D, 0x2E]), path: "some/file")
  }

  static let broken: [(String, [UInt8])] = [
    ("a call of a number", Array("K\u{1})R.".utf8)),
    ("a call without a tuple", Array("cos\nsystem\nNR.".utf8)),
    ("a call of nothing", Array("R.".utf8)), ("an empty stack", Array(".".utf8)),
    ("no mark", Array("t.".utf8)), ("a mark that is taken over", Array("K\u{1}(a.".utf8)),
    ("a memo that is empty", Array("h\u{7}.".utf8)),
    ("a key without a value", Array("}(K\u{1}u.".utf8)),
    ("items of a number", Array("K\u{1}(K\u{1}K\u{1}u.".utf8)),
    ("elements of None", Array("NNa.".utf8)), ("no instruction", [0xFF]),
    ("protocol 6", [0x80, 6, 0x4E, 0x2E]), ("an extension", [0x82, 1, 0x2E]),
    ("a buffer from outside", [0x97, 0x2E]),
    ("text that isn't UTF-8", [0x58, 1, 0, 0, 0, 0xFF, 0x2E]),
    ("a frame beyond the file", [0x95, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E]),
    ("a number without digits", Array("Ix\n.".utf8)), ("a line without end", Array("I12".utf8)),
    ("a reference to a file", Array("X\u{1}\u{0}\u{0}\u{0}aQ.".utf8)),
    ("attributes of None", Array("NNb.".utf8)),
    ("an instance of a number", [0x4B, 1, 0x29, 0x81, 0x2E]),
    ("a tensor of nothing", Array("ctorch._utils\n_rebuild_tensor_v2\n)R.".utf8)),
    ("a parameter of nothing", Array("ctorch._utils\n_rebuild_parameter\n)R.".utf8)),
    ("quantised weights", Array("ctorch._utils\n_rebuild_qtensor\n)R.".utf8)),
    ("pickle.dump", Array("ctorch.storage\n_load_from_bytes\n)R.".utf8)),
  ]

  @Test(
    "broken pickles are refused by an error that names file and byte", arguments: broken.indices)
  func malformed(_ index: Int) {
    let (name, pickle) = Self.broken[index]
    let error = #expect(throws: ZooError.self, "\(name)") { try PyTorchFile(Self.old(pickle)) }
    guard case .malformed("some/file", let offset, _)? = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    #expect(offset >= 25, "\(name)")
  }

  @Test("copies of lists are counted: calls that multiply a small file are refused")
  func copies() {
    // A list of 60,000 elements, and as many calls of list() as follow.
    var pickle = Array("](".utf8) + [UInt8](repeating: 0x4E, count: 60_000) + Array("eq\u{0}0".utf8)
    pickle += Array("c__builtin__\nlist\nq\u{1}0".utf8)
    for _ in 0..<10_000 { pickle += [0x68, 1, 0x68, 0, 0x85, 0x52, 0x30] }
    pickle += Array("N.".utf8)
    let error = #expect(throws: ZooError.self) { try PyTorchFile(Self.old(pickle)) }
    #expect(error?.description.contains("too much work") == true)
  }
}
