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

/// Deletion and insertion for verification (Lu et al. 2024): pixels of the probe become black in the
/// order of a map, the other face stays as it is.
public struct PixelRemoval: Sendable {
  /// Of the pixels, ascending in 0...1.
  public var shares: [Double]

  /// - Parameter shares: by default 0, 10 ... 100 %.
  public init(shares: [Double] = (0...10).map { Double($0) / 10 }) { self.shares = shares }

  /// - Parameters:
  ///   - probe: `[C, H, W]`, preprocessed.
  ///   - reference: the other face's embedding, `[D]`.
  ///   - orders: of the probe's size.
  /// - Returns: for each order, two cosines for each share. Cost: two forward runs each.
  public func cosines(
    _ model: Model, _ probe: Tensor, to reference: Tensor, _ orders: [RemovalOrder],
    on engine: Engine
  ) throws(ExplainError) -> [RemovalCosines] {
    try check(probe, orders)
    let each = 2 * shares.count
    let chunks = try Chunks(model, height: probe.shape[1], width: probe.shape[2])
    let black = model.card.input.black(channels: probe.shape[0])
    let score = CosineScore(reference: reference.scalars, sign: 1)
    var cosines: [Double] = []
    for range in Chunks.ranges(orders.count * each, by: chunks.forward) {
      let pictures = engine.pictures(probe.shape, range) { index, picture in
        let (order, variant) = (orders[index / each], index % each)
        let count = (shares[variant / 2] * Double(order.places.count)).rounded()
        probe.withUnsafeBufferPointer { _ = picture.initialize(from: $0) }
        let gone =
          variant % 2 == 0 ? order.places.prefix(Int(count)) : order.places.dropFirst(Int(count))
        for place in gone {
          for (channel, value) in black.enumerated() {
            picture[channel * order.places.count + place] = value
          }
        }
      }
      let rows = try ExplainError.wrapping { () throws(EngineError) in
        let path = model.card.embeddingLayer
        return try engine.forward(model, pictures, keeping: .paths([path])).value(at: path)
      }.placeMeans
      for row in rows {
        guard row.count == reference.count else {
          throw .embeddingShape(expected: row.count, got: reference.shape)
        }
        cosines.append(score.cosine(row))
      }
    }
    return orders.indices.map { order in
      let own = cosines[order * each..<(order + 1) * each]
      return RemovalCosines(
        deletion: own.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
        insertion: own.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
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
