import FacetEngine
import FacetGraph
import FacetTensor

/// One step of descent on one batch: forward, cross-entropy, backward, the optimiser's move.
public struct TrainingStep: Sendable {
  public let engine: Engine
  /// What is trained; the batch is its input.
  public var part: TrainedPart
  /// The parameters that move; gradients of no others are computed.
  public var trained: Set<String>
  /// Of the targets, 0...1.
  public var smoothing: Double
  /// Factors of the rate for single parameters, by name.
  public var rateScales: [String: Float]

  public init(
    engine: Engine, part: TrainedPart = .everything, trained: Set<String>, smoothing: Double = 0,
    rateScales: [String: Float] = [:]
  ) {
    self.engine = engine
    self.part = part
    self.trained = trained
    self.smoothing = smoothing
    self.rateScales = rateScales
  }

  /// Moves `model` once.
  ///
  /// - Parameters:
  ///   - batch: the part's input, `[N, ...]`.
  ///   - labels: N classes.
  ///   - training: how dropout is drawn and batch norm treated.
  /// - Returns: the mean loss before the step, and the logits `[N, C]` it was computed from.
  public func run(
    _ model: inout Model, _ optimiser: inout any Optimiser, _ batch: Tensor, labels: [Int],
    rate: Float, training: RunMode.Training
  ) throws(TrainingError) -> (loss: Double, logits: Tensor) {
    let trace = try forward(
      model, batch, keeping: .forBackward(to: [], parameters: true), mode: .training(training))
    let logits = trace.output
    let (loss, gradient) = CrossEntropy.evaluate(logits, labels: labels, smoothing: smoothing)
    var gradients: [String: Tensor]
    do {
      gradients = try engine.backward(
        model, trace, from: Seed(gradient), parameters: .named(trained)
      ).parameters
    } catch { throw .engine(error) }
    let statistics = trace.updatedStatistics(of: model)
    model.updateParameters { parameters in
      optimiser.step(&parameters, &gradients, rate: rate, scales: rateScales)
      parameters.merge(statistics) { _, new in new }
    }
    return (loss, logits)
  }

  /// The part's values for a batch of its inputs.
  func forward(_ model: Model, _ batch: Tensor, keeping: Keep, mode: RunMode)
    throws(TrainingError) -> Trace
  {
    do {
      switch part {
      case .everything: return try engine.forward(model, batch, keeping: keeping, mode: mode)
      case .after(let layer):
        return try engine.resume(model, from: layer, value: batch, keeping: keeping, mode: mode)
      }
    } catch { throw .engine(error) }
  }
}
