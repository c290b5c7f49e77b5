import FacetGraph
import FacetTensor
import Foundation

/// What every operator computes, by its definition: one loop for each index, in double precision.
/// Slow and obvious; the engine is held against it.
enum Reference {
  /// A map `[N, C, H, W]` in double precision that is zero outside.
  struct Map {
    let extents: [Int]
    var values: [Double]

    init(_ extents: [Int]) {
      self.extents = extents
      values = [Double](repeating: 0, count: extents.reduce(1, *))
    }

    init(_ tensor: Tensor) {
      extents = tensor.shape.extents + [1, 1].dropFirst(tensor.shape.rank - 2)
      values = tensor.scalars.map(Double.init)
    }

    subscript(n: Int, c: Int, y: Int, x: Int) -> Double {
      get {
        guard 0..<extents[2] ~= y, 0..<extents[3] ~= x else { return 0 }
        return values[((n * extents[1] + c) * extents[2] + y) * extents[3] + x]
      }
      set { values[((n * extents[1] + c) * extents[2] + y) * extents[3] + x] = newValue }
    }
  }

  /// A map of the given extents from a function of the four indices.
  private static func make(
    _ extents: [Int], _ element: (_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Double
  ) -> [Double] {
    var map = Map(extents)
    for n in 0..<extents[0] {
      for c in 0..<extents[1] {
        for y in 0..<extents[2] {
          for x in 0..<extents[3] { map[n, c, y, x] = element(n, c, y, x) }
        }
      }
    }
    return map.values
  }

  /// The operator's value, row-major. `output` is its shape, which other tests check.
  static func value(_ op: Op, _ input: Tensor, _ parameters: [Tensor], output: Shape) -> [Double] {
    let x = Map(input)
    let p = parameters.map { $0.scalars.map(Double.init) }
    let out = output.extents + [1, 1].dropFirst(output.rank - 2)
    switch op {
    case .convolution(let c):
      let weight = Map(parameters[0])
      let (inside, outside) = (c.inChannels / c.groups, c.outChannels / c.groups)
      return make(out) { n, o, y, x0 in
        var sum = c.bias ? p[1][o] : 0
        for i in 0..<inside {
          for ky in 0..<c.kernel.height {
            for kx in 0..<c.kernel.width {
              let iy = y * c.stride.height + ky * c.dilation.height - c.padding.height
              let ix = x0 * c.stride.width + kx * c.dilation.width - c.padding.width
              guard 0..<x.extents[2] ~= iy, 0..<x.extents[3] ~= ix else { continue }
              sum += weight[o, i, ky, kx] * x[n, o / outside * inside + i, iy, ix]
            }
          }
        }
        return sum
      }
    case .linear(let inFeatures, _, let bias):
      return make(out) { n, o, _, _ in
        (0..<inFeatures).reduce(bias ? p[1][o] : 0) { sum, i in
          sum + p[0][o * inFeatures + i] * x[n, i, 0, 0]
        }
      }
    case .batchNorm(_, let epsilon, _):
      return make(out) { n, c, y, x0 in
        (x[n, c, y, x0] - p[2][c]) / (p[3][c] + Double(epsilon)).squareRoot() * p[0][c] + p[1][c]
      }
    case .relu: return x.values.map { $0.isNaN ? $0 : max($0, 0) }
    case .prelu:
      return make(out) { n, c, y, x0 in
        x[n, c, y, x0] > 0 ? x[n, c, y, x0] : p[0][c] * x[n, c, y, x0]
      }
    case .maxPool(let pool):
      return make(out) { n, c, y, x0 in
        inside(pool, y, x0, x).map { x[n, c, $0, $1] }.reduce(-.infinity) {
          $0.isNaN || $1.isNaN ? .nan : max($0, $1)
        }
      }
    case .averagePool(let pool, let countsPadding):
      return make(out) { n, c, y, x0 in
        let places = inside(pool, y, x0, x)
        let divisor = countsPadding ? padded(pool, y, x0, x) : places.count
        return places.reduce(0) { $0 + x[n, c, $1.0, $1.1] } / Double(divisor)
      }
    case .adaptiveAveragePool(let height, let width):
      return make(out) { n, c, y, x0 in
        var (sum, count) = (0.0, 0)
        for iy in 0..<x.extents[2] where overlaps(iy, x.extents[2], y, height) {
          for ix in 0..<x.extents[3] where overlaps(ix, x.extents[3], x0, width) {
            sum += x[n, c, iy, ix]
            count += 1
          }
        }
        return sum / Double(count)
      }
    case .localResponseNorm(let size, let alpha, let beta, let k):
      return make(out) { n, c, y, x0 in
        var sum = 0.0
        for other in max(0, c - size / 2)...min(x.extents[1] - 1, c + (size - 1) / 2) {
          sum += x[n, other, y, x0] * x[n, other, y, x0]
        }
        return x[n, c, y, x0]
          / pow(Double(k) + Double(alpha) / Double(size) * sum, Double(beta))
      }
    case .softmax:
      return make(out) { n, c, y, x0 in
        1 / (0..<x.extents[1]).reduce(0) { $0 + exp(x[n, $1, y, x0] - x[n, c, y, x0]) }
      }
    case .l2Normalize(let epsilon):
      let row = x.values.count / x.extents[0]
      return x.values.indices.map { i in
        let line = x.values[i / row * row..<(i / row + 1) * row]
        let norm = line.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return norm.isNaN ? .nan : x.values[i] / max(norm, Double(epsilon))
      }
    case .input, .flatten, .dropout, .add, .concat: return x.values
    }
  }

  /// The places of a window that are inside the map.
  private static func inside(_ pool: Pooling, _ y: Int, _ x: Int, _ map: Map) -> [(Int, Int)] {
    var places: [(Int, Int)] = []
    for ky in 0..<pool.kernel.height {
      for kx in 0..<pool.kernel.width {
        let iy = y * pool.stride.height + ky - pool.padding.height
        let ix = x * pool.stride.width + kx - pool.padding.width
        if 0..<map.extents[2] ~= iy, 0..<map.extents[3] ~= ix { places.append((iy, ix)) }
      }
    }
    return places
  }

  /// How many places of a window are inside the padded map.
  private static func padded(_ pool: Pooling, _ y: Int, _ x: Int, _ map: Map) -> Int {
    var count = 0
    for ky in 0..<pool.kernel.height {
      for kx in 0..<pool.kernel.width {
        let iy = y * pool.stride.height + ky - pool.padding.height
        let ix = x * pool.stride.width + kx - pool.padding.width
        if iy < map.extents[2] + pool.padding.height, ix < map.extents[3] + pool.padding.width {
          count += 1
        }
      }
    }
    return count
  }

  /// Whether pixel `i` of `size` lies, in part or whole, in cell `cell` of `cells` equal ones.
  private static func overlaps(_ i: Int, _ size: Int, _ cell: Int, _ cells: Int) -> Bool {
    (i + 1) * cells > cell * size && i * cells < (cell + 1) * size
  }
}
