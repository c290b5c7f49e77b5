import FacetEngine
import FacetGraph
import FacetTensor

/// Cosines of a face with another's embedding while its pixels are taken away, or put back on black.
public struct RemovalCosines: Equatable, Sendable {
  /// With the first pixels of an order black: one for each share.
  public let deletion: [Double]
  /// With only the first pixels of an order not black.
  public let insertion: [Double]

  public init(deletion: [Double], insertion: [Double]) {
    self.deletion = deletion
    self.insertion = insertion
  }

  /// Those of the reversed order, for shares that lie symmetrically in 0...1: to take the last pixels
  /// away is to put the first ones back.
  public var inverted: RemovalCosines {
    RemovalCosines(deletion: insertion.reversed(), insertion: deletion.reversed())
  }
}

/// Deletion and insertion for verification (Lu et al. 2024): pixels of the probe become black, or are
/// blurred, in the order of a map; the other face stays as it is.
public struct PixelRemoval: Sendable {
  /// What stands in the place of pixels that are gone.
  public enum Fill: String, CaseIterable, Hashable, Codable, Sendable {
    case black
    /// The probe itself, smoothed by a Gaussian of a tenth of its shorter side: colours stay, features
    /// go. Methods that blacken faces themselves have no advantage by it.
    case blurred
  }

  /// Of the pixels, ascending in 0...1.
  public var shares: [Double]
  public var fill: Fill

  /// - Parameter shares: by default 0, 10 ... 100 %.
  public init(shares: [Double] = (0...10).map { Double($0) / 10 }, fill: Fill = .black) {
    self.shares = shares
    self.fill = fill
  }

  /// - Parameters:
  ///   - probe: `[C, H, W]`, preprocessed.
  ///   - reference: the other face's embedding, `[D]`.
  ///   - orders: of the probe's size.
  /// - Returns: for each order, two cosines for each share. Cost: two forward runs each, but the whole
  ///   and the black picture are run once for all orders.
  public func cosines(
    _ model: Model, _ probe: Tensor, to reference: Tensor, _ orders: [RemovalOrder],
    on engine: Engine
  ) throws(ExplainError) -> [RemovalCosines] {
    try check(probe, orders)
    let pictures = orders.indices.flatMap { order in
      shares.flatMap { share in
        let count = self.count(share, orders[order])
        return [
          Picture(order: order, gone: 0..<count),
          Picture(order: order, gone: count..<orders[order].places.count),
        ]
      }
    }
    let cosines = try self.cosines(model, probe, to: reference, orders, pictures, on: engine)
    return orders.indices.map { order in
      let own = cosines[2 * shares.count * order..<2 * shares.count * (order + 1)]
      return RemovalCosines(
        deletion: own.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
        insertion: own.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    }
  }

  /// Deletion alone: for each order, one cosine for each share.
  public func deletions(
    _ model: Model, _ probe: Tensor, to reference: Tensor, _ orders: [RemovalOrder],
    on engine: Engine
  ) throws(ExplainError) -> [[Double]] {
    try check(probe, orders)
    let pictures = orders.indices.flatMap { order in
      shares.map { Picture(order: order, gone: 0..<count($0, orders[order])) }
    }
    let cosines = try self.cosines(model, probe, to: reference, orders, pictures, on: engine)
    return orders.indices.map { order in
      Array(cosines[shares.count * order..<shares.count * (order + 1)])
    }
  }

  /// The probe with pixels filled in: those of an order between two places.
  private struct Picture: Hashable {
    var order: Int
    var gone: Range<Int>
  }

  private func count(_ share: Double, _ order: RemovalOrder) -> Int {
    Int((share * Double(order.places.count)).rounded())
  }

  private func cosines(
    _ model: Model, _ probe: Tensor, to reference: Tensor, _ orders: [RemovalOrder],
    _ pictures: [Picture], on engine: Engine
  ) throws(ExplainError) -> [Double] {
    // Nothing gone, or all of it, is one picture whatever the order.
    let wanted = pictures.map { picture in
      let isEqual = picture.gone.isEmpty || picture.gone.count == orders[picture.order].places.count
      return isEqual
        ? Picture(order: 0, gone: 0..<picture.gone.count) : picture
    }
    var places: [Picture: Int] = [:]
    var distinct: [Picture] = []
    for picture in wanted where places[picture] == nil {
      places[picture] = distinct.count
      distinct.append(picture)
    }
    let chunks = try Chunks(model, height: probe.shape[1], width: probe.shape[2])
    let filler = filler(model, probe)
    let unique = distinct
    let score = CosineScore(reference: reference.scalars, sign: 1)
    var cosines: [Double] = []
    for range in Chunks.ranges(distinct.count, by: chunks.forward) {
      let images = engine.pictures(probe.shape, range) { index, image in
        let order = orders[unique[index].order]
        let area = order.places.count
        probe.withUnsafeBufferPointer { _ = image.initialize(from: $0) }
        filler.withUnsafeBufferPointer { filler in
          for place in order.places[unique[index].gone] {
            for start in stride(from: 0, to: filler.count, by: area) {
              image[start + place] = filler[start + place]
            }
          }
        }
      }
      let rows = try ExplainError.wrapping { () throws(EngineError) in
        let path = model.card.embeddingLayer
        return try engine.forward(model, images, keeping: .paths([path])).value(at: path)
      }.placeMeans
      for row in rows {
        guard row.count == reference.count else {
          throw .embeddingShape(expected: row.count, got: reference.shape)
        }
        cosines.append(score.cosine(row))
      }
    }
    return wanted.map { places[$0].map { cosines[$0] } ?? 0 }
  }

  /// What takes the pixels' places, of the probe's shape.
  private func filler(_ model: Model, _ probe: Tensor) -> Tensor {
    switch fill {
    case .blurred:
      return probe.gaussianBlurred(sigma: Float(min(probe.shape[1], probe.shape[2])) / 10)
    case .black:
      let area = probe.shape[1] * probe.shape[2]
      return Tensor(
        probe.shape,
        model.card.input.black(channels: probe.shape[0]).flatMap {
          [Float](repeating: $0, count: area)
        })
    }
  }

  private func check(_ probe: Tensor, _ orders: [RemovalOrder]) throws(ExplainError) {
    guard !shares.isEmpty, shares.allSatisfy({ 0...1 ~= $0 }), shares == shares.sorted() else {
      throw .badOption(name: "shares", expected: "ascending in 0...1", got: "\(shares)")
    }
    guard probe.shape.rank == 3, probe.count > 0 else {
      throw .graph(.badInput(expected: "one image [C, H, W]", got: probe.shape))
    }
    for order in orders
    where order.height != probe.shape[1] || order.width != probe.shape[2] {
      throw .badOption(
        name: "the order's size", expected: "\(probe.shape[1])x\(probe.shape[2])",
        got: "\(order.height)x\(order.width)")
    }
  }
}
