import FacetThreads
import Synchronization
import Testing

@Suite("The pool of threads")
struct ParallelTests {
  @Test(
    "every item is done once, whatever the number of threads and items", arguments: [1, 2, 3, 8])
  func once(_ threads: Int) {
    let parallel = Parallel(threads: threads)
    for count in [0, 1, 2, 7, 1000] {
      let done = Mutex([Int](repeating: 0, count: count))
      parallel.forEach(count) { item in done.withLock { $0[item] += 1 } }
      #expect(done.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test("ten thousand regions, one after the other, lose nothing")
  func many() {
    let parallel = Parallel(threads: 4)
    let sum = Atomic<Int>(0)
    for _ in 0..<10_000 { parallel.forEach(5) { sum.wrappingAdd($0, ordering: .relaxed) } }
    #expect(sum.load(ordering: .relaxed) == 100_000)
  }

  @Test("a region inside a region runs where it is")
  func nested() {
    let parallel = Parallel(threads: 3)
    let sum = Atomic<Int>(0)
    parallel.forEach(6) { outer in
      parallel.forEach(7) { inner in sum.wrappingAdd(outer * 7 + inner, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == (0..<42).reduce(0, +))
  }

  @Test("many tasks use the pool at once")
  func tasks() async {
    let total = Total()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<200 {
            Parallel(threads: 2).forEach(10) { item in total.sum.withLock { $0 += item } }
          }
        }
      }
    }
    #expect(total.sum.withLock { $0 } == 8 * 200 * 45)
  }

  private final class Total: Sendable {
    let sum = Mutex(0)
  }

  @Test("blocks cover a range, and a map keeps its order")
  func blocks() {
    let covered = Mutex([Int](repeating: 0, count: 103))
    Parallel(threads: 3).forBlocks(of: 10, in: 103) { range in
      covered.withLock { for i in range { $0[i] += 1 } }
    }
    #expect(covered.withLock { $0 }.allSatisfy { $0 == 1 })
    #expect(Parallel(threads: 3).map(50) { $0 * $0 } == (0..<50).map { $0 * $0 })
  }
}
