import FacetEngine
import FacetGraph
import FacetTensor
import FacetThreads

/// Some images of a batch, run once as they are: the scores to explain, and what the run kept.
struct CleanRun {
  let model: Model
  let engine: Engine
  /// The images, `[n, C, H, W]`.
  let images: Tensor
  /// Their places in the whole batch.
  let places: Range<Int>
  let trace: Trace
  /// The layer whose value the scores are functions of.
  let reads: LayerPath
  let functions: [any Score]
  let scores: [Float]
  let chunks: Chunks
  /// Images of the whole batch.
  private let count: Int
  private let deadline: Deadline
  private let onStep: StepListener?

  /// Runs the images at `places`.
  init(
    _ model: Model, _ x: Tensor, _ places: Range<Int>, _ objective: some Objective,
    on engine: Engine, keeping: Keep, chunks: Chunks, deadline: Deadline = Deadline(),
    onStep: StepListener? = nil
  ) throws(ExplainError) {
    self.model = model
    self.engine = engine
    self.places = places
    self.chunks = chunks
    self.deadline = deadline
    self.onStep = onStep
    count = x.shape[0]
    let images = x.slices(places)
    let reads = objective.layer(in: model)
    let trace = try ExplainError.wrapping { () throws(EngineError) in
      try engine.forward(model, images, keeping: keeping.and([reads]))
    }
    let vectors = try trace.vectors(at: reads)
    var functions: [any Score] = []
    for (place, vector) in Swift.zip(places, vectors) {
      functions.append(try objective.score(image: place, of: x.shape[0], clean: vector))
    }
    scores = Swift.zip(functions, vectors).map { $0.value($1) }
    self.images = images
    self.reads = reads
    self.trace = trace
    self.functions = functions
  }

  /// Whether image `image` of these has used up its share of the budget.
  func isOver(_ budget: TimeBudget?, image: Int) -> Bool {
    deadline.isOver(budget, images: places.lowerBound + image + 1, of: count)
  }

  /// Tells who listens that these images have taken so many steps, of `each` that one may take.
  func tell(_ steps: Int, of each: Int) {
    onStep?(places.lowerBound * each + steps, count * each)
  }

  /// The scores' signal at a layer: the sum of all scores sent back by `rules`.
  func signal(at path: LayerPath, rules: RuleSet = .gradient) throws(ExplainError) -> Tensor {
    try signal(trace, functions, rules, path)
  }

  /// The scores' relevance at a layer, handed down by `rules`, and for each image how much of it
  /// there was to hand down.
  ///
  /// Where the scores' layer is a map, a feature's relevance is shared among its places in proportion
  /// to their values.
  func relevance(at path: LayerPath, rules: RuleSet) throws(ExplainError) -> (Tensor, [Double]) {
    let value = try ExplainError.wrapping { () throws(EngineError) in try trace.value(at: reads) }
    let vectors = value.placeMeans
    let places = value.shape.rank == 4 ? value.shape[2] * value.shape[3] : 1
    var seed: [Float] = []
    var given: [Double] = []
    for (function, vector) in Swift.zip(functions, vectors) {
      let relevance = function.relevance(vector)
      given.append(relevance.reduce(0) { $0 + Double($1) })
      for (part, mean) in Swift.zip(relevance, vector) {
        for _ in 0..<places {
          let share = places == 1 ? 1 : mean == 0 ? 0 : value.scalars[seed.count] / mean
          seed.append(part * share / Float(places))
        }
      }
    }
    let start = Seed(at: reads, Tensor(value.shape, seed))
    let map = try ExplainError.wrapping { () throws(EngineError) in
      try engine.backward(model, trace, from: start, rules: rules, to: [path]).signal(at: path)
    }
    return (map, given)
  }

  /// The gradient at the input of `function` for other images, all measured by one image's score.
  func inputGradients(_ variants: Tensor, of image: Int) throws(ExplainError) -> Tensor {
    let input = model.graph.inputPath
    var parts: [Tensor] = []
    for range in Chunks.ranges(variants.shape[0], by: chunks.backward) {
      let trace = try ExplainError.wrapping { () throws(EngineError) in
        try engine.forward(
          model, variants.slices(range), keeping: .forBackward(to: [input]).and([reads]))
      }
      let same = [any Score](repeating: functions[image], count: range.count)
      parts.append(try signal(trace, same, .gradient, input))
    }
    return .concatenate(parts)
  }

  /// The score of image `image` for other pictures of it, `[B, C, H, W]`; they are run as they come,
  /// so callers hand in at most `chunks.forward`.
  func scores(ofImages variants: Tensor, as image: Int) throws(ExplainError) -> [Float] {
    let trace = try ExplainError.wrapping { () throws(EngineError) in
      try engine.forward(model, variants, keeping: .paths([reads]))
    }
    return try trace.vectors(at: reads).map { functions[image].value($0) }
  }

  /// The score of image `image` for other values of a layer, `[B, ...]`, run from there on.
  func scores(ofValues values: Tensor, at path: LayerPath, as image: Int) throws(ExplainError)
    -> [Float]
  {
    let trace = try ExplainError.wrapping { () throws(EngineError) in
      try engine.resume(model, from: path, value: values, keeping: .paths([reads]))
    }
    return try trace.vectors(at: reads).map { functions[image].value($0) }
  }

  /// Tensors of one shape, stacked, each written by `fill` on whichever core is free.
  func stack(
    _ shape: Shape, _ indices: Range<Int>,
    _ fill: @Sendable (_ index: Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Tensor {
    engine.pictures(shape, indices, fill)
  }

  private func signal(
    _ trace: Trace, _ functions: [any Score], _ rules: RuleSet, _ path: LayerPath
  ) throws(ExplainError) -> Tensor {
    let value = try ExplainError.wrapping { () throws(EngineError) in try trace.value(at: reads) }
    let vectors = value.placeMeans
    let places = value.shape.rank == 4 ? value.shape[2] * value.shape[3] : 1
    var seed: [Float] = []
    seed.reserveCapacity(value.count)
    for (function, vector) in Swift.zip(functions, vectors) {
      for slope in function.gradient(vector) {
        for _ in 0..<places { seed.append(slope / Float(places)) }
      }
    }
    let signal = Tensor(value.shape, seed)
    return try ExplainError.wrapping { () throws(EngineError) in
      try engine.backward(model, trace, from: Seed(at: reads, signal), rules: rules, to: [path])
        .signal(at: path)
    }
  }
}

extension Engine {
  /// Tensors of one shape, stacked, each written by `fill` on whichever core is free.
  func pictures(
    _ shape: Shape, _ indices: Range<Int>,
    _ fill: @Sendable (_ index: Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Tensor {
    Tensor(shape.prepending(indices.count)) { out in
      nonisolated(unsafe) let all = out
      parallel.forEach(indices.count) { item in
        let part = all[item * shape.count..<(item + 1) * shape.count]
        fill(indices.lowerBound + item, UnsafeMutableBufferPointer(rebasing: part))
      }
    }
  }
}

extension Trace {
  /// For each image, the value of a layer, averaged over places where it is a map.
  fileprivate func vectors(at path: LayerPath) throws(ExplainError) -> [[Float]] {
    try ExplainError.wrapping { () throws(EngineError) in try value(at: path) }.placeMeans
  }
}

extension Tensor {
  /// For each image, its features; maps `[N, K, h, w]` are averaged over places, in double precision.
  var placeMeans: [[Float]] {
    let places = shape.rank == 4 ? shape[2] * shape[3] : 1
    let features = shape.dropFirst().count / places
    return withUnsafeBufferPointer { source in
      (0..<shape[0]).map { image in
        (0..<features).map { feature in
          let start = (image * features + feature) * places
          if places == 1 { return source[start] }
          var sum = 0.0
          for i in start..<start + places { sum += Double(source[i]) }
          return Float(sum / Double(places))
        }
      }
    }
  }
}

extension Graph {
  /// The path of the images.
  var inputPath: LayerPath { self[input].path }
}
