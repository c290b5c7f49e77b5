import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("PyTorch's files")
struct PyTorchFileTests {
  static func open(_ name: String) throws -> PyTorchFile {
    try PyTorchFile(SharedData.fixture("formats/" + name))
  }

  /// What the recipe fills tensors with: quarters from `start` on, in row-major order.
  private func ramp(_ shape: Shape, start: Float = 0) -> Tensor {
    Tensor(shape, (0..<shape.count).map { Float($0) / 4 + start })
  }

  private func expectState(_ file: PyTorchFile) throws {
    #expect(file.entries.map(\.name) == ["conv.weight", "conv.bias"])
    #expect(try file.tensor("conv.weight") == ramp([2, 3, 2, 2]))
    #expect(try file.tensor("conv.bias") == ramp([2], start: 1))
  }

  @Test(
    "state dictionaries: both forms, all protocols, nested and wrapped, packed, and big-endian",
    arguments: [
      "state-zip", "state-old", "nested-zip", "nested-old", "protocol-3", "protocol-4",
      "protocol-5",
      "state-deflated", "state-big-endian",
    ])
  func state(_ name: String) throws { try expectState(Self.open(name + ".pth")) }

  @Test(
    "every type and every way of lying in a storage; the same by safetensors' own writer",
    arguments: ["kinds-zip.pth", "kinds-old.pth", "kinds.safetensors"])
  func kinds(_ name: String) throws {
    let file = try TensorFile.open(SharedData.fixture("formats/" + name))
    var expected: [(String, ElementType, Tensor)] = [
      ("float64", .float64, ramp([3])), ("float16", .float16, ramp([3])),
      ("bfloat16", .bfloat16, ramp([3])),
    ]
    for type: ElementType in [.int64, .int32, .int16, .int8, .uint8] {
      expected.append((type.rawValue, type, Tensor([5], [2, 3, 4, 5, 6])))
    }
    for type: ElementType in [.uint16, .uint32, .uint64] {
      expected.append((type.rawValue, type, Tensor([5], [0, 1, 2, 3, 4])))
    }
    let base = ramp([4, 6])
    func from(_ shape: Shape, _ element: (Int, Int) -> Float) -> Tensor {
      Tensor(shape, (0..<shape.count).map { element($0 / shape[1], $0 % shape[1]) })
    }
    expected += [
      ("bool", .bool, Tensor([3], [1, 0, 1])), ("scalar", .int64, Tensor([], [7])),
      ("none", .float32, .zeros([0, 3])),
      ("transposed", .float32, from([6, 4]) { base[$1, $0] }),
      ("columns", .float32, from([4, 3]) { base[$0, 1 + 2 * $1] }),
      ("rows", .float32, base.slices(1..<3)), ("tied", .float32, base),
      ("expanded", .float32, Tensor([3, 4], repeating: 5)),
      ("channels_last", .float32, ramp([1, 2, 3, 2])),
      ("first", .float32, ramp([4])), ("second", .float32, ramp([6], start: 1)),
    ]
    if file is PyTorchFile {
      #expect(file.entries.map(\.name) == expected.map(\.0))
    } else {
      // safetensors' own writer sorts by type.
      #expect(file.entries.map(\.name).sorted() == expected.map(\.0).sorted())
    }
    for (name, type, tensor) in expected {
      let entry = try #require(file.entries.first { $0.name == name })
      #expect(entry.type == type, "\(name)")
      #expect(entry.shape == tensor.shape, "\(name)")
      #expect(try file.tensor(name) == tensor, "\(name)")
    }
  }

  @Test(
    "a network that was saved whole has the names of its state dictionary",
    arguments: ["module-zip", "module-old", "module-inside"])
  func module(_ name: String) throws {
    let file = try Self.open(name + ".pth")
    let shapes: [(String, Shape)] = [
      ("kept", [2]), ("layer1.0.weight", [2, 1, 3, 3]), ("layer1.0.bias", [2]),
      ("layer1.1.weight", [2]), ("layer1.1.bias", [2]), ("layer1.1.running_mean", [2]),
      ("layer1.1.running_var", [2]), ("layer1.1.num_batches_tracked", []), ("fc.weight", [3, 2]),
    ]
    #expect(file.entries.map(\.name) == shapes.map(\.0))
    // The recipe fills them in state_dict()'s order.
    for (i, (name, shape)) in shapes.enumerated() {
      #expect(try file.tensor(name) == ramp(shape, start: Float(i)), "\(name)")
    }
  }

  @Test("a TorchScript archive gives its parameters")
  func script() throws {
    let file = try Self.open("script.pt")
    let names = [
      "conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
      "bn.num_batches_tracked",
    ]
    #expect(file.entries.map(\.name).sorted() == names.sorted())
    for (i, name) in names.enumerated() {
      let tensor = try file.tensor(name)
      #expect(tensor == ramp(tensor.shape, start: Float(i)), "\(name)")
    }
    #expect(try file.tensor("conv.weight").shape == [2, 1, 3, 3])
  }

  @Test(
    "a file that is one tensor gives it the file's name", arguments: ["tensor-zip", "tensor-old"])
  func single(_ name: String) throws {
    let file = try Self.open(name + ".pth")
    #expect(file.entries.map(\.name) == [name])
    #expect(try file.tensor(name) == ramp([2, 3]))
  }

  @Test("protocol 1 with its text, and strides of axes of one element")
  func odd() throws {
    let file = try Self.open("protocol-1.pth")
    #expect(file.entries.map(\.name) == ["a"])
    #expect(try file.tensor("a") == ramp([2, 3]))
    let ones = try Self.open("strides-of-one.pth")
    #expect(try ones.tensor("w") == Tensor([1, 3, 1], [2, 3, 4]))
  }

  @Test("the older form's views of storages, which begin inside")
  func views() throws {
    func text(_ text: String) -> [UInt8] { [0x8C, UInt8(text.utf8.count)] + Array(text.utf8) }
    func tuple(_ parts: [UInt8]...) -> [UInt8] { [0x28] + parts.flatMap(\.self) + [0x74] }
    func int(_ int: UInt8) -> [UInt8] { [0x4B, int] }
    func global(_ name: String) -> [UInt8] { Array("c\(name)\n".utf8) }
    let storage = tuple(
      text("storage"), global("torch\nFloatStorage"), text("0"), text("cpu"), int(4),
      tuple(text("view"), int(1), int(3)))
    let arguments = tuple(storage + [0x51], int(1), tuple(int(2)), tuple(int(1)))
    let object =
      [0x7D] + text("w") + global("torch._utils\n_rebuild_tensor_v2") + arguments
      + [0x52, 0x73, 0x2E]
    var file = HostilePickleTests.head + object + [0x5D] + text("0") + [0x61, 0x2E]
    file += [4, 0, 0, 0, 0, 0, 0, 0]
    for value: Float in [1, 2, 3, 4] { withUnsafeBytes(of: value) { file += Array($0) } }
    let archive = try PyTorchFile(FileBytes(Data(file), path: "x"))
    #expect(try archive.tensors() == ["w": Tensor([2], [3, 4])])
  }

  @Test("a tensor whose bytes changed is refused by its checksum")
  func checksum() throws {
    var data = try Data(
      contentsOf: URL(fileURLWithPath: SharedData.fixture("formats/state-zip.pth")))
    let body = try #require(data.range(of: Data([0, 0, 0x80, 0x3F, 0, 0, 0xA0, 0x3F])))
    data[body.upperBound - 2] ^= 1
    let folder = try TemporaryFolder()
    try data.write(to: URL(fileURLWithPath: folder.file("x.pth")))
    let file = try PyTorchFile(folder.file("x.pth"))
    let error = #expect(throws: ZooError.self) { try file.tensors() }
    #expect(error?.description.contains("CRC-32") == true)
  }
}
