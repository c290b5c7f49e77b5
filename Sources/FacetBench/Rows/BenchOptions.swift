/// What a run of the benchmark measures.
public struct BenchOptions: Equatable, Codable, Sendable {
  /// torchvision's names; `nil` for each task's own.
  public var nets: [String]?
  public var tasks: [BenchTask]
  /// Images in a call, of forward runs, Grad-CAM and training; `nil` for each task's own.
  public var batches: [Int]?
  public var peers: [Peer]
  public var threads: Int
  /// Timed rounds; `nil` for as many as the work's length allows.
  public var rounds: Int?
  /// Seconds that one call may take.
  public var limit: Double
  /// Of weights, input and labels.
  public var seed: UInt64

  public init(
    nets: [String]? = nil, tasks: [BenchTask] = BenchTask.allCases, batches: [Int]? = nil,
    peers: [Peer] = Peer.allCases, threads: Int = 2, rounds: Int? = nil, limit: Double = 600,
    seed: UInt64 = 0
  ) {
    self.nets = nets
    self.tasks = tasks
    self.batches = batches
    self.peers = peers
    self.threads = threads
    self.rounds = rounds
    self.limit = limit
    self.seed = seed
  }
}

extension BenchOptions {
  /// The networks that are measured by default.
  public static let networks = [
    "resnet18", "vgg16", "alexnet", "squeezenet1_0", "densenet121", "resnet50",
  ]

  /// Batches whose cost per image is compared.
  static let comparedBatches = [1, 2, 4, 8, 16, 32]
  /// Sides in pixels of images whose cost per pixel is compared.
  static let comparedSides = [224, 448, 672, 1024]

  /// The networks of one task.
  func nets(for task: BenchTask) -> [String] {
    if let nets { return nets }
    return switch task {
    case .forward, .gradcam, .train, .threads: Self.networks
    case .scorecam, .ablationcam, .cold, .batch: ["resnet18"]
    case .pixels: ["resnet18", "alexnet"]
    }
  }

  /// The batches of one task on one network.
  func batches(for task: BenchTask, net: String) -> [Int] {
    switch task {
    case .forward: batches ?? [1, 8]
    case .gradcam: batches ?? [1]
    case .train: batches ?? [net.hasPrefix("vgg") ? 8 : 32]
    case .threads: [8]
    case .scorecam, .ablationcam, .cold, .batch, .pixels: [1]
    }
  }

  /// All rows, network by network, so that one network's files are on the disk at a time.
  public var rows: [RowKey] {
    var seen: Set<String> = []
    let all = tasks.flatMap { nets(for: $0) }.filter { seen.insert($0).inserted }
    return all.flatMap { net in
      tasks.filter { nets(for: $0).contains(net) }.flatMap { task in
        batches(for: task, net: net).flatMap { batch -> [RowKey] in
          let against = task.peers.filter(peers.contains)
          if task.peers.isEmpty { return [RowKey(task: task, net: net, batch: batch, peer: nil)] }
          return against.map { RowKey(task: task, net: net, batch: batch, peer: $0) }
        }
      }
    }
  }

  /// Refuses what can't be measured.
  public func validate() throws(BenchError) {
    if let empty = [
      ("--nets", nets?.isEmpty), ("--tasks", tasks.isEmpty), ("--batch", batches?.isEmpty),
    ].first(where: { $0.1 == true }) {
      throw .usage("\(empty.0) names nothing")
    }
    if let batch = batches?.first(where: { !(1...1024 ~= $0) }) {
      throw .usage("--batch takes numbers of 1 to 1024, not \(batch)")
    }
    guard 1...1024 ~= threads else { throw .usage("--threads must be 1 to 1024, not \(threads)") }
    guard 1...10_000 ~= rounds ?? 1 else {
      throw .usage("--rounds must be 1 to 10000, not \(rounds ?? 0)")
    }
    guard limit > 0, limit <= 1e6 else {
      throw .usage("--limit must be more than 0 and at most a million seconds, not \(limit)")
    }
  }
}

/// What one row is about.
public struct RowKey: Hashable, Codable, Sendable {
  public var task: BenchTask
  public var net: String
  public var batch: Int
  /// `nil` where Facet is measured alone.
  public var peer: Peer?

  public init(task: BenchTask, net: String, batch: Int, peer: Peer?) {
    self.task = task
    self.net = net
    self.batch = batch
    self.peer = peer
  }

  /// `forward of resnet18, batch 8, against PyTorch`.
  public var name: String {
    "\(task.rawValue) of \(net), batch \(batch)" + (peer.map { ", against \($0.title)" } ?? "")
  }
}
