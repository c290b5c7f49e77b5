import FacetReport
import FacetTensor
import Foundation
import Testing

@Suite struct AxisTests {
  @Test(arguments: [
    (0.0...1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (0.13...0.88, 4, [0, 0.2, 0.4, 0.6, 0.8, 1.0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (-3...12, 4, [-5, 0, 5, 10, 15], ["−5", "0", "5", "10", "15"]),
    (0...30000, 3, [0, 10000, 20000, 30000], ["0", "10,000", "20,000", "30,000"]),
  ])
  func linearTicks(
    _ range: ClosedRange<Double>, _ count: Int, _ values: [Double], _ labels: [String]
  ) {
    let ticks = AxisTicks(range: range, count: count)
    #expect(ticks.ticks.map(\.label) == labels)
    for (tick, value) in zip(ticks.ticks, values) { #expect(abs(tick.value - value) < 1e-9) }
    #expect(
      ticks.range.lowerBound <= range.lowerBound && ticks.range.upperBound >= range.upperBound)
  }

  @Test func aFixedRangeStays() {
    let ticks = AxisTicks(range: 0.85...1, format: .percent(0), count: 4, isFixed: true)
    #expect(ticks.range == 0.85...1)
    #expect(ticks.ticks.map(\.label) == ["85%", "90%", "95%", "100%"])
  }

  @Test func ticksOfAnyRangeAreFewAndEven() {
    var random = RandomStream(seed: 8)
    for _ in 0..<2000 {
      let magnitude = pow(10, Double(random.uniform(in: -8...8)))
      let low = Double(random.uniform(in: -1...1)) * magnitude
      let range = low...low + magnitude * (0.01 + Double(random.uniform()))
      let count = 2 + Int(random.next() % 10)
      let ticks = AxisTicks(range: range, count: count)
      #expect(ticks.ticks.count >= 2 && ticks.ticks.count <= 2 * count + 3)
      let step = AxisTicks.step(range, count: count)
      for (a, b) in zip(ticks.ticks, ticks.ticks.dropFirst()) {
        #expect(abs(b.value - a.value - step) < 1e-6 * step)
      }
      #expect(Set(ticks.ticks.map(\.label)).count == ticks.ticks.count)
    }
  }

  @Test func logarithmicTicks() {
    #expect(
      AxisTicks(range: 0.001...1, scale: .logarithmic, count: 5).ticks.map(\.label)
        == ["0.001", "0.01", "0.1", "1"])
    #expect(
      AxisTicks(range: 1...100, scale: .logarithmic, count: 6).ticks.map(\.label)
        == ["1", "2", "5", "10", "20", "50", "100"])
    #expect(AxisTicks(range: 1e-12...1, scale: .logarithmic, count: 4).ticks.count <= 6)
    #expect(AxisTicks(range: 0...1, scale: .logarithmic).ticks.isEmpty)
  }

  @Test func normalDeviateTicks() {
    #expect(
      AxisTicks(range: 0.001...0.6, scale: .normalDeviate).ticks.map(\.label)
        == ["0.1%", "1%", "5%", "20%", "40%", "60%"])
  }

  @Test(arguments: [
    (0.5, 0.0), (0.975, 1.959963984540054), (0.025, -1.959963984540054),
    (0.001, -3.090232306167813), (0.84134474606854294859, 1.0), (1e-10, -6.361340902404056),
  ])
  func probitOfKnownProbabilities(_ p: Double, _ deviate: Double) {
    #expect(abs(NormalDeviate.quantile(p) - deviate) < 1e-12 * max(1, abs(deviate)))
  }

  @Test func probitInvertsTheDistribution() {
    var random = RandomStream(seed: 3)
    for _ in 0..<500 {
      let p = Double(random.uniform(in: 0.0001...0.9999))
      // The slow reference: bisection on the distribution function.
      var (low, high) = (-10.0, 10.0)
      for _ in 0..<80 {
        let middle = (low + high) / 2
        if NormalDeviate.probability(middle) < p { low = middle } else { high = middle }
      }
      #expect(abs(NormalDeviate.quantile(p) - low) < 1e-9)
    }
    #expect(NormalDeviate.quantile(0) == -.infinity)
    #expect(NormalDeviate.quantile(1) == .infinity)
    for p in [-0.1, 1.1, .nan, .infinity] { #expect(NormalDeviate.quantile(p).isNaN) }
  }

  @Test(arguments: [AxisScale.linear, .logarithmic, .normalDeviate])
  func positionsHaveInverses(_ scale: AxisScale) {
    for value in [0.001, 0.02, 0.3, 0.5, 0.9] {
      #expect(abs(scale.value(scale.position(value)) - value) < 1e-12)
    }
    #expect(AxisScale.logarithmic.position(0) == -.infinity)
    #expect(AxisScale.logarithmic.position(-1).isNaN)
  }
}
