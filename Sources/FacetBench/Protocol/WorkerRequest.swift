import FacetEngine
import Foundation

/// What a worker is asked: one JSON object a line on its standard input.
public enum WorkerRequest: Equatable, Sendable {
  /// Say whether all packages are there, and their versions.
  case check
  /// Get ready: read weights and input, so that a run is nothing but the work.
  case load(WorkerLoad)
  /// Run so often; the reply has the seconds of each run.
  case run(count: Int)
  /// Write what the last run gave as `.npy` files into a folder.
  case result(folder: String)
  /// The largest resident memory of the process so far.
  case memory
  case quit
}

/// What a worker works on. Paths are files that both sides read.
public struct WorkerLoad: Equatable, Codable, Sendable {
  public var task: BenchTask
  /// torchvision's name of the network.
  public var net: String
  public var threads: Int
  /// A safetensors file with torchvision's parameter names; Facet's own model file is one.
  public var weights: String
  /// The same network as an ONNX graph, for peers that take no other.
  public var onnx: String?
  /// Images `[N, 3, H, W]`, normalised, as `.npy`.
  public var input: String
  /// The class of each image: what is explained, or what training takes for right.
  public var labels: [Int]
  /// The layer that class activation maps look at.
  public var layer: String?
  /// `contiguous` or `channels_last` for PyTorch; for Facet the peer whose map is asked for.
  public var variant: String?
  /// Of Facet: `fast` or `exact`.
  public var precision: Precision?
  /// Of training: the step's size and SGD's momentum.
  public var rate: Double
  public var momentum: Double
  /// For ``BenchTask/cold``: the program to start and wait for.
  public var command: [String]?
  /// For ``BenchTask/cold``: a program that writes the map's numbers to `numbers`.
  public var numbersCommand: [String]?
  public var numbers: String?

  public init(
    task: BenchTask, net: String, threads: Int, weights: String, onnx: String? = nil,
    input: String, labels: [Int] = [], layer: String? = nil, variant: String? = nil,
    precision: Precision? = nil, rate: Double = 1e-3, momentum: Double = 0.9,
    command: [String]? = nil,
    numbersCommand: [String]? = nil, numbers: String? = nil
  ) {
    self.task = task
    self.net = net
    self.threads = threads
    self.weights = weights
    self.onnx = onnx
    self.input = input
    self.labels = labels
    self.layer = layer
    self.variant = variant
    self.precision = precision
    self.rate = rate
    self.momentum = momentum
    self.command = command
    self.numbersCommand = numbersCommand
    self.numbers = numbers
  }
}

extension WorkerRequest: Codable {
  private enum CodingKeys: String, CodingKey {
    case op
    case count
    case folder
  }

  private enum Operation: String, Codable {
    case check
    case load
    case run
    case result
    case memory
    case quit
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Operation.self, forKey: .op) {
    case .check: self = .check
    case .load: self = .load(try WorkerLoad(from: decoder))
    case .run: self = .run(count: try container.decode(Int.self, forKey: .count))
    case .result: self = .result(folder: try container.decode(String.self, forKey: .folder))
    case .memory: self = .memory
    case .quit: self = .quit
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .check: try container.encode(Operation.check, forKey: .op)
    case .load(let load):
      try container.encode(Operation.load, forKey: .op)
      try load.encode(to: encoder)
    case .run(let count):
      try container.encode(Operation.run, forKey: .op)
      try container.encode(count, forKey: .count)
    case .result(let folder):
      try container.encode(Operation.result, forKey: .op)
      try container.encode(folder, forKey: .folder)
    case .memory: try container.encode(Operation.memory, forKey: .op)
    case .quit: try container.encode(Operation.quit, forKey: .op)
    }
  }
}
