import FacetEngine
import FacetGraph
import FacetTensor

/// A class activation map: a layer's feature maps, weighted and added up (Selvaraju et al. 2017 and
/// the family that followed). The map is raw: signed, and as large as the layer's maps.
public struct CAM<Weighting: ChannelWeighting>: Explainer {
  public var weighting: Weighting
  /// The layer; `nil` is the one the model's card names.
  public var layer: LayerPath?
  /// Hears of the runs of weightings that have one for each channel.
  public var onStep: StepListener?

  public init(_ weighting: Weighting, layer: LayerPath? = nil, onStep: StepListener? = nil) {
    self.weighting = weighting
    self.layer = layer
    self.onStep = onStep
  }

  public var name: String { Weighting.name }

  /// The map is `[N, h, w]`, of the layer's size. Ablation needs a layer that all paths pass.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    let path = try layer(layer ?? model.card.camLayer, of: model)
    let keep: Keep = Weighting.usesGradient ? .forBackward(to: [path]) : .paths([path])
    let tally = SampleTally()
    var explanation = try explanation(
      of: model, x, objective, on: engine, keeping: keep, space: .layer, layer: path,
      onStep: onStep
    ) { (run) throws(ExplainError) in
      let activations = try ExplainError.wrapping { () throws(EngineError) in
        try run.trace.value(at: path)
      }
      guard activations.shape.rank == 4 else { throw .notAMap(path, got: activations.shape) }
      let gradients = Weighting.usesGradient ? try run.signal(at: path) : nil
      var maps: [Tensor] = []
      for place in 0..<run.places.count {
        let context = CAMContext(
          activation: activations.slice(place), gradient: gradients?.slice(place),
          score: run.scores[place], image: run.images.slice(place), run: run, place: place,
          layer: path, tally: tally)
        maps.append(try weighting.weights(context).map(of: context.activation))
      }
      return .stack(maps)
    }
    explanation.samples = tally.samples
    return explanation
  }
}

extension CAMWeights {
  /// The weighted sum over channels of `[K, h, w]`, accumulated in double precision.
  func map(of activation: Tensor) -> Tensor {
    let (channels, height, width) = (
      activation.shape[0], activation.shape[1], activation.shape[2]
    )
    let cells = height * width
    var map = [Double](repeating: 0, count: cells)
    activation.withUnsafeBufferPointer { a in
      switch self {
      case .channels(let weights):
        for k in 0..<channels {
          for i in 0..<cells { map[i] += Double(weights[k]) * Double(a[k * cells + i]) }
        }
      case .centredChannels(let weights):
        for k in 0..<channels {
          var sum = 0.0
          for i in 0..<cells { sum += Double(a[k * cells + i]) }
          let mean = sum / Double(cells)
          for i in 0..<cells { map[i] += Double(weights[k]) * (Double(a[k * cells + i]) - mean) }
        }
      case .elements(let weights):
        weights.withUnsafeBufferPointer { w in
          for i in 0..<channels * cells { map[i % cells] += Double(w[i]) * Double(a[i]) }
        }
      }
    }
    return Tensor([height, width], map.map { Float($0) })
  }
}
