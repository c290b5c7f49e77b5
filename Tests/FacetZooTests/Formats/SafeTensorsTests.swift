import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("safetensors")
struct SafeTensorsTests {
  /// A file from a header's text and the tensors' bytes.
  static func file(_ header: String, _ body: [UInt8] = [], length: UInt64? = nil) -> Data {
    var data = Data()
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) {
      data.append(contentsOf: $0)
    }
    return data + Data(header.utf8) + Data(body)
  }

  static func entry(_ type: String, _ shape: String, _ begin: String, _ end: String) -> String {
    #"{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#
  }

  private func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  private let sample = SafeTensors(
    tensors: [
      "b.weight": .random([2, 3], seed: 1), "a": Tensor([], [7]), "c": .zeros([0, 4]),
      "d": Tensor([3], [.infinity, -0.0, .leastNonzeroMagnitude]),
    ], metadata: ["format": "pt", "name": "Zoë \"quoted\"\n"])

  @Test("what was written is read, to the bit")
  func roundTrip() throws {
    let again = try SafeTensors(sample.data, path: "x")
    #expect(again.tensors == sample.tensors)
    #expect(again.metadata == sample.metadata)
    #expect(again.tensors["d"]?.scalars[1].sign == .minus)
    #expect(again.data == sample.data)
    let folder = try TemporaryFolder()
    try sample.write(to: folder.file("m.safetensors"))
    #expect(
      try SafeTensors(contentsOf: folder.file("m.safetensors")).tensors == sample.tensors)
    #expect(try SafeTensors(SafeTensors(tensors: [:]).data, path: "x").tensors.isEmpty)
  }

  @Test("equal contents give equal bytes, whatever the order they came in")
  func deterministic() {
    let names = (0..<40).map { "layer\($0)" }
    var (forth, back) = (SafeTensors(tensors: [:]), SafeTensors(tensors: [:]))
    for name in names { forth.tensors[name] = Tensor([1], [Float(name.count)]) }
    for name in names.reversed() { back.tensors[name] = Tensor([1], [Float(name.count)]) }
    for name in names { forth.metadata[name] = "m" }
    for name in names.reversed() { back.metadata[name] = "m" }
    #expect(forth.data == back.data)
  }

  @Test("the header begins at byte 8, is JSON, and is padded so that tensors are aligned")
  func layout() throws {
    let data = sample.data
    let length = Int(data[0]) | Int(data[1]) << 8
    #expect((8 + length) % 8 == 0)
    let header = try #require(
      try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any])
    let b = try #require(header["b.weight"] as? [String: Any])
    #expect(b["dtype"] as? String == "F32")
    #expect(b["shape"] as? [Int] == [2, 3])
    let offsets = try #require(b["data_offsets"] as? [Int])
    let first = data.subdata(in: 8 + length + offsets[0]..<8 + length + offsets[0] + 4)
    #expect(Array(first) == bytes([sample.tensors["b.weight"]?.scalars[0] ?? 0]))
  }

  @Test("other element types become 32-bit floats")
  func types() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("F32", bytes([1.5, -2] as [Float]), [1.5, -2]),
      ("F64", bytes([0.1, -1e10] as [Double]), [0.1, -1e10]),
      ("F16", [0x00, 0x3C, 0x01, 0x00, 0x00, 0xFC], [1, 0x1p-24, -.infinity]),
      ("BF16", [0x80, 0x3F, 0x49, 0xC0], [1, -3.140625]),
      ("I64", bytes([-3, 1 << 40] as [Int64]), [-3, 0x1p40]),
      ("I32", bytes([-7, 9] as [Int32]), [-7, 9]),
      ("U8", [0, 255, 7], [0, 255, 7]), ("BOOL", [0, 1, 1], [0, 1, 1]),
      ("I8", [0xFF, 127], [-1, 127]), ("I16", bytes([-300, 300] as [Int16]), [-300, 300]),
      ("U16", bytes([65535, 1] as [UInt16]), [65535, 1]),
      ("U32", bytes([.max, 1] as [UInt32]), [0x1p32, 1]),
      ("U64", bytes([.max, 1] as [UInt64]), [0x1p64, 1]),
    ]
    for (type, body, expected) in cases {
      let header = "{\"t\":" + Self.entry(type, "\(expected.count)", "0", "\(body.count)") + "}"
      let read = try SafeTensors(Self.file(header, body), path: "x").tensors
      #expect(read["t"] == Tensor([expected.count], expected), "\(type)")
    }
  }

  @Test("data that is a slice of other data is read from its own start")
  func slices() throws {
    let padded = Data([9, 9, 9]) + sample.data
    #expect(try SafeTensors(padded[3...], path: "x").tensors == sample.tensors)
  }

  @Test("a file cut anywhere is refused")
  func truncated() {
    let data = sample.data
    for length in 0..<data.count {
      #expect(throws: ZooError.self, "\(length)") {
        try SafeTensors(Data(data.prefix(length)), path: "x")
      }
    }
    #expect(throws: ZooError.self) { try SafeTensors(data + Data([0]), path: "x") }
  }

  static let bad: [(String, Data)] = {
    let four: [UInt8] = [0, 0, 0, 0]
    let eight = four + four
    func one(_ entry: String, _ body: [UInt8] = [0, 0, 0, 0]) -> Data {
      file("{\"t\":\(entry)}", body)
    }
    let one4 = entry("F32", "1", "0", "4")
    func two(_ a: (Int, Int), _ b: (Int, Int), _ body: [UInt8]) -> Data {
      file(
        "{\"a\":\(entry("F32", "1", "\(a.0)", "\(a.1)")),"
          + "\"b\":\(entry("F32", "1", "\(b.0)", "\(b.1)"))}", body)
    }
    return [
      ("a header beyond the file", file("{}", length: 3)),
      ("a header of 2^63 bytes", file("{}", length: 1 << 63)),
      ("a header of 2^64 - 1 bytes", file("{}", length: .max)),
      ("a header of 2^64 - 8 bytes", file("{}", length: .max - 7)),
      ("no header", file("")),
      ("a list", file("[]")),
      ("a number", file("7")),
      ("no JSON", file("{\"t\":")),
      ("no UTF-8", Data([2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE])),
      ("JSON nested without end", file(String(repeating: "[", count: 100_000))),
      ("an entry that is a number", one("3")),
      ("an entry without a type", one(#"{"shape":[1],"data_offsets":[0,4]}"#)),
      ("an entry without offsets", one(#"{"dtype":"F32","shape":[1]}"#)),
      ("one offset", one(#"{"dtype":"F32","shape":[1],"data_offsets":[0]}"#)),
      ("three offsets", one(#"{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}"#)),
      ("offsets of text", one(#"{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}"#)),
      ("an unknown type", one(entry("F31", "1", "0", "4"))),
      ("a type of another size", one(entry("F64", "1", "0", "4"))),
      ("a shape that is too large", one(entry("F32", "2", "0", "4"))),
      ("a shape that is too small", one(entry("F32", "1", "0", "8"), eight)),
      ("a negative extent", one(entry("F32", "-1", "0", "4"))),
      ("a fraction of an extent", one(entry("F32", "1.5", "0", "4"))),
      ("a shape that overflows", one(entry("F32", "4294967296,4294967296,4294967296", "0", "4"))),
      ("a shape beyond integers", one(entry("F32", "1e300", "0", "4"))),
      ("nine extents", one(entry("F32", "1,1,1,1,1,1,1,1,1", "0", "4"))),
      ("an end before the begin", one(entry("F32", "1", "4", "0"))),
      ("a negative begin", one(entry("F32", "2", "-4", "4"))),
      ("an end beyond the file", one(entry("F32", "2", "0", "8"))),
      (
        "the greatest offsets", one(entry("F32", "1", "9223372036854775803", "9223372036854775807"))
      ),
      ("the least offsets", one(entry("F32", "1", "-9223372036854775808", "9223372036854775807"))),
      ("a name twice", file("{\"t\":\(one4),\"t\":\(entry("F32", "1", "4", "8"))}", eight)),
      (
        "the same name escaped",
        file("{\"t\":\(one4),\"\\u0074\":\(entry("F32", "1", "4", "8"))}", eight)
      ),
      ("metadata twice", file(#"{"__metadata__":{},"__metadata__":{}}"#)),
      ("a key of the metadata twice", file(#"{"__metadata__":{"a":"1","a":"2"}}"#)),
      ("a type twice", one(#"{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}"#)),
      ("half a surrogate", file(#"{"__metadata__":{"a":"\ud800"}}"#)),
      ("an unknown escape", file(#"{"__metadata__":{"a":"\q"}}"#)),
      ("a control character", file("{\"__metadata__\":{\"a\":\"\u{1}\"}}")),
      ("values nested without end", file("{\"a\":" + String(repeating: "[", count: 100_000))),
      (
        "values nested deep in an entry",
        one(#"{"x":"# + String(repeating: "[", count: 100_000) + "}")
      ),
      ("text after the header", file("{}{}")),
      ("space before the header", file(" {}")),
      (
        "no elements but extents beyond integers",
        file("{\"t\":\(entry("F32", "0,4294967296,4294967296,4294967296", "0", "0"))}")
      ),
      ("tensors that overlap", two((0, 4), (2, 6), [0, 0, 0, 0, 0, 0])),
      ("two tensors in one place", two((0, 4), (0, 4), four)),
      ("a gap between tensors", two((0, 4), (8, 12), eight + four)),
      ("a gap before the first", one(entry("F32", "1", "4", "8"), eight)),
      ("bytes after the last", one(entry("F32", "1", "0", "4"), eight)),
      ("bytes and no tensors", file("{}", four)),
    ]
  }()

  @Test("bad files are refused by an error that names the file", arguments: bad.indices)
  func refused(_ index: Int) {
    let (name, data) = Self.bad[index]
    let error = #expect(throws: ZooError.self, "\(name)") {
      try SafeTensors(data, path: "some/file")
    }
    #expect(error?.description.contains("some/file") == true, "\(name)")
  }

  @Test("bytes changed at random are read or refused, and never more")
  func flips() {
    let data = sample.data
    var stream = RandomStream(seed: 1)
    for _ in 0..<4000 {
      var changed = data
      for _ in 0..<Int.random(in: 1...4, using: &stream) {
        let place = Int.random(in: 0..<changed.count, using: &stream)
        changed[place] = UInt8.random(in: 0...255, using: &stream)
      }
      guard let read = try? SafeTensors(changed, path: "x") else { continue }
      let elements = read.tensors.values.reduce(0) { $0 + $1.count }
      #expect(elements <= data.count)
    }
  }

  @Test("errors give the byte and the element type that isn't read")
  func messages() {
    for type in ["F8_E4M3", "F8_E5M2", "C64"] {
      let header = "{\"t\":\(Self.entry(type, "1", "0", "1"))}"
      let error = #expect(throws: ZooError.self) {
        try SafeTensors(Self.file(header, [0]), path: "x")
      }
      #expect(error?.description.contains(type) == true)
      #expect(error?.description.contains("byte 13") == true, "\(String(describing: error))")
    }
  }

  @Test("a file is opened by its header, and single tensors are read from it")
  func lazily() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.safetensors")
    try sample.write(to: path)
    let file = try SafeTensorsFile(path)
    #expect(file.metadata == sample.metadata)
    #expect(file.entries.map(\.name) == ["a", "b.weight", "c", "d"])
    #expect(file.entries.map(\.shape) == [[], [2, 3], [0, 4], [3]])
    for (name, tensor) in sample.tensors { #expect(try file.tensor(name) == tensor) }
    let error = #expect(throws: ZooError.self) { try file.tensor("b.weigth") }
    #expect(error == .noTensor(path: path, name: "b.weigth", suggestion: "b.weight"))
  }

  @Test("names and text in any script, and values that nobody asked for")
  func header() throws {
    let entry =
      #"{"extra":{"a":[1,-2.5e3,null,true,"]"]},"dtype":"U8","shape":[1],"data_offsets":[0,1]}"#
    let file = Self.file(
      #"{ "__metadata__" : {"k\u00e9\ud83d\ude00":"\n\\\/"} , "ü":\#(entry) }  "#, [9])
    let read = try SafeTensors(file, path: "x")
    #expect(read.metadata == ["ké😀": "\n\\/"])
    #expect(read.tensors == ["ü": Tensor([1], [9])])
  }

  @Test("a missing file is named")
  func missing() {
    let error = #expect(throws: ZooError.self) { try SafeTensors(contentsOf: "/nowhere/x") }
    #expect(error?.description.contains("/nowhere/x") == true)
  }

  @Test("the integers of the metadata's values aren't text and are left out, not a crash")
  func metadata() throws {
    let read = try SafeTensors(Self.file(#"{"__metadata__":{"a":1}}"#), path: "x")
    #expect(read.metadata.isEmpty)
    let good = try SafeTensors(Self.file(#"{"__metadata__":{"a":"1"}}"#), path: "x")
    #expect(good.metadata == ["a": "1"])
  }
}
