import FacetBench
import FacetTestSupport
import Foundation
import Testing

/// Results made up by hand.
enum Sample {
  static let quiet = MachineState(
    load: 0.5, ticks: 1000, stolenTicks: 10, busyTicks: 400, ownTicks: 50)
  static let later = MachineState(
    load: 1.5, ticks: 2000, stolenTicks: 15, busyTicks: 900, ownTicks: 510)

  static func side(
    _ name: String, _ variant: String?, _ seconds: [Double], threads: Int = 2,
    images: Int = 1, pixels: Int = 50_176
  ) -> BenchSide {
    BenchSide(
      name: name, variant: variant, threads: threads, images: images, pixels: pixels,
      calls: seconds.map { [$0] }, loadedKB: 51_200, peakKB: 102_400, waited: 1,
      computedWaiting: 0.001, versions: name == "Facet" ? ["facet": "0.1.0"] : ["torch": "2.15.0"])
  }

  static var forward: BenchRow {
    BenchRow(
      key: RowKey(task: .forward, net: "resnet18", batch: 1, peer: .torch),
      sides: [
        side("Facet", nil, [0.01, 0.012, 0.008]),
        side("PyTorch", "contiguous", [0.03, 0.03, 0.03]),
        side("PyTorch", "channels_last", [0.02, 0.024, 0.02]),
      ],
      agreement: [
        Agreement(
          what: "logits", side: "PyTorch, contiguous", difference: 2.5e-6, limit: 1e-3),
        Agreement(
          what: "logits", side: "PyTorch, channels_last", difference: 1.5e-6, limit: 1e-3),
      ], multiplyAdds: 1_000_000_000, start: quiet, end: later)
  }

  static var results: BenchResults {
    var apart = forward
    apart.key.net = "vgg16"
    apart.status = .disagrees
    apart.reason = "logits of PyTorch: 0.5, at most 0.001 was expected"
    apart.agreement[0].difference = 0.5
    apart.sides[0].computedWaiting = 0.5
    let missing = BenchRow(
      key: RowKey(task: .gradcam, net: "resnet18", batch: 1, peer: .captum), status: .skipped,
      reason: "captum is not installed: python3 -m pip install captum", layer: "layer4",
      start: quiet, end: later)
    var cold = forward
    cold.key = RowKey(task: .cold, net: "resnet18", batch: 1, peer: .pytorchGradCAM)
    cold.multiplyAdds = nil
    cold.sides = [side("Facet", nil, [0.2]), side("pytorch-grad-cam", nil, [5])]
    cold.sides[0].userSeconds = [0.3]
    cold.sides[1].userSeconds = [4, 6]
    let threads = BenchRow(
      key: RowKey(task: .threads, net: "resnet18", batch: 8, peer: nil),
      sides: [
        side("Facet", nil, [0.1, 0.1], images: 8),
        side("Facet", "1 thread", [0.19, 0.2], threads: 1, images: 8),
      ], multiplyAdds: 8_000_000_000, start: quiet, end: later)
    let batch = BenchRow(
      key: RowKey(task: .batch, net: "resnet18", batch: 1, peer: nil),
      sides: [
        side("Facet", "batch 1", [0.01]), side("Facet", "batch 8", [0.04], images: 8),
      ], start: quiet, end: later)
    let pixels = BenchRow(
      key: RowKey(task: .pixels, net: "resnet18", batch: 1, peer: nil),
      sides: [
        side("Facet", "224x224", [0.0025088]),
        side("Facet", "448x448", [0.010_035_2], pixels: 200_704),
      ], start: quiet, end: later)
    return BenchResults(
      date: "2026-01-02T03:04:05Z", command: "facet-bench --json x.json",
      options: BenchOptions(nets: ["resnet18"], threads: 2),
      machine: Machine(
        processor: "A Processor", cores: 2, instructions: "AVX-512", kernel: "Linux 6.1",
        memoryMB: 16_000),
      environment: ["FACET_ISA": "avx2"], peakGigaflops: 250,
      rows: [forward, apart, missing, cold, threads, batch, pixels])
  }
}

@Suite("Bench: results")
struct ResultsTests {
  @Test("figures of a row by hand")
  func figures() {
    let row = Sample.forward
    #expect(row.best?.variant == "channels_last")
    // Medians: Facet 10 ms, the peer 20 ms; ratios 2, 2, 2.5.
    #expect(row.ratio == Spread(median: 2, low: 2, high: 2.5, kind: .range))
    #expect(row.gigaflops == 200)
    #expect(row.worstAgreement?.difference == 2.5e-6)
    #expect(row.stolenShare == 0.005)
    // 500 busy ticks of 1000, 460 of them its own.
    #expect(row.othersShare == 0.04)
    #expect(!BenchResults.sameButEmpty(Sample.results).hasFailures)
    #expect(Sample.results.hasFailures)
    #expect(Sample.results.versions == ["facet": "0.1.0", "torch": "2.15.0"])
  }

  @Test("a file that was written reads as it was")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("results.json")
    try Sample.results.write(to: path)
    #expect(try BenchResults.read(path) == Sample.results)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: BenchError.self) { try BenchResults.read(path) }
  }

  @Test("the tables as they stand in a README")
  func markdown() {
    #expect(MarkdownTables(Sample.results).text == Sample.markdown)
  }

  @Test("a line in the terminal")
  func terminal() {
    let line = TerminalTable.text(Sample.forward, peak: nil)
    let words = line.split(separator: " ").joined(separator: " ")
    #expect(
      words
        == "forward resnet18 1 PyTorch, channels_last 10.0 20.0 2.00 (range 2.00 to 2.50) 200 - "
        + "100 100 2.5e-06")
    let titles = TerminalTable.heading
    #expect(titles.hasPrefix("task") && titles.hasSuffix("difference"))
    let apart = TerminalTable.text(Sample.results.rows[1], peak: nil)
    #expect(apart.contains("5.0e-01 DIFFERS"))
    #expect(apart.contains("\n    Facet computed for 50 % of the time it should have waited"))
    let missing = TerminalTable.text(Sample.results.rows[2], peak: nil)
    #expect(missing.contains("skipped: captum is not installed: python3 -m pip install captum"))
  }

  @Test("the machine as the kernel describes it")
  func machine() {
    let text = "processor\t: 0\nmodel name\t: A: B 3 GHz\nflags\t\t: sse fma avx2\n"
    #expect(Machine.field("model name", of: text) == "A: B 3 GHz")
    #expect(Machine.field("nothing", of: text) == nil)
    #expect(Machine.instructions("sse avx2 fma") == "AVX2")
    #expect(Machine.instructions("avx2 fma avx512f") == "AVX-512")
    #expect(Machine.instructions("avx2") == "none")
    let state = MachineState(
      loads: "0.25 0.10 0.05 1/99 1234\n",
      statistics: "cpu  10 20 30 40 5 6 7 8 100 200\ncpu0 1\n", ownTicks: 9)
    #expect(
      state
        == MachineState(load: 0.25, ticks: 126, stolenTicks: 8, busyTicks: 73, ownTicks: 9))
    #expect(
      MachineState(loads: "", statistics: "")
        == MachineState(load: 0, ticks: 0, stolenTicks: 0, busyTicks: 0, ownTicks: 0))
    #expect(Machine.here.cores > 0)
  }
}

extension BenchResults {
  fileprivate static func sameButEmpty(_ results: BenchResults) -> BenchResults {
    var results = results
    results.rows = [Sample.forward]
    return results
  }
}
