import FacetEngine
import FacetGraph
import FacetTensor
import FacetThreads
import Synchronization

/// Trains networks by minibatch descent on cross-entropy, keeping the weights of the epoch with the
/// lowest calibration loss. The same seed gives the same bits.
public struct Trainer: Sendable {
  public let options: TrainingOptions
  public let engine: Engine

  public init(_ options: TrainingOptions, engine: Engine = Engine()) {
    self.options = options
    self.engine = engine
  }

  /// Trains `model` on `training`, watching `calibration`.
  ///
  /// - Parameters:
  ///   - part: everything, with images as values; or what follows a layer, with that layer's values.
  ///   - progress: called after each batch with the epoch (from 1) and the fraction of it that is
  ///     done.
  ///   - finished: called after each epoch.
  public func fit(
    _ model: Model, _ training: TrainingSet, calibration: TrainingSet,
    part: TrainedPart = .everything,
    progress: (_ epoch: Int, _ fraction: Double) -> Void = { _, _ in },
    finished: (EpochRecord) -> Void = { _ in }
  ) throws(TrainingError) -> TrainingResult {
    try check(model, training, calibration)
    let trained = try trainedParameters(of: model, part)
    let step = TrainingStep(
      engine: engine, part: part, trained: trained, smoothing: options.labelSmoothing,
      rateScales: rateScales(model, trained))
    var optimiser = options.optimiser.make(weightDecay: options.weightDecay)
    var model = model
    var best = (model: model, loss: Double.infinity, epoch: 0)
    var history: [EpochRecord] = []
    for epoch in 0..<options.epochs {
      let rate = options.schedule.rate(
        options.rate, epoch: epoch, of: options.epochs, losses: history.map(\.calibrationLoss))
      let order = shuffled(training.count, epoch)
      var loss = 0.0
      var right = 0
      var seen = 0
      for start in stride(from: 0, to: order.count, by: options.batchSize) {
        let places = Array(order[start..<min(start + options.batchSize, order.count)])
        // A last batch of one has poor batch statistics; it is left for another epoch's shuffle.
        if places.count == 1 && options.batchSize > 1 { continue }
        let labels = places.map { training.labels[$0] }
        let result = try step.run(
          &model, &optimiser, batch(training, places, part, epoch), labels: labels, rate: rate,
          training: mode(epoch, places[0]))
        loss += result.loss * Double(places.count)
        right += Swift.zip(result.logits.rowMaxima, labels).filter { $0 == $1 }.count
        seen += places.count
        progress(epoch + 1, Double(start + places.count) / Double(order.count))
      }
      let measured = try evaluate(model, calibration, part)
      guard loss.isFinite, measured.loss.isFinite else {
        throw .diverged(epoch: epoch + 1, rate: rate)
      }
      let record = EpochRecord(
        epoch: epoch + 1, rate: rate, trainingLoss: loss / Double(seen),
        trainingAccuracy: Double(right) / Double(seen),
        calibrationLoss: measured.loss, calibrationAccuracy: measured.accuracy)
      history.append(record)
      finished(record)
      if measured.loss < best.loss { best = (model, measured.loss, epoch + 1) }
      if epoch + 1 - best.epoch >= options.patience { break }
    }
    return TrainingResult(
      model: best.model, history: history, bestEpoch: best.epoch,
      stoppedEarly: history.count < options.epochs)
  }

  /// The logits `[N, C]` for values in batches, in inference.
  public func logits(_ model: Model, _ values: [Tensor], part: TrainedPart = .everything)
    throws(TrainingError) -> Tensor
  {
    let step = TrainingStep(engine: engine, part: part, trained: [])
    var parts: [Tensor] = []
    for start in stride(from: 0, to: values.count, by: options.batchSize) {
      let batch = Tensor.stack(Array(values[start..<min(start + options.batchSize, values.count)]))
      parts.append(
        try step.forward(model, batch, keeping: .output, mode: .inference).output)
    }
    return Tensor.concatenate(parts)
  }

  /// A layer's values for images, each run through the network once.
  public func features(_ model: Model, _ images: [Tensor], at layer: LayerPath)
    throws(TrainingError) -> [Tensor]
  {
    var features: [Tensor] = []
    for start in stride(from: 0, to: images.count, by: options.batchSize) {
      let batch = Tensor.stack(Array(images[start..<min(start + options.batchSize, images.count)]))
      do {
        let value = try engine.forward(model, batch, keeping: .paths([layer])).value(at: layer)
        features += (0..<value.shape[0]).map(value.slice)
      } catch { throw .engine(error) }
    }
    return features
  }
}

extension Trainer {
  private func check(_ model: Model, _ training: TrainingSet, _ calibration: TrainingSet)
    throws(TrainingError)
  {
    for (part, set, needed) in [("training", training, 2), ("calibration", calibration, 1)]
    where set.count < needed {
      throw .tooFewExamples(part: part, count: set.count, needed: needed)
    }
    guard options.batchSize > 0, options.epochs > 0 else {
      throw .badOptions("batches of \(options.batchSize) and \(options.epochs) epochs")
    }
    let classes = model.graph.outputCount ?? model.card.classes.count
    if let label = (training.labels + calibration.labels).first(where: { !(0..<classes ~= $0) }) {
      throw .badLabel(label, classes: classes)
    }
  }

  /// The parameters that move.
  private func trainedParameters(of model: Model, _ part: TrainedPart) throws(TrainingError)
    -> Set<String>
  {
    guard case .after(let layer) = part else { return Set(model.graph.learnableParameters) }
    do {
      let start = try model.graph.node(at: layer).id
      let after = model.graph.descendants(of: start).subtracting([start])
      return Set(
        model.graph.nodes.filter { after.contains($0.id) }
          .flatMap { $0.parameters.prefix($0.op.learnableParameterCount) })
    } catch { throw .engine(.graph(error)) }
  }

  private func shuffled(_ count: Int, _ epoch: Int) -> [Int] {
    var stream = RandomStream(seed: options.seed, 0x5F1E, epoch)
    return Array(0..<count).shuffled(using: &stream)
  }

  /// A batch's own dropout, named by its first example.
  private func mode(_ epoch: Int, _ place: Int) -> RunMode.Training {
    var dropout = RandomStream(seed: options.seed, 0xD0, epoch, place)
    return .init(dropout: .seeded(dropout.next()), freezesStatistics: options.freezesStatistics)
  }

  /// The examples as one tensor; images are augmented, each with numbers of its own.
  private func batch(
    _ training: TrainingSet, _ places: [Int], _ part: TrainedPart, _ epoch: Int
  ) -> Tensor {
    guard part == .everything else { return Tensor.stack(places.map { training.values[$0] }) }
    let augmented = Mutex<[Int: Tensor]>([:])
    Parallel().forEach(places.count) { index in
      let place = places[index]
      var stream = RandomStream(seed: options.seed, 0xA063, epoch, place)
      let image = options.augmentation.apply(training.values[place], &stream)
      augmented.withLock { $0[index] = image }
    }
    return Tensor.stack(places.indices.compactMap { index in augmented.withLock { $0[index] } })
  }

  /// Slower rates for what lies below the last layer that has parameters.
  private func rateScales(_ model: Model, _ trained: Set<String>) -> [String: Float] {
    guard options.backboneRateScale != 1 else { return [:] }
    let head = model.graph.nodes.last { !$0.parameters.isEmpty }.map { Set($0.parameters) } ?? []
    return Dictionary(
      uniqueKeysWithValues: trained.subtracting(head).map { ($0, options.backboneRateScale) })
  }

  private func evaluate(_ model: Model, _ set: TrainingSet, _ part: TrainedPart)
    throws(TrainingError) -> (loss: Double, accuracy: Double)
  {
    let logits = try logits(model, set.values, part: part)
    let (loss, _) = CrossEntropy.evaluate(logits, labels: set.labels)
    let right = Swift.zip(logits.rowMaxima, set.labels).filter { $0 == $1 }.count
    return (loss, Double(right) / Double(set.count))
  }
}
