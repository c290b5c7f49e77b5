import FacetBench
import Testing

@Suite("Bench: options")
struct OptionsTests {
  @Test("rows of one network stand together, and peers do only what they can")
  func rows() {
    var options = BenchOptions(nets: ["vgg16", "alexnet"], tasks: [.train, .forward])
    options.peers = [.torch, .captum]
    #expect(
      options.rows.map(\.name) == [
        "train of vgg16, batch 8, against PyTorch",
        "forward of vgg16, batch 1, against PyTorch",
        "forward of vgg16, batch 8, against PyTorch",
        "train of alexnet, batch 32, against PyTorch",
        "forward of alexnet, batch 1, against PyTorch",
        "forward of alexnet, batch 8, against PyTorch",
      ])
  }

  @Test("the table of the default run")
  func defaults() {
    let rows = BenchOptions().rows
    func count(_ task: BenchTask) -> Int { rows.filter { $0.task == task }.count }
    #expect(BenchTask.allCases.map(count) == [24, 12, 6, 1, 1, 1, 6, 1, 2])
    #expect(Set(rows).count == rows.count)
    #expect(rows.filter { $0.task == .threads }.allSatisfy { $0.batch == 8 && $0.peer == nil })
  }

  @Test("given batches are those of forward runs, Grad-CAM and training")
  func batches() {
    let options = BenchOptions(nets: ["resnet18"], batches: [1, 32], peers: [.torch, .captum])
    func batches(_ task: BenchTask) -> [Int] {
      options.rows.filter { $0.task == task }.map(\.batch)
    }
    #expect(batches(.forward) == [1, 32])
    #expect(batches(.gradcam) == [1, 32])
    #expect(batches(.train) == [1, 32])
    #expect(batches(.threads) == [8])
    #expect(batches(.scorecam) == [])
  }

  @Test("what can't be measured is refused")
  func refused() {
    for options in [
      BenchOptions(nets: []), BenchOptions(tasks: []), BenchOptions(batches: [0]),
      BenchOptions(batches: []), BenchOptions(threads: 0), BenchOptions(rounds: 0),
      BenchOptions(limit: 0), BenchOptions(limit: .nan),
    ] {
      #expect(throws: BenchError.self) { try options.validate() }
    }
    #expect(throws: Never.self) { try BenchOptions().validate() }
  }
}
