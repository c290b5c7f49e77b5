import FacetBench
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Facet's own side, asked in this process.
@Suite("Bench: Facet's worker")
struct FacetWorkerTests {
  private let folder: TemporaryFolder
  private let load: WorkerLoad

  init() throws {
    folder = try TemporaryFolder()
    let model = try Architecture.named("resnet20-cifar")
      .model(classes: ["a", "b", "c"], seed: 3)
    try ModelFile.write(model, to: folder.file("m.safetensors"))
    var stream = RandomStream(seed: 5)
    let x = Tensor([2, 3, 32, 32], (0..<6144).map { _ in stream.normal() })
    try NumPyArray.write(x, to: folder.file("x.npy"))
    load = WorkerLoad(
      task: .forward, net: "resnet20-cifar", threads: 1, weights: folder.file("m.safetensors"),
      input: folder.file("x.npy"), labels: [2, 0])
  }

  private func arrays(_ task: BenchTask, variant: String? = nil) throws -> [String: Tensor] {
    var load = load
    (load.task, load.variant) = (task, variant)
    var worker = FacetWorker()
    #expect(worker.answer(.load(load)).versions?["facet"] != nil)
    let reply = worker.answer(.run(count: 2))
    #expect(reply.seconds?.count == 2, "\(reply.error ?? "")")
    #expect((worker.answer(.memory).peakKB ?? 0) > 0)
    let paths = try #require(worker.answer(.result(folder: folder.path)).arrays)
    return try paths.mapValues { try NumPyArray.read($0) }
  }

  @Test("every task gives what is compared, in the peer's shape")
  func tasks() throws {
    #expect(try arrays(.forward).mapValues(\.shape) == ["logits": [2, 3]])
    #expect(try arrays(.gradcam, variant: "captum").mapValues(\.shape) == ["raw": [2, 8, 8]])
    for task in [BenchTask.gradcam, .scorecam, .ablationcam] {
      let found = try arrays(task, variant: "pytorch-grad-cam")
      #expect(found.mapValues(\.shape) == ["raw": [2, 8, 8], "map": [2, 32, 32]])
    }
    let losses = try arrays(.train)["losses"]
    #expect(losses?.shape == [2])
    // The same batch again, a step further down.
    #expect((losses?[1] ?? 9) < (losses?[0] ?? 0))
  }

  @Test("what it can't do it says")
  func refusals() {
    var worker = FacetWorker()
    #expect(worker.answer(.run(count: 1)).error == "nothing was loaded before")
    var bad = load
    bad.weights = folder.file("none.safetensors")
    let reply = worker.answer(.load(bad))
    #expect(!reply.ok)
    #expect(reply.error?.contains("none.safetensors") == true)
    #expect(worker.answer(.quit).ok)
  }

  @Test("a program as a cold process: time, memory, and its failure")
  func process() {
    var cold = load
    cold.task = .cold
    cold.command = ["/bin/sh", "-c", "exit 0"]
    var worker = FacetWorker()
    #expect(worker.answer(.load(cold)).ok)
    let reply = worker.answer(.run(count: 2))
    #expect(reply.seconds?.count == 2)
    #expect(reply.userSeconds?.count == 2)
    #expect((worker.answer(.memory).peakKB ?? 0) > 0)
    cold.command = ["/bin/sh", "-c", "exit 5"]
    #expect(worker.answer(.load(cold)).ok)
    #expect(worker.answer(.run(count: 1)).error == "/bin/sh -c: it exited with 5")
    cold.command = nil
    #expect(worker.answer(.load(cold)).error == "facet: no command to start was given")
  }

  @Test("batch norms are drawn, so that one left out shows; the same seed gives the same network")
  func network() throws {
    let network = try BenchNetwork("resnet20-cifar", seed: 1)
    let again = try BenchNetwork("resnet20-cifar", seed: 1)
    #expect(network.model.parameters == again.model.parameters)
    let means = try #require(network.model.parameters["bn1.running_mean"])
    #expect(means.scalars.allSatisfy { abs($0) <= 0.1 && $0 != 0 })
    #expect(network.images(2, seed: 1) == again.images(2, seed: 1))
    #expect(network.images(2, side: 40, seed: 1).shape == [2, 3, 40, 40])
    #expect(network.labels(64, seed: 1).allSatisfy { 0..<1000 ~= $0 })
    #expect(Set(network.labels(64, seed: 1)).count > 32)
  }
}
