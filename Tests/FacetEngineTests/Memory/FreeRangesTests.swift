import FacetEngine
import FacetTensor
import Testing

/// Free pieces of addresses against a set of free numbers.
@Suite("Free ranges")
struct FreeRangesTests {
  @Test("what is cut off was free, and joins again", arguments: 0..<10 as Range<UInt64>)
  func random(_ seed: UInt64) throws {
    var stream = RandomStream(seed: seed, 0xF4EE)
    var ranges = FreeRanges()
    var free: Set<UInt> = []
    for start: UInt in [1000, 5000] {
      ranges.give(start..<start + 300)
      free.formUnion(start..<start + 300)
    }
    let all = free
    var taken: [Range<UInt>] = []
    for _ in 0..<400 {
      if Int.random(in: 0..<5, using: &stream) < 3 {
        let bytes = Int.random(in: 1...60, using: &stream)
        guard let start = ranges.take(bytes) else {
          #expect(longestRun(free) < bytes)
          continue
        }
        let piece = start..<start + UInt(bytes)
        #expect(free.isSuperset(of: piece))
        free.subtract(piece)
        taken.append(piece)
      } else if !taken.isEmpty {
        let piece = taken.remove(at: Int.random(in: 0..<taken.count, using: &stream))
        ranges.give(piece)
        free.formUnion(piece)
      }
      #expect(Set(ranges.pieces.joined()) == free)
      // In order, and no two that could be one.
      for (a, b) in zip(ranges.pieces, ranges.pieces.dropFirst()) {
        #expect(a.upperBound < b.lowerBound)
      }
    }
    for piece in taken { ranges.give(piece) }
    #expect(Set(ranges.pieces.joined()) == all)
    #expect(ranges.pieces == [1000..<1300, 5000..<5300])
  }

  private func longestRun(_ free: Set<UInt>) -> Int {
    var (longest, run) = (0, 0)
    var last: UInt?
    for place in free.sorted() {
      run = last.map { $0 + 1 } == place ? run + 1 : 1
      longest = max(longest, run)
      last = place
    }
    return longest
  }

  @Test("the smallest piece that is large enough is cut")
  func bestFit() {
    var ranges = FreeRanges()
    ranges.give(0..<100)
    ranges.give(200..<230)
    ranges.give(300..<340)
    #expect(ranges.take(25) == 200)
    #expect(ranges.take(35) == 300)
    #expect(ranges.take(60) == 0)
    #expect(ranges.take(60) == nil)
    #expect(ranges.pieces == [60..<100, 225..<230, 335..<340])
  }
}
