import FacetBench
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// What a long life leaves in memory, in a process of its own.
@Suite("Bench: memory of many runs")
struct MemoryTests {
  /// Kilobytes that the peak may grow by.
  private static let most = 1024

  @Test("9,000 Grad-CAMs after the first 1,000 need less than 1 MB more", arguments: [1, 2])
  func gradCAMs(_ threads: Int) throws {
    let folder = try TemporaryFolder()
    let model = try Architecture.named("resnet20-cifar").model(classes: ["a", "b", "c"], seed: 3)
    try ModelFile.write(model, to: folder.file("m.safetensors"))
    try NumPyArray.write(.random([1, 3, 32, 32], seed: 5), to: folder.file("x.npy"))
    let worker = try WorkerProcess(
      "facet", command: [try BuiltProgram.path("facet-bench"), "worker"],
      errorFile: folder.file("errors"))
    defer { worker.end() }
    func ask(_ request: WorkerRequest) throws -> WorkerReply {
      try worker.ask(request, limit: 600)
    }
    _ = try ask(
      .load(
        WorkerLoad(
          task: .gradcam, net: "resnet20-cifar", threads: threads,
          weights: folder.file("m.safetensors"), input: folder.file("x.npy"), labels: [1],
          variant: "captum")))
    // In equal parts: the replies, a number for each run, take memory too.
    #expect(try ask(.run(count: 1000)).seconds?.count == 1000)
    let before = try #require(try ask(.memory).peakKB)
    for _ in 0..<9 { #expect(try ask(.run(count: 1000)).seconds?.count == 1000) }
    let after = try #require(try ask(.memory).peakKB)
    #expect(after - before < Self.most, "from \(before) to \(after) kB")
  }
}
