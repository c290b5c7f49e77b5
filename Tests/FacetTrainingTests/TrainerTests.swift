import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetTraining
import Testing

@Suite("Training")
struct TrainerTests {
  let training = ToyProblem.examples(48, seed: 1)
  let calibration = ToyProblem.examples(24, seed: 2)

  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions(
      epochs: 6, batchSize: 16, rate: 1e-2, augmentation: .none, seed: 3)
    change(&options)
    return options
  }

  @Test("a separable problem is learnt", arguments: OptimiserKind.allCases)
  func learns(_ kind: OptimiserKind) throws {
    let trainer = Trainer(options { $0.optimiser = kind })
    let result = try trainer.fit(ToyProblem.model(), training, calibration: calibration)
    let test = ToyProblem.examples(40, seed: 9)
    let logits = try trainer.logits(result.model, test.values)
    let right = zip(logits.rowMaxima, test.labels).filter { $0 == $1 }.count
    #expect(right >= 38)
    let (first, last) = (try #require(result.history.first), try #require(result.history.last))
    #expect(last.trainingLoss < first.trainingLoss)
    #expect(last.calibrationAccuracy > 0.9)
    #expect(result.history.map(\.epoch) == Array(1...result.history.count))
  }

  @Test("the same seed gives the same bits, whatever the threads; another seed others")
  func deterministic() throws {
    func run(_ seed: UInt64, threads: Int) throws -> TrainingResult {
      let options = options {
        $0.seed = seed
        $0.epochs = 2
        $0.augmentation = .standard
      }
      return try Trainer(options, engine: Engine(threads: threads))
        .fit(ToyProblem.model(), training, calibration: calibration)
    }
    let reference = try run(3, threads: 1)
    for threads in 1...3 {
      let again = try run(3, threads: threads)
      #expect(again.model == reference.model)
      #expect(again.history == reference.history)
    }
    #expect(try run(4, threads: 1).model != reference.model)
  }

  @Test("the model that comes back has the weights of the epoch with the lowest loss")
  func earlyStopping() throws {
    // The calibration part says the opposite of the training part, so learning makes it worse.
    let contrary = TrainingSet(
      values: calibration.values, labels: calibration.labels.map { 1 - $0 })
    let trainer = Trainer(
      options {
        $0.epochs = 30
        $0.patience = 3
      })
    let result = try trainer.fit(ToyProblem.model(), training, calibration: contrary)
    #expect(result.stoppedEarly)
    #expect(result.history.count == result.bestEpoch + 3)
    let losses = result.history.map(\.calibrationLoss)
    #expect(losses[result.bestEpoch - 1] == losses.min())
    #expect((losses.last ?? 0) > (losses.min() ?? 0))
    let logits = try trainer.logits(result.model, contrary.values)
    let (loss, _) = CrossEntropy.evaluate(logits, labels: contrary.labels)
    #expect(loss == losses.min())
    let patient = try Trainer(options { $0.patience = 100 })
      .fit(ToyProblem.model(), training, calibration: contrary)
    #expect(!patient.stoppedEarly && patient.history.count == 6)
  }

  @Test("what comes after a layer is trained alone, and as with whole images")
  func headOnly() throws {
    let model = try ToyProblem.model()
    let trainer = Trainer(
      options {
        $0.backboneRateScale = 0
        $0.freezesStatistics = true
        $0.weightDecay = 0.01
      })
    let whole = try trainer.fit(model, training, calibration: calibration)
    func features(_ set: TrainingSet) throws -> TrainingSet {
      TrainingSet(
        values: try trainer.features(model, set.values, at: "flatten"), labels: set.labels)
    }
    let head = try trainer.fit(
      model, features(training), calibration: features(calibration), part: .after("flatten"))
    for (name, tensor) in model.parameters where !name.hasPrefix("fc.") {
      #expect(head.model.parameters[name] == tensor)
      #expect(whole.model.parameters[name] == tensor)
    }
    for name in ["fc.weight", "fc.bias"] {
      let (a, b) = (
        try #require(head.model.parameters[name]), try #require(whole.model.parameters[name])
      )
      #expect(a.relativeDifference(from: b) < 1e-5)
      #expect(a != model.parameters[name])
    }
    for (a, b) in zip(head.history, whole.history) {
      #expect(abs(a.trainingLoss - b.trainingLoss) < 1e-5)
      #expect(abs(a.calibrationLoss - b.calibrationLoss) < 1e-5)
    }
  }

  @Test("a layer's values are those of a forward run of each image")
  func features() throws {
    let model = try ToyProblem.model()
    let trainer = Trainer(options { $0.batchSize = 7 })
    let features = try trainer.features(model, training.values, at: "pool")
    #expect(features.count == training.count)
    for index in [0, 6, 7, 47] {
      let image = training.values[index].reshaped([1, 3, 8, 8])
      let trace = try Engine().forward(model, image, keeping: .paths(["pool"]))
      #expect(try trace.value(at: "pool").slice(0) == features[index])
    }
    let error = #expect(throws: TrainingError.self) {
      try trainer.features(model, training.values, at: "pol")
    }
    #expect(error == .engine(.graph(.unknownLayer("pol", suggestion: "pool"))))
  }

  @Test("the backbone moves slower by its factor")
  func backbone() throws {
    func moved(_ scale: Float) throws -> Float {
      let model = try ToyProblem.model()
      let trainer = Trainer(
        options {
          $0.optimiser = .sgd
          $0.epochs = 1
          $0.batchSize = 48
          $0.weightDecay = 0
          $0.backboneRateScale = scale
        })
      let result = try trainer.fit(model, training, calibration: calibration)
      let (new, old) = (
        try #require(result.model.parameters["conv.weight"]),
        try #require(model.parameters["conv.weight"])
      )
      return (new - old).map(abs).maximum
    }
    let full = try moved(1)
    #expect(full > 0)
    #expect(abs(try moved(0.1) / full - 0.1) < 1e-3)
  }

  @Test("batches of one are trained on, and a last one is left out of the epoch's means")
  func smallBatches() throws {
    let model = try ToyProblem.model()
    let ones = Trainer(
      options {
        $0.batchSize = 1
        $0.epochs = 1
      })
    let few = training.subset([0, 1, 2, 3])
    #expect(try ones.fit(model, few, calibration: calibration).model.parameters != model.parameters)
    // Five examples in batches of two: the fifth is left out. Nothing moves at rate 0 with frozen
    // statistics and no dropout rate, so the mean is over four of the five.
    let still = Trainer(
      options {
        $0.batchSize = 2
        $0.epochs = 1
        $0.rate = 0
        $0.freezesStatistics = true
      })
    let same = TrainingSet(
      values: [Tensor](repeating: .zeros([3, 8, 8]), count: 5), labels: [0, 0, 0, 0, 0])
    let record = try #require(try still.fit(model, same, calibration: calibration).history.first)
    let logits = try still.logits(model, [.zeros([3, 8, 8])])
    let (loss, _) = CrossEntropy.evaluate(logits, labels: [0])
    // Zeros through a convolution without bias and a fresh norm are zeros, dropped or not.
    #expect(abs(record.trainingLoss - loss) < 1e-6)
    #expect([0, 1].contains(record.trainingAccuracy))
  }

  @Test(
    "rates follow their schedule",
    arguments: [
      LearningRateSchedule.constant, .cosine, .plateau(factor: 0.5, patience: 1),
    ])
  func schedules(_ schedule: LearningRateSchedule) throws {
    // Labels that contradict: the calibration loss stops getting better at once.
    let contrary = TrainingSet(
      values: calibration.values, labels: calibration.labels.map { 1 - $0 })
    let options = options {
      $0.schedule = schedule
      $0.epochs = 8
      $0.patience = 100
    }
    let history = try Trainer(options).fit(ToyProblem.model(), training, calibration: contrary)
      .history
    let rates = history.map(\.rate)
    #expect(rates[0] == options.rate)
    switch schedule {
    case .constant: #expect(Set(rates) == [options.rate])
    case .cosine:
      #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
      #expect(abs(rates[7] - options.rate * 0.01) < 1e-8)
      // Symmetric about the middle between the full rate and a hundredth of it.
      for i in 0..<4 { #expect(abs(rates[i] + rates[7 - i] - options.rate * 1.01) < 1e-7) }
    case .plateau:
      for epoch in 1..<8 {
        // After two epochs that aren't the best so far, the next has half the rate.
        let best = history[..<epoch].map(\.calibrationLoss).min()
        let isBest = history[epoch - 1].calibrationLoss == best
        if isBest { #expect(rates[epoch] == rates[epoch - 1]) }
        #expect(rates[epoch] == rates[epoch - 1] || rates[epoch] == rates[epoch - 1] / 2)
      }
      #expect(rates[7] < rates[0])
    }
  }

  @Test("a rate that is too high is an error that gives epoch and rate")
  func divergence() throws {
    let trainer = Trainer(
      options {
        $0.optimiser = .sgd
        $0.rate = 1e30
        $0.schedule = .constant
      })
    let error = #expect(throws: TrainingError.self) {
      try trainer.fit(ToyProblem.model(), training, calibration: calibration)
    }
    guard case .diverged(let epoch, 1e30)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(epoch <= 2)
  }

  @Test("labels out of range are refused in either part", arguments: [-1, 2, 99])
  func badLabels(_ label: Int) throws {
    let bad = TrainingSet(values: training.values, labels: training.labels.dropLast() + [label])
    let model = try ToyProblem.model()
    #expect(throws: TrainingError.badLabel(label, classes: 2)) {
      try Trainer(options()).fit(model, bad, calibration: calibration)
    }
    #expect(throws: TrainingError.badLabel(label, classes: 2)) {
      try Trainer(options()).fit(model, training, calibration: bad)
    }
  }

  @Test("too few examples are refused")
  func tooFew() throws {
    let model = try ToyProblem.model()
    #expect(throws: TrainingError.tooFewExamples(part: "training", count: 1, needed: 2)) {
      try Trainer(options()).fit(model, training.subset([0]), calibration: calibration)
    }
    #expect(throws: TrainingError.tooFewExamples(part: "calibration", count: 0, needed: 1)) {
      try Trainer(options()).fit(model, training, calibration: calibration.subset([]))
    }
  }

  @Test("images of a wrong size are the engine's error")
  func wrongSize() throws {
    let wrong = TrainingSet(values: [.zeros([3, 9, 20]), .zeros([3, 9, 20])], labels: [0, 1])
    let error = #expect(throws: TrainingError.self) {
      try Trainer(options()).fit(ToyProblem.model(), wrong, calibration: calibration)
    }
    guard case .engine? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("progress goes up to the whole of each epoch")
  func progress() throws {
    var epochs: [Int] = []
    var fractions: [Double] = []
    var finished: [Int] = []
    let result = try Trainer(options { $0.epochs = 2 }).fit(
      ToyProblem.model(), training, calibration: calibration,
      progress: { epoch, fraction in
        epochs.append(epoch)
        fractions.append(fraction)
      },
      finished: { finished.append($0.epoch) })
    #expect(epochs == [1, 1, 1, 2, 2, 2])
    let thirds: [Double] = [1.0 / 3, 2.0 / 3, 1]
    #expect(fractions == thirds + thirds)
    #expect(finished == result.history.map(\.epoch))
  }
}
