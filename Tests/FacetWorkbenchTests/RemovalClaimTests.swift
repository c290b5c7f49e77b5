import FacetWorkbench
import Testing

@Suite("What a map claims of one face")
struct RemovalClaimTests {
  /// 999 cosines, evenly from `low` to `high`.
  private func spread(_ low: Double, _ high: Double) -> [Double] {
    (0..<999).map { low + (high - low) * Double($0) / 998 }
  }

  private func claim(
    _ side: PairSide, _ cosine: Double, clean: Double, maps: [Double], pixels: [Double],
    centre: Double
  ) -> RemovalClaim {
    RemovalClaim(
      side, cosine: cosine, clean: clean, randomMaps: maps, randomPixels: pixels, centre: centre,
      isFlat: false)
  }

  @Test("praise needs every control, and the direction that is claimed")
  func readings() throws {
    let (high, low) = (spread(0.4, 0.6), spread(0.2, 0.3))
    func reading(_ cosine: Double, _ pixels: [Double], _ centre: Double) throws
      -> RemovalClaim.Reading
    {
      let found = RemovalClaim.adjusted([
        claim(.similarity, cosine, clean: 0.7, maps: high, pixels: pixels, centre: centre)
      ])
      return try #require(found.first).reading
    }
    #expect(try reading(0.1, low, 0.3) == .beatsControls)
    // The strongest control decides: below all random maps, among the random pixels.
    #expect(try reading(0.25, low, 0.3) == .notShown)
    // Below all random maps, above all random pixels.
    #expect(try reading(0.35, low, 0.5) == .worse)
    #expect(try reading(0.1, low, 0.05) == .notAboveCentre)
    #expect(try reading(0.1, low, 0.1) == .notAboveCentre)
  }

  @Test("a cosine that rises is no proof of similarity, however much further controls raise it")
  func wrongWay() throws {
    let similarity = claim(
      .similarity, 0.681, clean: 0.556, maps: spread(0.7, 0.8), pixels: spread(0.75, 0.9),
      centre: 0.72)
    let dissimilarity = claim(
      .dissimilarity, 0.3, clean: 0.4, maps: spread(0.1, 0.2), pixels: spread(0, 0.1), centre: 0.2)
    let found = RemovalClaim.adjusted([similarity, dissimilarity])
    #expect(found.map(\.reading) == [.wrongWay, .wrongWay])
    #expect(found.map(\.text) == ["the cosine rises", "the cosine falls"])
    #expect(found[0].label == "wrong: the cosine rises")
  }

  @Test("nothing is better at what it doesn't do")
  func noBetter() {
    // The cosine falls by what should raise it, but less than by random choices of pixels.
    let found = RemovalClaim.adjusted([
      claim(
        .dissimilarity, 0.39, clean: 0.4, maps: spread(0.3, 0.5), pixels: spread(0.1, 0.2),
        centre: 0.3)
    ])
    #expect(found[0].reading == .notShown && found[0].betterThan.isEmpty)
    #expect(found[0].text == "no effect shown" && found[0].label == "not shown to beat chance")
    let rising = RemovalClaim.adjusted([
      claim(
        .dissimilarity, 0.41, clean: 0.4, maps: spread(0.3, 0.5), pixels: spread(0.1, 0.2),
        centre: 0.3)
    ])
    #expect(rising[0].betterThan == ["random pixels"])
    #expect(rising[0].label == "not above random maps")
  }

  @Test("the p-value is the share of controls as far, the map counted, and pays for every test")
  func adjusted() throws {
    let many = (0..<16).map { index in
      claim(
        .dissimilarity, index == 0 ? 0.9 : 0.45, clean: 0.4, maps: spread(0.4, 0.6),
        pixels: spread(0.3, 0.5), centre: 0.4)
    }
    let found = RemovalClaim.adjusted(many)
    let p = try #require(found[0].adjusted)
    #expect(abs(p - 16.0 / 1000) < 1e-12)
    #expect(found[0].reading == .beatsControls)
    #expect(found.dropFirst().allSatisfy { $0.reading == .notShown && $0.adjusted == 1 })
    // With so few draws the same claim can't be shown among sixteen.
    let few = many.map { _ in
      RemovalClaim(
        .dissimilarity, cosine: 0.9, clean: 0.4, randomMaps: [0.5], randomPixels: [0.5],
        centre: 0.4, isFlat: false)
    }
    #expect(RemovalClaim.adjusted(few).allSatisfy { $0.reading == .notShown && $0.adjusted == 1 })
  }

  @Test("a constant map claims nothing and takes no part")
  func flat() {
    let flat = RemovalClaim(
      .similarity, cosine: 0.1, clean: 0.7, randomMaps: [0.5], randomPixels: [0.5], centre: 0.5,
      isFlat: true)
    let other = claim(
      .similarity, 0.1, clean: 0.7, maps: spread(0.4, 0.6), pixels: spread(0.2, 0.3), centre: 0.3)
    let found = RemovalClaim.adjusted([flat, other])
    #expect(found[0].reading == .nothingToShow && found[0].adjusted == nil && found[0].label == nil)
    #expect(found[1].adjusted == 1.0 / 1000)
  }

  @Test("worse than a control by chance is not worse")
  func worse() throws {
    let found = RemovalClaim.adjusted([
      claim(
        .similarity, 0.65, clean: 0.7, maps: spread(0.4, 0.6), pixels: spread(0.5, 0.7),
        centre: 0.3)
    ])
    #expect(found[0].worseThan == ["random maps"])
    #expect(found[0].text == "worse than random maps")
    let mixed = RemovalClaim.adjusted([
      claim(
        .similarity, 0.35, clean: 0.7, maps: spread(0.4, 0.6), pixels: spread(0.2, 0.3),
        centre: 0.3)
    ])
    #expect(mixed[0].text == "worse than random pixels, better than random maps")
  }
}
