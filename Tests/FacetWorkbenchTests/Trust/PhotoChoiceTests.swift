import FacetWorkbench
import Testing

@Suite("Choice of photos") struct PhotoChoiceTests {
  @Test("the first photos are of as many people as there are, the next again")
  func spread() {
    let identities = ["a", "a", "a", "a", "b", "b", "c"]
    for seed in UInt64(0)..<8 {
      let chosen = PhotoChoice.spread(identities, count: 7, seed: seed)
      #expect(chosen.sorted() == Array(0..<7))
      #expect(Set(chosen.prefix(3).map { identities[$0] }) == ["a", "b", "c"])
      #expect(Set(chosen.dropFirst(3).prefix(2).map { identities[$0] }) == ["a", "b"])
      #expect(PhotoChoice.spread(identities, count: 4, seed: seed) == Array(chosen.prefix(4)))
    }
    #expect(
      PhotoChoice.spread(identities, count: 7, seed: 1)
        != PhotoChoice.spread(identities, count: 7, seed: 2))
    #expect(PhotoChoice.spread([], count: 3, seed: 0).isEmpty)
  }
}
