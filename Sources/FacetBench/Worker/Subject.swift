import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTraining
import FacetZoo

/// Work of Facet's that is timed: made once, run many times.
protocol Subject {
  /// Runs once; what comes out is kept for ``arrays``.
  mutating func run() throws -> Timing
  /// What the last run gave, by name.
  func arrays(in folder: String) throws -> [String: String]
  /// Of the process that does the work, where that isn't this one.
  var peakKB: Int? { get }
}

/// What a run took, in seconds.
struct Timing {
  var wall: Double
  var user: Double?
}

extension Subject {
  var peakKB: Int? { nil }

  /// Runs `body` and times it alone; its result is handed on outside the clock.
  static func timed<R>(_ body: () throws -> R) throws -> (R, Timing) {
    let start = SuspendingClock.now
    let result = try body()
    return (result, Timing(wall: (SuspendingClock.now - start) / .seconds(1)))
  }

  static func write(_ tensors: [String: Tensor], in folder: String) throws -> [String: String] {
    var paths: [String: String] = [:]
    for (name, tensor) in tensors {
      let path = folder + "/facet-\(name).npy"
      try NumPyArray.write(tensor, to: path)
      paths[name] = path
    }
    return paths
  }
}

/// Images to logits.
struct ForwardSubject: Subject {
  let engine: Engine
  let model: Model
  let x: Tensor
  var logits: Tensor?

  mutating func run() throws -> Timing {
    let (output, timing) = try Self.timed { try engine.forward(model, x).output }
    logits = output
    return timing
  }

  func arrays(in folder: String) throws -> [String: String] {
    try Self.write(logits.map { ["logits": $0] } ?? [:], in: folder)
  }
}

/// Images to class activation maps, finished as the peer finishes them.
struct ExplanationSubject: Subject {
  let engine: Engine
  let model: Model
  let x: Tensor
  let explainer: any Explainer
  let choice: ClassChoice
  let dialect: Dialect
  var found: (raw: Tensor, map: Tensor)?

  init(_ load: WorkerLoad, engine: Engine, model: Model, x: Tensor) throws {
    self.engine = engine
    self.model = model
    self.x = x
    let layer = load.layer.map { LayerPath($0) }
    explainer =
      switch load.task {
      case .scorecam: CAM(ScoreCAMWeighting(), layer: layer)
      case .ablationcam: CAM(AblationCAMWeighting(), layer: layer)
      default: CAM(GradCAMWeighting(), layer: layer)
      }
    choice = .perImage(load.labels)
    dialect = load.variant == Peer.pytorchGradCAM.rawValue ? .pytorchGradCAM : .facet
  }

  mutating func run() throws -> Timing {
    let (result, timing) = try Self.timed {
      let explanation = try explainer.explain(model, x, LogitObjective(choice), on: engine)
      return (raw: explanation.map, map: explanation.map(in: dialect))
    }
    found = result
    return timing
  }

  func arrays(in folder: String) throws -> [String: String] {
    guard let found else { return [:] }
    // A peer that gives raw maps has no finished one to compare with.
    return try Self.write(
      dialect == .facet ? ["raw": found.raw] : ["raw": found.raw, "map": found.map], in: folder)
  }
}

/// A step of training.
struct TrainingSubject: Subject {
  let x: Tensor
  let labels: [Int]
  let rate: Float
  let step: TrainingStep
  var model: Model
  var optimiser: any Optimiser
  var losses: [Double] = []

  init(_ load: WorkerLoad, engine: Engine, model: Model, x: Tensor) {
    self.model = model
    self.x = x
    labels = load.labels
    rate = Float(load.rate)
    step = TrainingStep(engine: engine, trained: Set(model.graph.learnableParameters))
    optimiser = SGD(momentum: Float(load.momentum))
  }

  mutating func run() throws -> Timing {
    let start = SuspendingClock.now
    let (loss, _) = try step.run(
      &model, &optimiser, x, labels: labels, rate: rate, training: .init(dropout: .none))
    let timing = Timing(wall: (SuspendingClock.now - start) / .seconds(1))
    losses.append(loss)
    return timing
  }

  func arrays(in folder: String) throws -> [String: String] {
    let first = losses.prefix(2).map { Float($0) }
    return try Self.write(["losses": Tensor([first.count], first)], in: folder)
  }
}
