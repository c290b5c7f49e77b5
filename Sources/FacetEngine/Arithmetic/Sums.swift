/// Sums in a fixed order: sixteen lanes, then pairwise; more exact than a running sum and vectorised.
enum Sums {
  static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for i in stride(from: 0, to: whole, by: 16) { lanes += load(x + i) }
    return finish(lanes) + tail(whole, count) { x[$0] }
  }

  static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for i in stride(from: 0, to: whole, by: 16) { lanes += load(x + i) * load(y + i) }
    return finish(lanes) + tail(whole, count) { x[$0] * y[$0] }
  }

  /// The sum of squared distances from `centre`.
  static func squares(_ x: UnsafePointer<Float>, _ count: Int, from centre: Float) -> Float {
    var lanes = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for i in stride(from: 0, to: whole, by: 16) {
      let d = load(x + i) - centre
      lanes += d * d
    }
    return finish(lanes) + tail(whole, count) { (x[$0] - centre) * (x[$0] - centre) }
  }

  private static func load(_ x: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(x).loadUnaligned(as: SIMD16<Float>.self)
  }

  private static func finish(_ lanes: SIMD16<Float>) -> Float {
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    return (four[0] + four[2]) + (four[1] + four[3])
  }

  private static func tail(_ from: Int, _ to: Int, _ element: (Int) -> Float) -> Float {
    var sum: Float = 0
    for i in from..<to { sum += element(i) }
    return sum
  }
}
