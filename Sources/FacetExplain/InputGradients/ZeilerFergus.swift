import FacetEngine
import FacetGraph
import FacetTensor

/// Deconvolution as Zeiler and Fergus 2014 (section 2.1) have it: one unit of one feature map, seeded
/// with its activation, is carried down to the pixels layer by layer: unpooling by the switches of the
/// same image, ReLU, transposed convolution. Layers above the unit never run.
///
/// Where the paper says nothing, signals go as the derivative does: batch norm scales, additions
/// pass the signal to both branches, concatenations split it.
public struct ZeilerFergus: Explainer {
  /// Which unit of the layer.
  public enum Choice: Hashable, Sendable {
    /// The largest activation of all feature maps, the first of equals.
    case maximum
    /// The largest activation of one feature map.
    case maximumOf(channel: Int)
    case unit(FeatureUnit)
    /// A unit for each image of the batch.
    case perImage([FeatureUnit])

    /// What explanations record of it.
    fileprivate var text: String {
      switch self {
      case .maximum: "the largest of the layer"
      case .maximumOf(let channel): "the largest of channel \(channel)"
      case .unit(let unit): "\(unit)"
      case .perImage: "given for each image"
      }
    }
  }

  /// The layer; `nil` is the one the model's card names for class activation maps.
  public var layer: LayerPath?
  public var choice: Choice
  /// What happens where overlapping pools share a switch.
  public var unpooling: Unpooling

  public init(
    layer: LayerPath? = nil, choice: Choice = .maximum, unpooling: Unpooling = .sum
  ) {
    self.layer = layer
    self.choice = choice
    self.unpooling = unpooling
  }

  public var name: String { "deconvolution" }

  /// The map is `[N, C, H, W]`; the score is the unit's activation. A unit has no class, so the
  /// objective is not used.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    try project(model, x, layers: [layer ?? model.card.camLayer], on: engine)[0]
  }

  /// One map for each layer, from one forward run: the network layer by layer.
  ///
  /// - Parameter layers: layers whose values are maps; see ``FacetGraph/Graph/stages(height:width:)``.
  public func project(_ model: Model, _ x: Tensor, layers: [LayerPath], on engine: Engine)
    throws(ExplainError) -> [Explanation]
  {
    guard x.shape.rank == 4, x.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: x.shape))
    }
    var paths: [LayerPath] = []
    for path in layers { paths.append(try layer(path, of: model)) }
    let cut = try ExplainError.wrappingGraph({ () throws(GraphError) in
      try model.upTo(paths)
    })
    if case .perImage(let units) = choice, units.count != x.shape[0] {
      throw .countMismatch(what: "units", expected: x.shape[0], got: units.count)
    }
    let chunks = try Chunks(cut, height: x.shape[2], width: x.shape[3])
    var maps = [[Tensor]](repeating: [], count: paths.count)
    var units = [[FeatureUnit]](repeating: [], count: paths.count)
    var scores = [[Float]](repeating: [], count: paths.count)
    for range in Chunks.ranges(x.shape[0], by: chunks.backward) {
      let trace = try ExplainError.wrapping { () throws(EngineError) in
        try engine.forward(
          cut, x.slices(range), keeping: .forBackward(to: [cut.graph.inputPath]).and(paths))
      }
      for (index, path) in paths.enumerated() {
        let (seed, chosen) = try seed(trace, path, from: range.lowerBound)
        maps[index].append(
          try ExplainError.wrapping { () throws(EngineError) in
            try engine.backward(
              cut, trace, from: Seed(at: path, seed),
              rules: .deconvolution(unpooling: unpooling), to: [cut.graph.inputPath]
            ).signal(at: cut.graph.inputPath)
          })
        units[index] += chosen.map(\.unit)
        scores[index] += chosen.map(\.activation)
      }
    }
    return paths.indices.map { index in
      var explanation = Explanation(
        map: .concatenate(maps[index]), space: .input, method: name, layer: paths[index],
        scores: scores[index], targets: scores[index].map { _ in nil },
        imageSize: Extent(x.shape[2], x.shape[3]),
        options: [
          "variant": "zeilerFergus", "unpooling": "\(unpooling)", "unit": choice.text,
        ])
      explanation.units = units[index]
      return explanation
    }
  }

  /// Zeros but for each image's unit, which has its activation.
  ///
  /// - Parameter first: the place of the run's first image in the whole batch.
  private func seed(_ trace: Trace, _ path: LayerPath, from first: Int) throws(ExplainError) -> (
    Tensor, [(unit: FeatureUnit, activation: Float)]
  ) {
    let value = try ExplainError.wrapping { () throws(EngineError) in try trace.value(at: path) }
    let shape = value.shape
    guard shape.rank == 4 else { throw .notAMap(path, got: shape) }
    let (height, width) = (shape[2], shape[3])
    var seed = Tensor.zeros(shape)
    var chosen: [(FeatureUnit, Float)] = []
    for image in 0..<shape[0] {
      let unit: FeatureUnit
      switch choice {
      case .maximum:
        let place = value.slice(image).indexOfMaximum ?? 0
        unit = FeatureUnit(
          channel: place / (height * width), row: place / width % height, column: place % width)
      case .maximumOf(let channel):
        unit = FeatureUnit(channel: channel, row: 0, column: 0)
      case .unit(let given): unit = given
      case .perImage(let units): unit = units[first + image]
      }
      guard 0..<shape[1] ~= unit.channel, 0..<height ~= unit.row, 0..<width ~= unit.column else {
        throw .unitOutOfRange(path, unit: unit, shape: shape)
      }
      var place = unit
      if case .maximumOf(let channel) = choice {
        let best = value.slice(image).slice(channel).indexOfMaximum ?? 0
        place.row = best / width
        place.column = best % width
      }
      let activation = value[image, place.channel, place.row, place.column]
      seed[image, place.channel, place.row, place.column] = activation
      chosen.append((place, activation))
    }
    return (seed, chosen)
  }
}
