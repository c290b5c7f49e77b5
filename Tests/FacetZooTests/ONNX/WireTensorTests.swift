import FacetFiles
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Elements of tensors, in every way that ONNX stores them inside a model.
@Suite struct WireTensorTests {
  private struct Expected: Decodable {
    struct Entry: Decodable {
      let name: String
      let type: String
      let dims: [Int]
      let bits: [UInt32]
      let integers: [String]?
    }
    let types: [Entry]
  }

  @Test func everyTypeIsReadFromRawDataAndFromItsField() throws {
    let model = try ONNXModel(contentsOf: SharedData.fixture("onnx/types.onnx"))
    let json = try Data(contentsOf: URL(fileURLWithPath: SharedData.fixture("onnx/expected.json")))
    let expected = try JSONDecoder().decode(Expected.self, from: json).types
    #expect(expected.count == 26)
    for entry in expected {
      let tensor = try #require(model.graph.initializers.first { $0.name == entry.name })
      #expect(tensor.dims == entry.dims)
      #expect(tensor.dataType.name == entry.type)
      #expect(try tensor.floats().map(\.bitPattern) == entry.bits, "\(entry.name)")
      if let integers = entry.integers {
        #expect(try tensor.int64s() == integers.compactMap { Int64($0) }, "\(entry.name)")
      } else {
        let error = #expect(throws: ZooError.self) { try tensor.int64s() }
        #expect(error?.reason?.contains("is \(entry.type)") == true)
      }
    }
    // What is stored in two ways is the same tensor, but for its name.
    for type in Set(expected.map(\.type)) {
      var pair = model.graph.initializers.filter { $0.dataType.name == type && $0.dims == [2, 3] }
      try #require(pair.count == 2)
      pair[0].name = pair[1].name
      #expect(pair[0] == pair[1], "\(type)")
    }
  }

  @Test func scalarsAndEmptyTensors() throws {
    let model = try ONNXModel(contentsOf: SharedData.fixture("onnx/types.onnx"))
    let tensors = Dictionary(
      uniqueKeysWithValues: model.graph.initializers.map { ($0.name, $0) })
    #expect(try tensors["scalar"]?.floats() == [2.5])
    #expect(tensors["scalar"]?.dims == [])
    #expect(try tensors["empty raw"]?.floats() == [])
    #expect(tensors["empty raw"]?.dims == [0, 4])
    #expect(try tensors["empty typed"]?.int64s() == [])
    #expect(try tensors["empty typed"]?.count == 0)
  }

  @Test func otherTypesAreRefusedByName() throws {
    let model = try ONNXModel(contentsOf: SharedData.fixture("onnx/others.onnx"))
    #expect(model.graph.initializers.count == 5)
    for tensor in model.graph.initializers {
      #expect(tensor.dataType.elementType == nil)
      let error = #expect(throws: ZooError.self) { try tensor.floats() }
      #expect(error?.reason?.contains("type \(tensor.name), which isn't read") == true)
      #expect(throws: ZooError.self) { try tensor.int64s() }
    }
  }

  @Test func aBareTensorIsRead() throws {
    let tensor = try ONNXTensor(contentsOf: SharedData.fixture("onnx/tensor.pb"))
    #expect(tensor.name == "t")
    #expect(tensor.dims == [3, 2])
    #expect(try tensor.int64s() == [0, 1, 2, 3, 4, 5])
    #expect(try tensor.floats() == [0, 1, 2, 3, 4, 5])
  }

  @Test func packedAndUnpackedElementsMix() throws {
    // Packed dims; elements one by one, packed, and one by one again.
    let floats = WireBytes().bytes(1, [2, 2]).int(2, 1).fixed32(4, 1).text(8, "w")
      .bytes(4, [0, 0, 0, 0x40, 0, 0, 0x40, 0x40]).fixed32(4, 4)
    let tensor = try ONNXTensor(floats.file)
    #expect(tensor.dims == [2, 2])
    #expect(try tensor.floats() == [1, 2, 3, 4])

    let numbers = WireBytes.tensor([3], 7).int(7, -1)
      .bytes(7, WireBytes.varint(300) + WireBytes.varint(UInt64(bitPattern: .min)))
    #expect(try ONNXTensor(numbers.file).int64s() == [-1, 300, .min])
  }

  @Test func unknownFieldsAndGroupsAreSteppedOver() throws {
    let group = WireBytes.varint(60 << 3 | 3) + WireBytes.varint(61 << 3 | 3)
    let inside = WireBytes().int(1, 5).text(2, "ignored").fixed32(3, 1).adding([4 << 3 | 1])
      .adding([UInt8](repeating: 9, count: 8)).bytes
    let groupEnd = WireBytes.varint(61 << 3 | 4) + WireBytes.varint(60 << 3 | 4)
    let bytes = WireBytes().int(99, 7).adding(group + inside + groupEnd).fixed32(77, 2).text(
      70, "x")
    let whole = bytes.adding(WireBytes.tensor([1], 1).fixed32(4, 8).bytes)
    #expect(try ONNXTensor(whole.file).floats() == [8])
  }

  @Test(
    "elements that don't fit the axes or the type are refused",
    arguments: [
      (WireBytes.tensor([3], 1).fixed32(4, 1), "needs 3 elements; there are 1 in float_data"),
      (WireBytes.tensor([1], 7).int(7, 1).int(7, 2), "needs 1 elements; there are more in int64"),
      (WireBytes.tensor([2], 1), "needs 2 elements; there are none"),
      (WireBytes.tensor([2], 1).bytes(9, [0, 0, 0, 0]), "needs 8 bytes of raw_data; there are 4"),
      (WireBytes.tensor([0], 1).bytes(9, [0, 0, 0, 0]), "needs 0 bytes of raw_data; there are 4"),
      (WireBytes.tensor([1 << 29], 1).bytes(9, [0]), "needs 2147483648 bytes"),
      (WireBytes.tensor([1 << 29], 1).fixed32(4, 1), "needs 536870912 elements"),
      (WireBytes.tensor([1 << 29], 6).int(5, 1), "needs 536870912 elements"),
      (WireBytes.tensor([1 << 40, 1 << 40], 1), "more elements than can be counted"),
      (WireBytes.tensor([1 << 61], 1).fixed32(4, 1), "more bytes than can be counted"),
      (WireBytes.tensor([2, -3], 1).bytes(9, []), "an axis of size -3"),
      (WireBytes.tensor([1], 0).fixed32(4, 1), "has no type of its elements"),
      (WireBytes.tensor([1], 1).int(5, 1), "its elements in int32_data, not in float_data"),
      (WireBytes.tensor([1], 3).int(5, 128), "has 128 in int32_data, which is no INT8"),
      (WireBytes.tensor([1], 2).int(5, -1), "has -1 in int32_data, which is no UINT8"),
      (WireBytes.tensor([1], 9).int(5, 2), "has 2 in int32_data, which is no BOOL"),
      (WireBytes.tensor([1], 10).int(5, 65536), "has 65536 in int32_data, which is no FLOAT16"),
      (WireBytes.tensor([1], 6).int(5, 1 << 31), "has 2147483648 in int32_data, which is no INT32"),
      (WireBytes.tensor([1], 12).int(11, 1 << 32), "which is no UINT32"),
      (
        WireBytes.tensor([1], 1).fixed32(4, 1).int(5, 1),
        "int32_data: the tensor has float_data too"
      ),
      (WireBytes.tensor([1], 1).fixed32(4, 1).bytes(9, [0, 0, 0, 0]), "has float_data too"),
      (
        WireBytes.tensor([1], 1).bytes(4, [1, 2, 3]), "3 packed bytes are no whole number of 4-byte"
      ),
      (
        WireBytes.tensor([1], 6).bytes(5, [0x80]),
        "int32_data.a packed element: a varint is cut off"
      ),
      (WireBytes.tensor([1], 99).bytes(9, [1]), "elements of type data type 99, which isn't read"),
      (WireBytes.tensor([1], 1).message(3, WireBytes().int(1, 0)), "is a segment of a larger one"),
    ])
  func misfits(_ bytes: WireBytes, _ reason: String) throws {
    let error = #expect(throws: ZooError.self) { try ONNXTensor(bytes.file).floats() }
    #expect(error?.reason?.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func numbersBeyond64BitIntegersAreRefused() throws {
    let bytes = WireBytes.tensor([2], 13).int(11, 1).int(11, -1)
    let tensor = try ONNXTensor(bytes.file)
    #expect(try tensor.floats() == [1, Float(UInt64.max)])
    let error = #expect(throws: ZooError.self) { try tensor.int64s() }
    #expect(error?.reason?.contains("beyond 9223372036854775807") == true)
  }

  @Test func tensorsAreEqualByTheirElements() throws {
    let file = try ONNXTensor(WireBytes.tensor([2], 1).fixed32(4, 1).fixed32(4, .nan).file)
    #expect(file == ONNXTensor(name: "w", dims: [2], floats: [1, .nan]))
    #expect(file != ONNXTensor(name: "w", dims: [2], floats: [1, 2]))
    #expect(file != ONNXTensor(name: "v", dims: [2], floats: [1, .nan]))
    #expect(file != ONNXTensor(name: "w", dims: [2, 1], floats: [1, .nan]))
    #expect(
      ONNXTensor(name: "w", dims: [1], floats: [0])
        != ONNXTensor(name: "w", dims: [1], floats: [-0.0]))
    let number = ONNXTensor(name: "w", dims: [1], int64s: [5])
    #expect(number != ONNXTensor(name: "w", dims: [1], floats: [5]))
    // More than one piece of memory, with a difference in the last.
    var many = (0..<400_000).map { Float($0) }
    let large = ONNXTensor(name: "w", dims: [400_000], floats: many)
    #expect(large == ONNXTensor(name: "w", dims: [400_000], floats: many))
    many[399_999] = 0
    #expect(large != ONNXTensor(name: "w", dims: [400_000], floats: many))
    // What can't be read equals nothing.
    let broken = ONNXTensor(name: "w", dims: [3], floats: [1])
    #expect(broken != broken)
  }
}
