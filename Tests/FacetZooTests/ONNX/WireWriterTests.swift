import FacetFiles
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// What is written is what was there, to Facet and to Python's onnx.
@Suite struct WireWriterTests {
  private static let convolution = ONNXModel(
    irVersion: 8, opsetImports: ["": 13, "org.example": 1], producerName: "facet",
    producerVersion: "1", metadata: ["b": "2", "a": "1"],
    graph: ONNXGraph(
      name: "net",
      nodes: [
        ONNXNode(
          "Conv", name: "conv", inputs: ["x", "w", "bias"], outputs: ["c"],
          attributes: [
            "pads": .ints([1, 1, 1, 1]), "strides": .ints([2, 2]), "group": .int(1),
            "auto_pad": .string("NOTSET"),
          ]),
        ONNXNode("Clip", inputs: ["c", "", "six"], outputs: ["r"]),
        ONNXNode("Reshape", inputs: ["r", "shape"], outputs: ["y"]),
      ],
      initializers: [
        ONNXTensor(name: "w", dims: [4, 3, 3, 3], floats: (0..<108).map { Float($0) / 8 - 3 }),
        ONNXTensor(name: "bias", dims: [4], floats: [0.125, -0.0, 3.25, -1e-30]),
        ONNXTensor(name: "six", dims: [], floats: [6]),
        ONNXTensor(name: "shape", dims: [2], int64s: [0, -1]),
      ],
      inputs: [
        ONNXValueInfo(name: "x", dims: [.named("batch"), .known(3), .known(8), .known(8)])
      ],
      outputs: [ONNXValueInfo(name: "y", dims: [.named("batch"), .unknown])],
      valueInfo: [
        ONNXValueInfo(name: "c", dims: [.named("batch"), .known(4), .known(4), .known(4)])
      ]))

  private static func reading(_ data: Data) throws -> ONNXModel {
    try ONNXModel(FileBytes(data, path: "written.onnx"))
  }

  @Test func readingGivesWhatWasWritten() throws {
    let data = try ONNXWriter.encode(Self.convolution)
    #expect(try Self.reading(data) == Self.convolution)
    let folder = try TemporaryFolder()
    try ONNXWriter.write(Self.convolution, to: folder.file("net.onnx"))
    #expect(try ONNXModel(contentsOf: folder.file("net.onnx")) == Self.convolution)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("net.onnx"))) == data)
  }

  @Test("fixtures survive", arguments: ["types", "subgraphs", "functions", "external"])
  func fixtures(_ name: String) throws {
    let model = try ONNXModel(contentsOf: SharedData.fixture("onnx/\(name).onnx"))
    let again = try Self.reading(try ONNXWriter.encode(model))
    #expect(again == model)
    #expect(again.allTensors.allSatisfy { $0.externalData == nil })
  }

  @Test(
    "a real model survives",
    .enabled(if: SharedData.has("data/weights/squeezenet1_0"), "needs ../shared/data"))
  func realModel() throws {
    let path = try #require(
      SharedData.path("data/weights/squeezenet1_0/squeezenet1_0_imagenet_opset13.onnx"))
    let model = try ONNXModel(contentsOf: path)
    let data = try ONNXWriter.encode(model)
    #expect(try Self.reading(data) == model)
    // All of its weights are in raw data, so nothing grows.
    #expect(data.count <= (try FileBytes(path: path)).count)
  }

  @Test func bytesByHand() throws {
    let model = ONNXModel(
      irVersion: 8, opsetImports: ["": 13],
      graph: ONNXGraph(
        name: "g", nodes: [ONNXNode("Add", inputs: ["x", "w"], outputs: ["y"])],
        initializers: [ONNXTensor(name: "w", dims: [1], floats: [1])],
        inputs: [ONNXValueInfo(name: "x", dims: [.named("n")])],
        outputs: [ONNXValueInfo(name: "y", dims: nil)]))
    let node: [UInt8] = [0x0A, 1, 0x78, 0x0A, 1, 0x77, 0x12, 1, 0x79, 0x22, 3, 0x41, 0x64, 0x64]
    let tensor: [UInt8] = [0x08, 1, 0x10, 1, 0x42, 1, 0x77, 0x4A, 4, 0, 0, 0x80, 0x3F]
    let input: [UInt8] = [
      0x0A, 1, 0x78, 0x12, 11, 0x0A, 9, 0x08, 1, 0x12, 5, 0x0A, 3, 0x12, 1, 0x6E,
    ]
    let output: [UInt8] = [0x0A, 1, 0x79, 0x12, 4, 0x0A, 2, 0x08, 1]
    var graph: [UInt8] = [0x0A, UInt8(node.count)] + node + [0x12, 1, 0x67]
    graph += [0x2A, UInt8(tensor.count)] + tensor + [0x5A, UInt8(input.count)] + input
    graph += [0x62, UInt8(output.count)] + output
    let opset: [UInt8] = [0x42, 4, 0x0A, 0, 0x10, 13]
    #expect(
      [UInt8](try ONNXWriter.encode(model))
        == [0x08, 8, 0x3A, UInt8(graph.count)] + graph + opset)
  }

  @Test func theOrderOfKeysIsNoMatter() throws {
    var other = Self.convolution
    other.metadata = [:]
    for key in (0..<40).map({ "key\($0)" }) { other.metadata[key] = key }
    var reversed = other
    reversed.metadata = Dictionary(minimumCapacity: 300)
    for key in (0..<40).reversed().map({ "key\($0)" }) { reversed.metadata[key] = key }
    #expect(try ONNXWriter.encode(other) == ONNXWriter.encode(reversed))
    #expect(try ONNXWriter.encode(other) == ONNXWriter.encode(other))
  }

  @Test func tensorsByThemselves() throws {
    let tensor = ONNXTensor(name: "t", dims: [2, 2], floats: [1, 2, 3, .infinity])
    let data = try ONNXWriter.encode(tensor)
    #expect(try ONNXTensor(FileBytes(data, path: "t.pb")) == tensor)
  }

  @Test func whatCannotBeWrittenLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.onnx")
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    func reason(_ change: (inout ONNXModel) -> Void) throws -> String {
      var model = Self.convolution
      change(&model)
      let error = #expect(throws: ZooError.self) { try ONNXWriter.write(model, to: path) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
      return error?.description ?? ""
    }
    let attribute = try reason {
      $0.graph.nodes[0].attributes["x"] = .unsupported(kind: "TYPE_PROTO")
    }
    #expect(attribute.contains("an attribute of Conv 'conv' is of kind TYPE_PROTO"))
    let type = try reason { $0.graph.outputs[0].type = .other("sequence") }
    #expect(type.contains("the value 'y' is of type sequence"))
    let count = try reason { $0.graph.initializers[0].dims = [5] }
    #expect(count.contains("the tensor 'w' of [5] needs 5 elements; there are 108"))
    // 301 names of the same eight megabytes: told before any of it is copied.
    let floats = [Float](repeating: 0, count: 1 << 21)
    let size = try reason { model in
      model.graph.initializers = (0...300).map {
        ONNXTensor(name: "w\($0)", dims: [1 << 21], floats: floats)
      }
    }
    #expect(size.contains("net.onnx: the model takes 25249"), "\(size)")
    #expect(size.contains("2147483647 (2 GB) at most"))
    #expect(throws: ZooError.file(.isADirectory(path: folder.path))) {
      try ONNXWriter.write(Self.convolution, to: folder.path)
    }
  }

  /// `python3` on the `PATH`; `nil` where it or its onnx is missing.
  private static let python: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let found = folders.map { $0 + "/python3" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let found, (try? run(found, ["-c", "import onnx, numpy"]))?.status == 0 else {
      return nil
    }
    return found
  }()

  @Test(
    "onnx's checker accepts what is written", .enabled(if: python != nil, "needs python3 with onnx")
  )
  func checker() throws {
    let python = try #require(Self.python)
    let folder = try TemporaryFolder()
    var paths = [folder.file("net.onnx")]
    try ONNXWriter.write(Self.convolution, to: paths[0])
    for name in ["subgraphs", "functions", "external"] {
      let model = try ONNXModel(contentsOf: SharedData.fixture("onnx/\(name).onnx"))
      paths.append(folder.file("\(name).onnx"))
      try ONNXWriter.write(model, to: paths[paths.count - 1])
    }
    let script = """
      import sys, onnx
      from onnx import numpy_helper
      for path in sys.argv[1:]:
        model = onnx.load(path, load_external_data=False)
        onnx.checker.check_model(model, full_check=True)
        print(path.split("/")[-1], [n.op_type for n in model.graph.node])
        for t in model.graph.initializer:
          print(t.name, list(t.dims), numpy_helper.to_array(t).astype("float64").sum())
      """
    let outcome = try Self.run(python, ["-c", script] + paths)
    try #require(outcome.status == 0, "\(outcome.output)")
    #expect(
      outcome.output == """
        net.onnx ['Conv', 'Clip', 'Reshape']
        w [4, 3, 3, 3] 398.25
        bias [4] 3.375
        six [] 6.0
        shape [2] -1.0
        subgraphs.onnx ['If', 'Loop']
        functions.onnx ['Twice']
        external.onnx ['Add']
        w [3, 4] 16.5

        """)
  }

  /// Runs a program and waits; both of its outputs.
  private static func run(_ program: String, _ arguments: [String]) throws
    -> (status: Int32, output: String)
  {
    let place = try TemporaryFolder()
    let log = URL(fileURLWithPath: place.file("log"))
    try Data().write(to: log)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let handle = try FileHandle(forWritingTo: log)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: log), as: UTF8.self))
  }
}
