import FacetGraph
import FacetTensor
import Foundation

/// An array of any rank in double precision, by its index on every axis.
struct Grid {
  let extents: [Int]
  var values: [Double]

  init(_ tensor: Tensor) {
    extents = tensor.shape.extents
    values = tensor.scalars.map(Double.init)
  }

  /// From a function of the index.
  init(_ extents: [Int], _ element: ([Int]) -> Double) {
    self.extents = extents
    values = Grid.indices(extents).map(element)
  }

  subscript(index: [Int]) -> Double {
    values[Swift.zip(index, extents).reduce(0) { $0 * $1.1 + $1.0 }]
  }

  /// The element that stands at `index` of a larger array this is repeated to.
  func broadcast(_ index: [Int]) -> Double {
    self[Swift.zip(index.suffix(extents.count), extents).map { $1 == 1 ? 0 : $0 }]
  }

  /// Every index, row-major.
  static func indices(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { all, extent in all.flatMap { i in (0..<extent).map { i + [$0] } } }
  }
}

/// What the operators on arrays compute, by definition. `nil` for those held against recorded values.
enum ArrayReference {
  static func value(_ op: Op, _ operands: [Tensor], output: Shape) -> [Double]? {
    let grids = operands.map(Grid.init)
    let (x, out) = (grids[0], output.extents)
    switch op {
    case .activation(let activation): return x.values.map { value(activation, $0) }
    case .arithmetic(let function):
      return Grid(out) { value(function, x.broadcast($0), grids[1].broadcast($0)) }.values
    case .matrixProduct: return product(x, grids[1])
    case .reduction(let reduction): return value(reduction, x)
    case .reshape: return x.values
    case .transpose(let permutation):
      return Grid(out) { index in
        var source = index
        for (place, axis) in permutation.enumerated() { source[axis] = index[place] }
        return x[source]
      }.values
    case .slice(let slicing):
      let places = places(slicing, x.extents[slicing.axis])
      return Grid(out) { x[$0.replacing(slicing.axis, places[$0[slicing.axis]])] }.values
    case .gather(let axis, let indices):
      return Grid(out) { index in
        let place = indices[index[axis]]
        return x[index.replacing(axis, place >= 0 ? place : x.extents[axis] + place)]
      }.values
    case .expand: return Grid(out) { x.broadcast($0) }.values
    case .pad(let padding): return Grid(out) { value(padding, x, $0) }.values
    case .join(let axis):
      return Grid(out) { index in
        var place = index[axis]
        for grid in grids {
          if place < grid.extents[axis] { return grid[index.replacing(axis, place)] }
          place -= grid.extents[axis]
        }
        return .nan
      }.values
    case .axisSoftmax(let axis, let logarithm):
      return Grid(out) { index in
        let sum = (0..<x.extents[axis]).reduce(0) {
          $0 + exp(x[index.replacing(axis, $1)] - x[index])
        }
        return logarithm ? -log(sum) : 1 / sum
      }.values
    default: return nil
    }
  }

  private static func value(_ activation: Activation, _ x: Double) -> Double {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    func limit(_ x: Double, _ low: Double, _ high: Double) -> Double {
      x.isNaN ? x : Swift.min(Swift.max(x, low), high)
    }
    return switch activation {
    case .leakyReLU(let slope): x > 0 ? x : Double(slope) * x
    case .thresholdedReLU(let threshold): x.isNaN || x > Double(threshold) ? x : 0
    case .elu(let alpha): x > 0 ? x : Double(alpha) * (exp(x) - 1)
    case .celu(let alpha): x > 0 ? x : Double(alpha) * (exp(x / Double(alpha)) - 1)
    case .selu(let alpha, let gamma):
      Double(gamma) * (x > 0 ? x : Double(alpha) * (exp(x) - 1))
    case .clip(let low, let high): limit(x, Double(low), Double(high))
    case .sigmoid: sigmoid(x)
    case .tanh: 1 - 2 / (exp(2 * x) + 1)
    case .hardSigmoid(let alpha, let beta): limit(Double(alpha) * x + Double(beta), 0, 1)
    case .hardSwish: x * limit(x + 3, 0, 6) / 6
    case .swish(let alpha): x * sigmoid(Double(alpha) * x)
    case .mish: x * Foundation.tanh(log(1 + exp(x)))
    case .gelu(false): x * erfc(-x / 2.0.squareRoot()) / 2
    case .gelu(true):
      x / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * pow(x, 3))))
    case .softplus: log(1 + exp(x))
    case .softsign: x / (1 + abs(x))
    case .exponential: exp(x)
    case .logarithm: log(x)
    case .squareRoot: x.squareRoot()
    case .reciprocal: 1 / x
    case .absolute: abs(x)
    case .negative: -x
    case .erf: 1 - erfc(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .floor: Foundation.floor(x)
    case .ceiling: Foundation.ceil(x)
    case .round: Foundation.rint(x)
    }
  }

  private static func value(_ function: Arithmetic, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: pow(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : Swift.min(a, b)
    case .maximum: a.isNaN || b.isNaN ? .nan : Swift.max(a, b)
    }
  }

  /// NumPy's matmul: arrays of one axis get another, which the result loses again.
  private static func product(_ a: Grid, _ b: Grid) -> [Double] {
    let left = a.extents.count == 1 ? [1] + a.extents : a.extents
    let right = b.extents.count == 1 ? b.extents + [1] : b.extents
    let rank = Swift.max(left.count, right.count)
    func padded(_ extents: [Int]) -> [Int] {
      [Int](repeating: 1, count: rank - extents.count) + extents
    }
    let batch = Swift.zip(padded(left), padded(right)).dropLast(2).map { Swift.max($0, $1) }
    let inner = left[left.count - 1]
    func element(_ grid: Grid, _ extents: [Int], _ index: [Int]) -> Double {
      let place = Swift.zip(index.suffix(extents.count), extents).map { $1 == 1 ? 0 : $0 }
      return grid.values[Swift.zip(place, extents).reduce(0) { $0 * $1.1 + $1.0 }]
    }
    return Grid(batch + [left[left.count - 2], right[right.count - 1]]) { index in
      let (outer, i, j) = (Array(index.dropLast(2)), index[rank - 2], index[rank - 1])
      return (0..<inner).reduce(0) { sum, k in
        sum + element(a, left, outer + [i, k]) * element(b, right, outer + [k, j])
      }
    }.values
  }

  private static func value(_ reduction: Reduction, _ x: Grid) -> [Double] {
    let kept = x.extents.indices.filter { !reduction.axes.contains($0) }
    return Grid.indices(kept.map { x.extents[$0] }).map { index in
      let lane = Grid.indices(x.extents).filter { place in kept.map { place[$0] } == index }
        .map { x[$0] }
      let sum = lane.reduce(0, +)
      return switch reduction.kind {
      case .sum: sum
      case .mean: sum / Double(lane.count)
      case .maximum: sum.isNaN ? .nan : lane.max() ?? .nan
      case .minimum: sum.isNaN ? .nan : lane.min() ?? .nan
      case .product: lane.reduce(1, *)
      case .l1: lane.reduce(0) { $0 + abs($1) }
      case .l2: lane.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .sumOfSquares: lane.reduce(0) { $0 + $1 * $1 }
      case .logSum: log(sum)
      case .logSumExp: log(lane.reduce(0) { $0 + exp($1) })
      }
    }
  }

  /// The places of a slice as Python takes them, one after the other.
  static func places(_ slicing: Slicing, _ extent: Int) -> [Int] {
    func fromFront(_ place: Int) -> Int {
      place < 0 ? place.addingReportingOverflow(extent).0 : place
    }
    let start = fromFront(slicing.start)
    let end = slicing.end.map(fromFront) ?? (slicing.step > 0 ? extent : -1)
    var places: [Int] = []
    if slicing.step > 0 {
      var place = Swift.max(start, 0)
      while place < Swift.min(end, extent) {
        places.append(place)
        place += slicing.step
      }
    } else {
      var place = Swift.min(start, extent - 1)
      while place > Swift.max(end, -1) {
        places.append(place)
        place += slicing.step
      }
    }
    return places
  }

  private static func value(_ padding: Padding, _ x: Grid, _ index: [Int]) -> Double {
    var source = index
    for (axis, extent) in x.extents.enumerated() {
      var place = index[axis] - padding.before[axis]
      while !(0..<extent ~= place) {
        switch padding.mode {
        case .constant(let value): return Double(value)
        case .edge: place += place < 0 ? 1 : -1
        case .reflect: place = place < 0 ? -place : 2 * (extent - 1) - place
        case .wrap: place += place < 0 ? extent : -extent
        }
      }
      source[axis] = place
    }
    return x[source]
  }
}

extension [Int] {
  /// The same with another number at one place.
  fileprivate func replacing(_ place: Int, _ number: Int) -> [Int] {
    var copy = self
    copy[place] = number
    return copy
  }
}
