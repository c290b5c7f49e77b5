import FacetBench
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("Bench: rows with false workers")
struct RowRunnerTests {
  private let fake: FakeWorker
  private let array: String

  init() throws {
    fake = try FakeWorker()
    array = fake.folder.file("array.npy")
    try NumPyArray.write(Tensor([2], [1, -2]), to: array)
  }

  private func seconds(_ text: String) -> String { "echo '{\"ok\":true,\"seconds\":[\(text)]}'" }

  /// 0.5 s is claimed, so that a turn is one call without an untimed one before it.
  @Test("sides take turns, and each second round goes the other way")
  func turns() throws {
    let log = fake.folder.file("log")
    let a = fake.side("Facet", try fake.command("a", array: array, log: log))
    let b = fake.side(
      "PyTorch", try fake.command("b", run: seconds("1.25"), array: array, log: log))
    let row = fake.runner().run(fake.plan([a, b]))
    #expect(row.status == .measured, "\(row.reason ?? "")")
    let order = try String(contentsOfFile: log, encoding: .utf8).filter { $0 != "\n" }
    // Three warm-ups, then the rounds.
    #expect(order == "ababab" + "abbaab")
    #expect(row.sides.map(\.samples) == [[0.5, 0.5, 0.5], [1.25, 1.25, 1.25]])
    #expect(row.ratio == Spread(median: 2.5, low: 2.5, high: 2.5, kind: .range))
    #expect(row.gigaflops == 4)
    #expect(row.sides.allSatisfy { $0.peakKB == 2048 && $0.loadedKB == 2048 })
    #expect(row.sides[1].versions == ["fake": "1"])
    #expect(row.agreement.map(\.difference) == [0])
  }

  @Test(
    "numbers over the limit are compared again without Winograd's filtering",
    arguments: [[1, -2], [1, -1]] as [[Float]])
  func exactly(_ numbers: [Float]) throws {
    let (fast, exact) = (fake.folder.file("fast.npy"), fake.folder.file("exact.npy"))
    try NumPyArray.write(Tensor([2], [1.5, -2]), to: fast)
    try NumPyArray.write(Tensor([2], numbers), to: exact)
    let load =
      "case \"$line\" in *'\"precision\":\"exact\"'*) array='\(exact)';; esac; "
      + #"echo '{"ok":true,"versions":{"fake":"1"}}'"#
    let row = fake.runner().run(
      fake.plan([
        fake.side("Facet", try fake.command("a", load: load, array: fast)),
        fake.side("PyTorch", try fake.command("b", array: array)),
      ]))
    #expect(row.agreement.map(\.difference) == [0.25])
    let agrees = numbers == [1, -2]
    #expect(row.agreement.map(\.exactDifference) == [agrees ? 0 : 0.5])
    #expect(row.status == (agrees ? .measured : .disagrees))
    #expect(row.worstAgreement?.holds == agrees)
  }

  @Test("of several variants the best counts, and one that fails is named")
  func variants() throws {
    let facet = fake.side("Facet", try fake.command("a", array: array))
    var slow = fake.side("PyTorch", try fake.command("b", run: seconds("2"), array: array))
    slow.variant = "contiguous"
    var fast = fake.side("PyTorch", try fake.command("c", run: seconds("1"), array: array))
    fast.variant = "channels_last"
    var broken = fake.side("PyTorch", try fake.command("d", run: "exit 3", array: array))
    broken.variant = "broken"
    let row = fake.runner().run(fake.plan([facet, slow, fast, broken]))
    #expect(row.status == .measured)
    #expect(row.best?.variant == "channels_last")
    #expect(row.ratio?.median == 2)
    #expect(row.sides[3].failure == "PyTorch, broken exited with 3")
    #expect(row.agreement.map(\.side) == ["PyTorch, contiguous", "PyTorch, channels_last"])
  }

  @Test(
    "a peer that fails is a row with its reason",
    arguments: [
      ("exit 7", "exited with 7"),
      ("echo 'no more memory' >&2; exit 1", "exited with 1: no more memory"),
      ("kill -9 $$", "was ended by signal 9"),
      ("echo hello", "answered 'hello', which is no reply"),
      (#"echo '{"ok":true}'"#, "which is no reply"),
      (#"echo '{"ok":true,"seconds":[-1]}'"#, "which is no reply"),
      (#"echo '{"ok":false,"error":"ValueError: bad"}'"#, "ValueError: bad"),
      ("exec 1>&-; sleep 30", "closed its output"),
    ])
  func failures(_ run: String, _ reason: String) throws {
    let facet = fake.side("Facet", try fake.command("a", array: array))
    let peer = fake.side("PyTorch", try fake.command("b", run: run, array: array))
    let row = fake.runner().run(fake.plan([facet, peer]))
    #expect(row.status == .failed)
    #expect(row.reason?.contains(reason) == true, "\(row.reason ?? "")")
    #expect(row.sides[1].failure == row.reason)
    #expect(row.ratio == nil)
  }

  @Test("a peer that hangs is ended, with what it has started")
  func hang() throws {
    let mark = fake.folder.file("child")
    let facet = fake.side("Facet", try fake.command("a", array: array))
    let peer = fake.side(
      "PyTorch", try fake.command("b", run: "sleep 300 & echo $! > '\(mark)'; wait", array: array))
    let row = fake.runner(limit: 1).run(fake.plan([facet, peer]))
    #expect(row.status == .failed)
    #expect(row.reason == "PyTorch did not answer within 1.0 s; see --limit")
    let text = try String(contentsOfFile: mark, encoding: .utf8)
    let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    // Its new parent takes a moment to notice that it has ended.
    var patience = 100
    while patience > 0, isRunning(child) {
      usleep(20_000)
      patience -= 1
    }
    #expect(!isRunning(child))
  }

  /// Whether a process computes or sleeps; one that has ended and wasn't waited for doesn't.
  private func isRunning(_ pid: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
      return false
    }
    return text.split(separator: ")").last?.split(separator: " ").first != "Z"
  }

  @Test("a peer that isn't installed is skipped, with the command that installs it")
  func absent() throws {
    let log = fake.folder.file("log")
    let facet = fake.side("Facet", try fake.command("a", array: array, log: log))
    var peer = fake.side(
      "captum", try fake.command("b", load: #"echo '{"ok":false,"missing":["captum"]}'"#))
    peer.variant = "contiguous"
    let row = fake.runner().run(fake.plan([facet, peer]))
    #expect(row.status == .skipped)
    #expect(row.reason == "captum is not installed: /bin/sh -m pip install captum")
    #expect(!FileManager.default.fileExists(atPath: log), "Facet ran for nobody")
  }

  @Test("a Python that isn't there is named")
  func noPython() throws {
    let facet = fake.side("Facet", try fake.command("a", array: array))
    let peer = fake.side("PyTorch", [fake.folder.file("python9"), "peer.py"])
    let row = fake.runner().run(fake.plan([facet, peer]))
    #expect(row.status == .failed)
    #expect(row.reason?.contains("python9 peer.py can't be started: No such file") == true)
  }

  @Test("numbers that differ mark the row")
  func disagreement() throws {
    let other = fake.folder.file("other.npy")
    try NumPyArray.write(Tensor([2], [1, -2.1]), to: other)
    let facet = fake.side("Facet", try fake.command("a", array: array))
    let peer = fake.side("PyTorch", try fake.command("b", array: other))
    let row = fake.runner().run(fake.plan([facet, peer]))
    #expect(row.status == .disagrees)
    #expect(row.reason?.hasPrefix("logits of PyTorch: 0.0476") == true, "\(row.reason ?? "")")
    #expect(row.ratio != nil)
  }

  @Test("when Facet's side fails, so does the row")
  func facetFails() throws {
    let facet = fake.side("Facet", try fake.command("a", run: "exit 1"))
    let peer = fake.side("PyTorch", try fake.command("b", array: array))
    let row = fake.runner().run(fake.plan([facet, peer]))
    #expect(row.status == .failed)
    #expect(row.reason == "Facet exited with 1")
  }

  @Test("a peer that fails after its rounds has a row with its samples and no ratio")
  func lateFailure() throws {
    let facet = fake.side("Facet", try fake.command("a", array: array))
    let peer = fake.side("PyTorch", try fake.command("b", array: fake.folder.file("none.npy")))
    let row = fake.runner().run(fake.plan([facet, peer]))
    #expect(row.status == .failed)
    #expect(row.reason?.contains("none.npy") == true, "\(row.reason ?? "")")
    #expect(row.sides[1].samples.count == 3)
    #expect(row.ratio == nil)
  }
}
