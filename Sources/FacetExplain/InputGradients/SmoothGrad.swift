import FacetEngine
import FacetGraph
import FacetTensor

/// SmoothGrad (Smilkov et al. 2017): the gradient averaged over noisy copies of the image.
///
/// The noise is a function of the seed and the copy's number alone, so an image's map doesn't depend
/// on the batch it is in, nor on threads.
public struct SmoothGrad: Explainer {
  /// The noise's standard deviation.
  public enum Deviation: Hashable, Sendable, CustomStringConvertible {
    /// In network space.
    case absolute(Float)
    /// As a part of the image's range, largest minus smallest value; the paper's 10 to 20 %.
    case relative(Float)

    public var description: String {
      switch self {
      case .absolute(let sigma): "\(sigma)"
      case .relative(let part): "\(part) of the range"
      }
    }
  }

  /// What is averaged.
  public enum Magnitude: String, Hashable, Codable, Sendable {
    case signed
    case absolute
    /// SmoothGrad-squared (Hooker et al. 2019).
    case squared

    func of(_ value: Double) -> Double {
      switch self {
      case .signed: value
      case .absolute: abs(value)
      case .squared: value * value
      }
    }
  }

  public enum Noise: Sendable {
    case seeded(UInt64)
    /// Given noises `[samples, N, C, H, W]`, which are added as they are: neither deviation nor
    /// number of samples counts.
    case given(Tensor)
  }

  public var samples: Int
  public var deviation: Deviation
  public var magnitude: Magnitude
  public var noise: Noise
  /// After which no more copies are made; `nil` for all of them.
  public var budget: TimeBudget?
  /// Hears of the copies made.
  public var onStep: StepListener?

  public init(
    samples: Int = 50, deviation: Deviation = .relative(0.15), magnitude: Magnitude = .signed,
    noise: Noise = .seeded(0), budget: TimeBudget? = nil, onStep: StepListener? = nil
  ) {
    self.samples = samples
    self.deviation = deviation
    self.magnitude = magnitude
    self.noise = noise
    self.budget = budget
    self.onStep = onStep
  }

  public var name: String { "smoothgrad" }

  /// The map is `[N, C, H, W]`. Cost: one forward and one backward run for each sample.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    try require(samples > 0, "samples", "at least 1", got: samples)
    var count = samples
    if case .given(let noises) = noise {
      try require(
        noises.shape.rank == 5 && noises.count > 0 && noises.shape.dropFirst() == x.shape, "noise",
        "[samples, \(x.shape)]", got: noises.shape)
      count = noises.shape[0]
    }
    var used: [Int] = []
    var explanation = try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: options(count), onStep: onStep
    ) { (run) throws(ExplainError) in
      var maps: [Tensor] = []
      for image in 0..<run.places.count {
        let clean = run.images.slice(image)
        var sum = [Double](repeating: 0, count: clean.count)
        var made = 0
        for range in Chunks.ranges(count, by: run.chunks.backward) {
          if made > 0, run.isOver(budget, image: image) { break }
          made = range.upperBound
          let copies = range.map { clean + noise($0, clean, place: run.places.lowerBound + image) }
          let gradients = try run.inputGradients(.stack(copies), of: image)
          gradients.withUnsafeBufferPointer { gradients in
            for row in range.indices {
              let start = (row - range.lowerBound) * sum.count
              for i in sum.indices { sum[i] += magnitude.of(Double(gradients[start + i])) }
            }
          }
          run.tell(image * count + made, of: count)
        }
        maps.append(Tensor(clean.shape, sum.map { Float($0 / Double(made)) }))
        used.append(made)
      }
      return .stack(maps)
    }
    explanation.samples = used
    return explanation
  }

  private func noise(_ sample: Int, _ clean: Tensor, place: Int) -> Tensor {
    switch noise {
    case .given(let noises): return noises.slice(sample).slice(place)
    case .seeded(let seed):
      let sigma =
        switch deviation {
        case .absolute(let sigma): sigma
        case .relative(let part): part * (clean.maximum - clean.minimum)
        }
      var stream = RandomStream(seed: seed, 0x5306, sample)
      return Tensor(clean.shape, (0..<clean.count).map { _ in sigma * stream.normal() })
    }
  }

  private func options(_ count: Int) -> [String: String] {
    var options = ["samples": "\(count)", "magnitude": magnitude.rawValue]
    switch noise {
    case .given: options["noise"] = "given"
    case .seeded(let seed):
      options["seed"] = "\(seed)"
      options["sigma"] = "\(deviation)"
    }
    return options
  }
}
