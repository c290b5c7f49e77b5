import FacetEngine
import FacetWorkbench
import FacetZoo
import Foundation

/// Facet's side of a comparison: answers the same requests as the peers' workers.
public struct FacetWorker {
  private var subject: (any Subject)?

  public init() {}

  /// Answers standard input line by line until it ends or says `quit`.
  public mutating func serve() {
    // Whatever prints, prints to the error output: standard output holds the protocol alone.
    let replies = FileHandle(fileDescriptor: dup(STDOUT_FILENO), closeOnDealloc: true)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    while let line = readLine() {
      let request = WorkerLine.value(WorkerRequest.self, Data(line.utf8))
      let reply =
        request.map { answer($0) } ?? WorkerReply(ok: false, error: "'\(line)' is no request")
      guard let data = try? WorkerLine.data(reply), (try? replies.write(contentsOf: data)) != nil,
        request != .quit
      else { return }
    }
  }

  /// The reply to one request.
  public mutating func answer(_ request: WorkerRequest) -> WorkerReply {
    do {
      switch request {
      case .check: return WorkerReply(versions: ["facet": facetVersion])
      case .load(let load):
        subject = try Self.subject(load)
        return WorkerReply(versions: ["facet": facetVersion])
      case .run(let count):
        var reply = WorkerReply(seconds: [])
        for _ in 0..<max(count, 0) {
          guard let timing = try subject?.run() else { return Self.notLoaded }
          reply.seconds?.append(timing.wall)
          if let user = timing.user { reply.userSeconds = (reply.userSeconds ?? []) + [user] }
        }
        return reply
      case .result(let folder):
        guard let subject else { return Self.notLoaded }
        return WorkerReply(arrays: try subject.arrays(in: folder))
      case .memory: return WorkerReply(peakKB: subject?.peakKB ?? PeakMemory.ofThisProcess)
      case .quit: return WorkerReply()
      }
    } catch {
      return WorkerReply(ok: false, error: "\(error)")
    }
  }

  private static var notLoaded: WorkerReply {
    WorkerReply(ok: false, error: "nothing was loaded before")
  }

  private static func subject(_ load: WorkerLoad) throws -> any Subject {
    if load.task == .cold { return try ProcessSubject(load) }
    let engine = Engine(threads: load.threads, precision: load.precision ?? .fast)
    let model = try ModelFile.read(load.weights)
    let x = try NumPyArray.read(load.input)
    switch load.task {
    case .train: return TrainingSubject(load, engine: engine, model: model, x: x)
    case .gradcam, .scorecam, .ablationcam:
      return try ExplanationSubject(load, engine: engine, model: model, x: x)
    case .forward, .threads, .batch, .pixels, .cold:
      return ForwardSubject(engine: engine, model: model, x: x)
    }
  }
}
