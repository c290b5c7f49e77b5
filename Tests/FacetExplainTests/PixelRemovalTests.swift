import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Removing pixels of a pair")
struct PixelRemovalTests {
  let engine = Engine(threads: 2)

  @Test("orders: largest first, equal values by place, NaN last")
  func order() {
    let map = Tensor([2, 3], [1, 3, .nan, 3, -2, 0])
    #expect(RemovalOrder(descending: map).places == [1, 3, 0, 5, 4, 2])
    #expect(RemovalOrder(descending: map).reversed.places == [2, 4, 5, 0, 3, 1])
    let centre = RemovalOrder.centre(height: 3, width: 5).places
    #expect(centre[0] == 7)
    #expect(Set(centre.suffix(4)) == [0, 4, 10, 14])
    for order in [
      RemovalOrder.randomMap(height: 9, width: 8, seed: 1, 0),
      .randomPixels(height: 9, width: 8, seed: 1, 0),
    ] {
      #expect(order.places.sorted() == Array(0..<72))
    }
    #expect(
      RemovalOrder.randomMap(height: 9, width: 8, seed: 1, 0)
        != .randomMap(height: 9, width: 8, seed: 1, 1))
    #expect(
      RemovalOrder.randomPixels(height: 9, width: 8, seed: 2, 5)
        == .randomPixels(height: 9, width: 8, seed: 2, 5))
  }

  @Test("cosines of pictures with pixels blackened one after the other")
  func reference() throws {
    let model = try SmallNets.varied()
    let pairs = try FacePairs(
      model, SmallNets.images(1, seed: 1), SmallNets.images(1, seed: 2), on: engine)
    let order = RemovalOrder.randomPixels(height: 16, width: 18, seed: 5, 0)
    let removal = PixelRemoval(shares: [0, 0.25, 0.5, 1])
    let found = try removal.cosines(
      model, pairs.first.slice(0), to: pairs.secondEmbeddings.slice(0), [order, order.reversed],
      on: engine)
    let black = zip(model.card.input.mean, model.card.input.standardDeviation).map { -$0 / $1 }
    func cosine(without places: some Sequence<Int>) throws -> Double {
      var picture = pairs.first
      for place in places {
        for c in 0..<3 { picture[0, c, place / 18, place % 18] = black[c] }
      }
      return try FacePairs(model, picture, pairs.second, on: engine).cosines[0]
    }
    for (i, count) in [0, 72, 144, 288].enumerated() {
      let (gone, kept) = (order.places.prefix(count), order.places.dropFirst(count))
      #expect(abs(found[0].deletion[i] - (try cosine(without: gone))) < 1e-5)
      #expect(abs(found[0].insertion[i] - (try cosine(without: kept))) < 1e-5)
    }
    #expect(abs(found[0].deletion[0] - pairs.cosines[0]) < 1e-5)
    #expect(found[0].deletion[3] == found[0].insertion[0])
    // Symmetric shares: the inverted order's curves are the same runs, read backwards.
    let even = try PixelRemoval().cosines(
      model, pairs.first.slice(0), to: pairs.secondEmbeddings.slice(0), [order, order.reversed],
      on: Engine(threads: 1, precision: .exact))
    for (a, b) in zip(even[1].deletion, even[0].inverted.deletion) { #expect(abs(a - b) < 1e-3) }
    #expect(even[0].deletion.count == 11)
  }

  @Test("deletion alone is the same, and blurred pixels are those of the blurred image")
  func fills() throws {
    let model = try SmallNets.varied()
    let pairs = try FacePairs(
      model, SmallNets.images(1, seed: 3), SmallNets.images(1, seed: 4), on: engine)
    let (probe, reference) = (pairs.first.slice(0), pairs.secondEmbeddings.slice(0))
    let orders = (0..<3).map { RemovalOrder.randomMap(height: 16, width: 18, seed: 2, $0) }
    let black = PixelRemoval(shares: [0, 0.3, 1])
    let both = try black.cosines(model, probe, to: reference, orders, on: engine)
    let alone = try black.deletions(model, probe, to: reference, orders, on: engine)
    for (a, b) in zip(both, alone) {
      for (x, y) in zip(a.deletion, b) { #expect(abs(x - y) < 1e-5) }
    }
    // What is no order's is run once.
    #expect(alone[0][0] == alone[2][0] && alone[0][2] == alone[2][2])
    let blurred = try PixelRemoval(shares: [0, 0.3, 1], fill: .blurred)
      .deletions(model, probe, to: reference, orders, on: engine)
    let smooth = pairs.first.gaussianBlurred(sigma: 1.6)
    for (order, found) in zip(orders, blurred) {
      for (count, cosine) in zip([0, 86, 288], found) {
        var picture = pairs.first
        for place in order.places.prefix(count) {
          for c in 0..<3 {
            picture[0, c, place / 18, place % 18] = smooth[0, c, place / 18, place % 18]
          }
        }
        let expected = try FacePairs(model, picture, pairs.second, on: engine).cosines[0]
        #expect(abs(cosine - expected) < 1e-5)
      }
    }
    #expect(abs(blurred[0][2] - alone[0][2]) > 1e-4)
  }

  @Test("what doesn't fit is refused")
  func refused() throws {
    let model = try SmallNets.varied()
    let image = SmallNets.images(1).slice(0)
    let order = RemovalOrder.centre(height: 16, width: 18)
    func error(_ shares: [Double], _ image: Tensor, _ width: Int, _ order: RemovalOrder)
      -> ExplainError?
    {
      refusal {
        _ = try PixelRemoval(shares: shares)
          .cosines(model, image, to: .zeros([width]), [order], on: engine)
      }
    }
    #expect(error([0, 1], image, 7, order) == nil)
    #expect(error([], image, 7, order) != nil)
    #expect(error([0, 1.5], image, 7, order) != nil)
    #expect(error([1, 0], image, 7, order) != nil)
    #expect(error([0], SmallNets.images(1), 7, order) != nil)
    #expect(error([0], image, 6, order) == .embeddingShape(expected: 7, got: [6]))
    #expect(error([0], image, 7, .centre(height: 18, width: 16)) != nil)
  }
}
