import FacetBench
import Foundation
import Testing

@Suite("Bench: protocol")
struct ProtocolTests {
  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try WorkerLine.data(value), as: UTF8.self)
  }

  @Test("requests as the workers read them")
  func requests() throws {
    #expect(try text(WorkerRequest.run(count: 3)) == "{\"count\":3,\"op\":\"run\"}\n")
    #expect(try text(WorkerRequest.memory) == "{\"op\":\"memory\"}\n")
    #expect(try text(WorkerRequest.quit) == "{\"op\":\"quit\"}\n")
    let result = "{\"folder\":\"a/b\",\"op\":\"result\"}\n"
    #expect(try text(WorkerRequest.result(folder: "a/b")) == result)
    let load = WorkerLoad(
      task: .forward, net: "n", threads: 2, weights: "w", input: "x", labels: [3, 4])
    let expected =
      #"{"input":"x","labels":[3,4],"momentum":0.9,"net":"n","op":"load","rate":0.001,"#
      + #""task":"forward","threads":2,"weights":"w"}"# + "\n"
    #expect(try text(WorkerRequest.load(load)) == expected)
  }

  @Test("requests survive the line")
  func roundTrip() throws {
    var load = WorkerLoad(task: .cold, net: "n", threads: 1, weights: "w", input: "x")
    (load.onnx, load.layer, load.variant) = ("o", "features.1", "channels_last")
    (load.command, load.numbersCommand, load.numbers) = (["a", "b\n"], ["c"], "d")
    for request in [
      .load(load), .run(count: 7), .result(folder: "f \"g\""), .memory, .check, .quit,
    ] as [WorkerRequest] {
      let line = try WorkerLine.data(request)
      #expect(line.filter { $0 == 0x0A }.count == 1)
      #expect(WorkerLine.value(WorkerRequest.self, line.dropLast()) == request)
    }
  }

  @Test("replies as Python writes them")
  func replies() {
    func reply(_ text: String) -> WorkerReply? {
      WorkerLine.value(WorkerReply.self, Data(text.utf8))
    }
    #expect(
      reply(#"{"ok": true, "seconds": [0.25, 1e-3]}"#) == WorkerReply(seconds: [0.25, 1e-3]))
    #expect(reply(#"{"ok": false, "missing": ["captum"]}"#)?.missing == ["captum"])
    #expect(reply(#"{"ok": true, "peakKB": 12}"#)?.peakKB == 12)
    for bad in ["", "ok", "[]", "{}", #"{"ok": 1}"#, #"{"ok": true, "seconds": [NaN]}"#] {
      #expect(reply(bad) == nil, "\(bad)")
    }
  }

  @Test("unknown requests are none")
  func unknown() {
    for bad in ["{}", #"{"op":"fly"}"#, #"{"op":"run"}"#, #"{"op":"load"}"#] {
      #expect(WorkerLine.value(WorkerRequest.self, Data(bad.utf8)) == nil, "\(bad)")
    }
  }

  @Test("peak memory as the kernel writes it")
  func memory() {
    #expect(PeakMemory.parse("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t  123456 kB\n") == 123456)
    #expect(PeakMemory.parse("Name:\tx\n") == nil)
    #expect((PeakMemory.ofThisProcess ?? 0) > 1000)
  }
}
