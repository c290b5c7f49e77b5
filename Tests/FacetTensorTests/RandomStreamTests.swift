import FacetTensor
import Testing

/// The generator against its published vectors, and the numbers drawn from it against what their
/// distributions say.
@Suite("Random numbers")
struct RandomStreamTests {
  struct KnownAnswer: Sendable, CustomTestStringConvertible {
    let counter: [UInt32]
    let key: UInt64
    let words: [UInt32]
    var testDescription: String { "key \(String(key, radix: 16))" }
  }

  /// kat_vectors of Random123 1.14, philox4x32 with ten rounds.
  static let knownAnswers = [
    KnownAnswer(
      counter: [0, 0, 0, 0], key: 0,
      words: [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
    KnownAnswer(
      counter: [.max, .max, .max, .max], key: .max,
      words: [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]),
    KnownAnswer(
      counter: [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], key: 0x299F_31D0_A409_3822,
      words: [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]),
  ]

  @Test("Philox4x32-10 gives the published words", arguments: knownAnswers)
  func philox(_ answer: KnownAnswer) {
    let c = answer.counter
    let block = Philox(key: answer.key).block((c[0], c[1], c[2], c[3]))
    #expect([block.0, block.1, block.2, block.3] == answer.words)
  }

  private func draws(_ count: Int, _ stream: RandomStream) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test("the same seed and path give the same numbers, another seed or path others")
  func identity() {
    let reference = draws(64, RandomStream(seed: 7, 3, 12))
    #expect(draws(64, RandomStream(seed: 7, 3, 12)) == reference)
    let others = [
      RandomStream(seed: 8, 3, 12), RandomStream(seed: 7, 12, 3), RandomStream(seed: 7, 3),
      RandomStream(seed: 7, 3, 12, 0), RandomStream(seed: 7), RandomStream(seed: 7, 3, 13),
    ]
    for other in others { #expect(Set(draws(64, other)).isDisjoint(with: reference)) }
  }

  @Test("neighbouring streams share no number and don't correlate")
  func independence() {
    var seen: Set<UInt64> = []
    for image in 0..<200 { seen.formUnion(draws(50, RandomStream(seed: 1, image))) }
    #expect(seen.count == 200 * 50)
    let count = 20000
    var (a, b) = (RandomStream(seed: 1, 0), RandomStream(seed: 1, 1))
    var products = 0.0
    for _ in 0..<count { products += Double(a.normal()) * Double(b.normal()) }
    // The standard error of a mean of products of independent normals is 1 / sqrt(count).
    #expect(abs(products / Double(count)) < 4 / Double(count).squareRoot())
  }

  @Test("uniform numbers lie in [0, 1), with a uniform's moments")
  func uniform() {
    let count = 100_000
    var stream = RandomStream(seed: 2)
    let numbers = (0..<count).map { _ in Double(stream.uniform()) }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    let mean = numbers.reduce(0, +) / Double(count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean - 0.5) < 4 * (1.0 / 12 / Double(count)).squareRoot())
    #expect(abs(variance - 1.0 / 12) < 0.001)
    // Ten equal cells: chi-squared with 9 degrees of freedom is below 27.9 in 999 of 1000 cases.
    var cells = [Int](repeating: 0, count: 10)
    for number in numbers { cells[Int(number * 10)] += 1 }
    let expected = Double(count) / 10
    #expect(
      cells.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 27.9
    )
  }

  @Test("uniform numbers of a range stay in it")
  func range() {
    var stream = RandomStream(seed: 3)
    let numbers = (0..<10_000).map { _ in stream.uniform(in: -3...5) }
    #expect(numbers.allSatisfy { (-3...5).contains($0) })
    #expect((numbers.min() ?? 0) < -2.9 && (numbers.max() ?? 0) > 4.9)
  }

  @Test("normal numbers have a normal's moments and tails")
  func normal() {
    let count = 100_000
    var stream = RandomStream(seed: 4)
    let numbers = (0..<count).map { _ in Double(stream.normal()) }
    func moment(_ power: Int) -> Double {
      numbers.reduce(0.0) { sum, x in sum + (0..<power).reduce(1) { p, _ in p * x } }
        / Double(count)
    }
    #expect(abs(moment(1)) < 0.015)
    #expect(abs(moment(2) - 1) < 0.02)
    #expect(abs(moment(3)) < 0.05)
    #expect(abs(moment(4) - 3) < 0.15)
    let beyondTwo = Double(numbers.filter { abs($0) > 2 }.count) / Double(count)
    #expect(abs(beyondTwo - 0.0455) < 0.003)
  }

  @Test("events happen as often as they should", arguments: [0, 0.1, 0.5, 1] as [Float])
  func happens(_ probability: Float) {
    var stream = RandomStream(seed: 5)
    let count = 20_000
    let happened = (0..<count).filter { _ in stream.happens(probability) }.count
    #expect(abs(Double(happened) / Double(count) - Double(probability)) < 0.011)
    if probability == 0 { #expect(happened == 0) }
    if probability == 1 { #expect(happened == count) }
  }

  @Test("it shuffles for the standard library, the same for the same seed")
  func shuffles() {
    func order(_ seed: UInt64) -> [Int] {
      var stream = RandomStream(seed: seed)
      return Array(0..<100).shuffled(using: &stream)
    }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
    #expect(order(1).sorted() == Array(0..<100))
  }
}
