import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// A recorded transposed convolution: Tests/Fixtures/transposed-convolution/recipe.py.
private struct TransposedRecord: Decodable {
  let inputs: Int
  let outputs: Int
  let size: [Int]
  let kernel: [Int]
  let stride: [Int]
  let padding: [Int]
  let outputPadding: [Int]
  let dilation: [Int]
  let groups: Int
  let result: [Int]
  let values: [Double]
  let inputGradient: [Double]
  let weightGradient: [Double]

  var layer: TransposedConvolution {
    func extent(_ sides: [Int]) -> Extent { Extent(sides[0], sides[1]) }
    return TransposedConvolution(
      inputs, outputs, kernel: extent(kernel), stride: extent(stride), padding: extent(padding),
      outputPadding: extent(outputPadding), dilation: extent(dilation), groups: groups)
  }
}

@Suite("Transposed convolution")
struct TransposedConvolutionTests {
  private func numbers(_ shape: Shape, _ a: Int, _ b: Int, _ m: Int) -> Tensor {
    Tensor(shape, (0..<shape.count).map { Float(Double((a * $0 + b) % m) / Double(m) - 0.5) })
  }

  @Test("values and gradients are PyTorch's")
  func torch() throws {
    let path = SharedData.fixture("transposed-convolution/torch.json")
    let records = try JSONDecoder().decode(
      [TransposedRecord].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(records.count == 7)
    let engine = Engine(threads: 2)
    for record in records {
      let nodes = [
        Node("input", .input(channels: record.inputs), at: 0),
        Node("op", .transposedConvolution(record.layer), [0], at: 1),
      ]
      let shapes = nodes[1].op.parameterShapes
      let model = try Model(
        graph: Graph(nodes: nodes, output: NodeID(1)),
        parameters: [
          "op.weight": numbers(shapes[0].shape, 53, 7, 97),
          "op.bias": Tensor([record.outputs], (0..<record.outputs).map { Float($0) / 4 - 0.5 }),
        ], card: .test("op"))
      let x = numbers(Shape([2, record.inputs] + record.size), 37, 11, 101)
      let trace = try engine.forward(
        model, x, keeping: .forBackward(to: ["input"], parameters: true))
      try #require(trace.output.shape.extents == record.result)
      #expect(trace.output.difference(from: record.values) < 1e-6)
      let seed = Seed(numbers(trace.output.shape, 29, 3, 89))
      let gradients = try engine.backward(
        model, trace, from: seed, to: ["input"], parameters: .all)
      #expect(
        try gradients.signal(at: "input").difference(from: record.inputGradient) < 1e-6)
      let weight = try #require(gradients.parameters["op.weight"])
      #expect(weight.difference(from: record.weightGradient) < 1e-6)
    }
  }
}
