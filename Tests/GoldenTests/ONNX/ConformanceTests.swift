import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// ONNX's own cases for operators and whole networks, with their own tolerances (rtol 1e-3, atol 1e-7).
@Suite struct ConformanceTests {
  static let hasCases = SharedData.has("data/onnx_conformance/node")
  static let document = SharedData.packageFolder
    .appendingPathComponent("Docs/ONNXConformance.md")

  /// What a case may be refused for: it isn't an operator of a CNN on images, in floats.
  static let allowedReasons = [
    "three-dimensional", "isn't computed, only of floats", "in training mode",
    "sequences of values", "which isn't computed", "this operator isn't computed", "no elements",
  ]

  @Test(.enabled(if: hasCases)) func everyCasePassesOrIsRefusedForAReason() throws {
    let engine = Engine()
    var lines: [String] = []
    var failures: [String] = []
    var totals = (passed: 0, refused: 0)
    for folder in ["node", "simple", "pytorch-converted", "pytorch-operator"] {
      var refused: [String] = []
      var passed = 0
      for item in try ConformanceCase.all(in: folder) {
        switch item.outcome(engine) {
        case .passed: passed += 1
        case .refused(let reason):
          refused.append("| `\(item.name)` | \(reason) |")
          #expect(
            Self.allowedReasons.contains { reason.contains($0) }, "\(item.name): \(reason)")
        case .failed(let reason): failures.append("\(item.name): \(reason)")
        }
      }
      totals.passed += passed
      totals.refused += refused.count
      lines += ["## `\(folder)`", ""]
      if refused.isEmpty {
        lines += ["\(passed) pass.", ""]
      } else {
        lines += ["\(passed) pass, \(refused.count) are refused:", ""]
        lines += ["| case | reason |", "|---|---|"] + refused + [""]
      }
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    let text = Self.text(totals, lines)
    print(text)
    if ProcessInfo.processInfo.environment["FACET_UPDATE_SNAPSHOTS"] == "1" {
      try Data(text.utf8).write(to: Self.document)
    }
    #expect(try String(contentsOf: Self.document, encoding: .utf8) == text)
  }

  private static func text(_ totals: (passed: Int, refused: Int), _ lines: [String]) -> String {
    ([
      "# ONNX conformance", "",
      "ONNX's own backend cases (node cases as onnx 1.23.2 writes them; `simple`, `pytorch-converted`",
      "and `pytorch-operator` from its repository), run by Tests/GoldenTests/ONNX with ONNX's default",
      "tolerances: rtol 1e-3, atol 1e-7. The first input is the run's, the others are bound; every",
      "output is compared.", "",
      "**\(totals.passed) pass, 0 fail, \(totals.refused) are refused with a reason.**", "",
    ] + lines).joined(separator: "\n")
  }

  /// Whole networks with constant weights; the input is 0, 1/n, 2/n ..., as ONNX's runner has it.
  @Test(
    .enabled(if: SharedData.has("data/onnx_conformance/light")),
    arguments: [
      "bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet",
      "squeezenet", "vgg19", "zfnet512",
    ])
  func wholeNetworksGiveTheExpectedOutput(name: String) throws {
    let folder = try #require(SharedData.path("data/onnx_conformance/light"))
    var options = ONNXImportOptions()
    options.foldingLimit = 1 << 28
    let imported = try ONNXImporter.model(
      path: "\(folder)/light_\(name).onnx", options: options)
    let expected = try ConformanceCase.tensor("\(folder)/light_\(name)_output_0.pb")
    let count = 3 * 224 * 224
    let x = Tensor([1, 3, 224, 224], (0..<count).map { Float(Double($0) / Double(count)) })
    let y = try Engine().forward(imported.model, x).output
    if let difference = ConformanceCase.difference(y, expected) {
      // With equal weights all scores are equal and huge: one rounding of a sum, taken in another
      // order, is the difference of 1 to e^-1000. Then the scores are compared, not the softmax.
      let graph = imported.model.graph
      let scores = graph[graph[graph.output].inputs[0]].path
      let trace = try Engine().forward(imported.model, x, keeping: .paths([scores]))
      let values = try trace.value(at: scores).scalars
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      let isUniform = expected.scalars.allSatisfy { abs($0 - 0.001) < 1e-6 }
      #expect(isUniform && low > 1e6 && high - low <= 1e-5 * high, "\(difference)")
    }
    // The batch of one in these files is no part of the graph; numbers of its reshapes may be.
    #expect(
      imported.model.graph.inputExtents
        == (name == "shufflenet" ? [nil, 3, 224, 224] : [nil, 3, nil, nil]))
  }
}
