import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("ONNX out")
struct ExportTests {
  let engine = Engine(threads: 2)

  @Test("every operator comes back as the same function", arguments: ExportCase.all)
  func roundTrip(_ item: ExportCase) throws {
    let folder = try TemporaryFolder()
    let model = try item.model()
    let path = folder.file("net.onnx")
    try ONNXExporter.write(model, to: path)
    let back = try ONNXImporter.model(path: path).model
    let x = Tensor.random(item.input, seed: 1)
    let (before, after) = (
      try engine.forward(model, x).output, try engine.forward(back, x).output
    )
    #expect(after.shape == before.shape)
    #expect(after.relativeDifference(from: before) <= 2e-6)
    // The batch stays free.
    let more = Tensor.random(
      Shape([item.input[0] + 1] + item.input.dropFirst().extents), seed: 2)
    #expect(
      try engine.forward(back, more).output.relativeDifference(
        from: engine.forward(model, more).output) <= 2e-6)
  }

  @Test(
    "ONNX Runtime gives the same numbers for every operator",
    .enabled(if: Python.hasONNXRuntime, "needs python3 with onnxruntime"))
  func runtime() throws {
    let folder = try TemporaryFolder()
    var names: [(ExportCase, Tensor)] = []
    for (index, item) in ExportCase.all.enumerated() {
      let model = try item.model()
      try ONNXExporter.write(model, to: folder.file("\(index).onnx"))
      let x = Tensor.random(item.input, seed: 3)
      try NumPyArray.write(x, to: folder.file("\(index).npy"))
      names.append((item, try engine.forward(model, x).output))
    }
    // One process for all of them.
    let script = """
      import sys, numpy, onnxruntime
      options = onnxruntime.SessionOptions()
      options.log_severity_level = 4
      for i in range(int(sys.argv[2])):
        place = f"{sys.argv[1]}/{i}"
        session = onnxruntime.InferenceSession(place + ".onnx", options,
                                               providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        y = session.run(None, {name: numpy.load(place + ".npy")})[0]
        numpy.save(place + "-out.npy", numpy.ascontiguousarray(y))
      """
    let outcome = try Python.run(script, [folder.path, "\(names.count)"])
    try #require(outcome.status == 0, "\(outcome.output)")
    for (index, (item, value)) in names.enumerated() {
      let reference = try NumPyArray.read(folder.file("\(index)-out.npy"))
      #expect(value.shape == reference.shape, "\(item.name)")
      #expect(value.relativeDifference(from: reference) <= 1e-5, "\(item.name)")
    }
  }

  private static let nets = ["small", "squeezenet1_1", "resnet18", "densenet121"]

  @Test("a network comes back whole: numbers, layers, parameters and card", arguments: nets)
  func network(_ name: String) throws {
    let folder = try TemporaryFolder()
    let model = try Architecture.named(name).model(
      classes: ["ann", "ben", "cleo"], seed: 5)
    let path = folder.file("net.onnx")
    try ONNXExporter.write(model, to: path)
    let back = try ONNXImporter.model(path: path).model
    #expect(back.card == model.card)
    #expect(back.parameterCount == model.parameterCount)
    for node in model.graph.nodes where node.op.kind != .input {
      #expect(throws: Never.self) { try back.graph.node(at: node.path) }
    }
    let side = name == "small" ? 96 : 64
    let x = Tensor.random([2, 3, side, side], seed: 6)
    let output = try engine.forward(model, x).output
    #expect(try engine.forward(back, x).output.relativeDifference(from: output) <= 2e-6)
    if Python.hasONNXRuntime {
      try NumPyArray.write(x, to: folder.file("x.npy"))
      try Python.runONNX(path, input: folder.file("x.npy"), output: folder.file("y.npy"))
      let reference = try NumPyArray.read(folder.file("y.npy"))
      #expect(output.relativeDifference(from: reference) <= 1e-5)
    }
  }

  @Test("a converted network has a dense map in ONNX, too")
  func fullyConvolutional() throws {
    let folder = try TemporaryFolder()
    let model = try Architecture.named("small").model(classes: ["a", "b"], seed: 7)
      .fullyConvolutional()
    let path = folder.file("net.onnx")
    try ONNXExporter.write(model, to: path)
    let back = try ONNXImporter.model(path: path).model
    let x = Tensor.random([1, 3, 112, 128], seed: 8)
    let output = try engine.forward(model, x).output
    #expect(output.shape.extents[2...].contains { $0 > 1 })
    #expect(try engine.forward(back, x).output.relativeDifference(from: output) <= 2e-6)
  }

  @Test("what opset 17 can't say is refused by the layer's name")
  func refusals() throws {
    let cases: [(Op, String)] = [
      (.pad(Padding(before: [0, 0, 1, 0], after: [0, 0, 0, 0], mode: .wrap)), "opset 19"),
      (.localResponseNorm(size: 4, alpha: 1, beta: 1, k: 1), "a window of 4"),
      (
        .averagePool(
          Pooling(kernel: Extent(2), stride: Extent(1), dilation: Extent(2)), countsPadding: true),
        "no dilation"
      ),
    ]
    for (op, reason) in cases {
      let model = try ExportCase("refused", op: op).model()
      #expect {
        try ONNXExporter.exported(model, path: "net.onnx")
      } throws: { error in
        "\(error)".hasPrefix("net.onnx: layer 'op' (") && "\(error)".contains(reason)
      }
    }
  }
}
