import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Damaged and malicious files: an error, never a crash and never memory beyond what the file could
/// fill.
@Suite struct WireHostileTests {
  private static let names = [
    "types", "others", "attributes", "subgraphs", "functions", "sparse", "external",
  ]

  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.fixture("onnx/\(name).onnx"))))
  }

  /// Reads everything there is and, when that works, writes it. Returns whether it was read.
  @discardableResult
  private static func use(_ bytes: [UInt8]) -> Bool {
    let file = FileBytes(Data(bytes), path: "damaged.onnx")
    guard let model = try? ONNXModel(file) else { return false }
    for tensor in model.allTensors {
      if let floats = try? tensor.floats() { #expect((try? tensor.count) == floats.count) }
      if let numbers = try? tensor.int64s() { #expect((try? tensor.count) == numbers.count) }
    }
    _ = try? ONNXWriter.encode(model)
    return true
  }

  @Test("a file cut off at any byte", arguments: names)
  func truncations(_ name: String) throws {
    let bytes = try Self.bytes(name)
    var read = 0
    for count in bytes.indices where Self.use(Array(bytes[..<count])) { read += 1 }
    // The graph is one message, so a cut inside it is always seen; behind it come only imports,
    // metadata and functions, between which a cut can't be.
    #expect(read <= 5, "\(read) of \(bytes.count)")
  }

  @Test("bits flipped at random", arguments: names)
  func flips(_ name: String) throws {
    let bytes = try Self.bytes(name)
    var stream = RandomStream(seed: 11, 0x0117)
    var refused = 0
    for _ in 0..<3000 {
      var damaged = bytes
      for _ in 0..<(1 + Int.random(in: 0..<4, using: &stream)) {
        damaged[Int.random(in: 0..<bytes.count, using: &stream)] ^= UInt8(
          1 << Int.random(in: 0..<8, using: &stream))
      }
      if !Self.use(damaged) { refused += 1 }
    }
    #expect(refused > 100)
  }

  @Test("bytes replaced at random", arguments: names)
  func replacements(_ name: String) throws {
    let bytes = try Self.bytes(name)
    var stream = RandomStream(seed: 12, 0x0117)
    for _ in 0..<3000 {
      var damaged = bytes
      let start = Int.random(in: 0..<bytes.count, using: &stream)
      for at in start..<min(start + 1 + Int.random(in: 0..<9, using: &stream), bytes.count) {
        damaged[at] =
          [0, 0x7F, 0x80, 0xFF, UInt8(Int.random(in: 0..<256, using: &stream))][
            Int.random(in: 0..<5, using: &stream)]
      }
      Self.use(damaged)
    }
  }

  @Test func lengthsBeyondTheFile() {
    let lengths: [UInt64] = [
      3, 127, 1 << 31, 1 << 32, UInt64(Int.max), UInt64(Int.max) + 1, .max,
    ]
    for length in lengths {
      // The graph, then something inside it whose length fits the file and not the graph.
      for prefix in [[UInt8(0x3A)], [0x3A, 0x02, 0x0A], [0x3A, 0x04, 0x2A, 0x01, 0x4A]] {
        let bytes = prefix + WireBytes.varint(length) + [0x00]
        let file = FileBytes(Data(bytes), path: "long.onnx")
        #expect(throws: ZooError.self, "\(length)") { try ONNXModel(file) }
      }
    }
    let inside = WireBytes().message(7, WireBytes().adding([0x12, 0x05, 0x41])).text(2, "padding")
    let error = #expect(throws: ZooError.self) { try ONNXModel(inside.file) }
    #expect(
      error?.reason == "ModelProto.graph.name: a length of 5 bytes where its message has 1 left")
    #expect(error?.offset == 3)
  }

  @Test func varintsBeyond64Bits() throws {
    let ten = [UInt8](repeating: 0xFF, count: 9)
    let graph = WireBytes().message(7, WireBytes())
    #expect(try ONNXModel(graph.adding([0x08] + ten + [1]).file).irVersion == -1)
    for last in [[UInt8(2)], [0x81, 0x00], [0xFF]] {
      let error = #expect(throws: ZooError.self) {
        try ONNXModel(graph.adding([0x08] + ten + last).file)
      }
      #expect(error?.reason?.contains("ir_version: a varint is longer than 64 bits") == true)
      #expect(error?.offset == 3)
    }
  }

  @Test func tagsThatAreNone() {
    let graph = WireBytes().message(7, WireBytes())
    for tag in [[UInt8(0x00)], [0x06], [0x0E], [0x0F], [0x0C], WireBytes.varint(1 << 36 | 8)] {
      #expect(throws: ZooError.self, "\(tag)") {
        try ONNXModel(graph.adding(tag + [0, 0, 0, 0, 0, 0, 0, 0]).file)
      }
    }
  }

  @Test func graphsNestedTenThousandDeep() throws {
    // An If in an If in an If: the inside is put together first.
    func nested(_ depth: Int) -> WireBytes {
      (0..<depth).reduce(WireBytes().text(2, "inside")) { graph, _ in
        let attribute = WireBytes().text(1, "then_branch").message(6, graph).int(20, 5)
        return WireBytes().message(1, WireBytes().text(4, "If").message(5, attribute))
      }
    }
    #expect(try ONNXModel(WireBytes.model(nested(30)).file).graph.nodes.count == 1)
    for depth in [34, 1000, 10_000] {
      let error = #expect(throws: ZooError.self) {
        try ONNXModel(WireBytes.model(nested(depth)).file)
      }
      #expect(error?.reason?.contains("messages nest deeper than 100 levels") == true)
      #expect((error?.reason?.count ?? .max) < 400)
    }
  }

  @Test func groupBombs() throws {
    let graph = WireBytes().message(7, WireBytes())
    func groups(_ count: Int, _ ends: Int) -> [UInt8] {
      [UInt8](repeating: 0x0B, count: count) + [UInt8](repeating: 0x0C, count: ends)
    }
    // Field 1 as a group is no value of ir_version; field 9 is unknown.
    #expect(throws: ZooError.self) { try ONNXModel(graph.adding(groups(1, 1)).file) }
    let open: [UInt8] = [0x4B]
    let close: [UInt8] = [0x4C]
    #expect(try ONNXModel(graph.adding(open + groups(99, 99) + close).file).irVersion == 0)
    let deep = #expect(throws: ZooError.self) {
      try ONNXModel(graph.adding(open + groups(1_000_000, 1_000_000) + close).file)
    }
    #expect(deep?.reason?.contains("groups nest deeper than 100 levels") == true)
    let crossed = #expect(throws: ZooError.self) {
      try ONNXModel(graph.adding(open + [0x0B] + close + [0x0C]).file)
    }
    #expect(crossed?.reason?.contains("the group 1 ends as group 9") == true)
    #expect(throws: ZooError.self) { try ONNXModel(graph.adding(open).file) }
    #expect(throws: ZooError.self) { try ONNXModel(graph.adding(close).file) }
  }

  @Test func manyEmptyMessages() throws {
    // Values of two bytes each: a megabyte of them, and ten.
    func values(_ count: Int) -> FileBytes {
      var bytes: [UInt8] = []
      for _ in 0..<count { bytes += [0x5A, 0x00] }
      return WireBytes.model(WireBytes(bytes: bytes)).file
    }
    #expect(try ONNXModel(values(500_000)).graph.inputs.count == 500_000)
    let error = #expect(throws: ZooError.self) { try ONNXModel(values(5_000_000)) }
    #expect(error?.reason?.contains("the file has more than 5000000 messages") == true)
  }

  @Test func structureOfALargeFileIsReadWithoutItsWeights() throws {
    // 192 GB, nearly all of them a hole: a reader that looked at them would not come back.
    let folder = try TemporaryFolder()
    let path = folder.file("large.onnx")
    let count = 1 << 36
    let tensor = WireBytes.tensor([count], 2).adding([0x4A] + WireBytes.varint(UInt64(count)))
    var graph = [UInt8]()
    var starts: [Int] = []
    for _ in 0..<3 {
      graph += [0x2A] + WireBytes.varint(UInt64(tensor.bytes.count + count)) + tensor.bytes
      starts.append(graph.count)
    }
    let head = [0x08, 0x08, 0x3A] + WireBytes.varint(UInt64(graph.count + 3 * count))
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.write(contentsOf: head)
    for (index, end) in starts.enumerated() {
      let start = index == 0 ? 0 : starts[index - 1]
      try handle.seek(toOffset: UInt64(head.count + start + index * count))
      try handle.write(contentsOf: graph[start..<end])
    }
    try handle.truncate(atOffset: UInt64(head.count + graph.count + 3 * count))
    try handle.close()
    let model = try ONNXModel(contentsOf: path)
    #expect(model.graph.initializers.map(\.dims) == [[count], [count], [count]])
    let error = #expect(throws: ZooError.self) { try ONNXWriter.encode(model) }
    #expect(error?.reason?.contains("(2 GB) at most") == true)
  }
}
