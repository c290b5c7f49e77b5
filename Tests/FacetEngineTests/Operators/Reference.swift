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
              let iy = y * c.stride.height + ky * c.dilation.height - before(c, x, \.height)
              let ix = x0 * c.stride.width + kx * c.dilation.width - before(c, x, \.width)
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
        return places.reduce(0) { $0 + x[n, c, $1.0, $1.1] } / Double(max(divisor, 1))
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
    case .transposedConvolution(let c):
      // Each input pixel adds its kernel, `stride` apart, to a canvas that is then cut.
      let weight = Map(parameters[0])
      let (inside, outside) = (c.inChannels / c.groups, c.outChannels / c.groups)
      let (top, left) = (cut(c, x, output, \.height), cut(c, x, output, \.width))
      var map = Map(out)
      for o in 0..<c.outChannels where c.bias {
        for (n, y, x0) in places(out) { map[n, o, y, x0] = p[1][o] }
      }
      for (n, iy, ix) in places(x.extents) {
        for i in 0..<c.inChannels {
          for o in 0..<outside {
            for ky in 0..<c.kernel.height {
              for kx in 0..<c.kernel.width {
                let y = iy * c.stride.height + ky * c.dilation.height - top
                let x0 = ix * c.stride.width + kx * c.dilation.width - left
                guard 0..<out[2] ~= y, 0..<out[3] ~= x0 else { continue }
                map[n, i / inside * outside + o, y, x0] += weight[i, o, ky, kx] * x[n, i, iy, ix]
              }
            }
          }
        }
      }
      return map.values
    default: return x.values
    }
  }

  private static func places(_ extents: [Int]) -> [(Int, Int, Int)] {
    (0..<extents[0]).flatMap { n in
      (0..<extents[2]).flatMap { y in (0..<extents[3]).map { (n, y, $0) } }
    }
  }

  /// Rows or columns added before the map: what SAME adds makes the output as large as the input over
  /// the stride, rounded up; the odd one is at the end for `upper`.
  private static func before(
    _ window: some SlidingWindow, _ map: Map, _ axis: KeyPath<Extent, Int>
  ) -> Int {
    guard let same = window.same else { return window.padding[keyPath: axis] }
    let size = map.extents[axis == \.height ? 2 : 3]
    let (stride, kernel) = (window.stride[keyPath: axis], window.kernel[keyPath: axis])
    var total = 0
    let wanted = Int((Double(size) / Double(stride)).rounded(.up))
    while (size + total - (kernel - 1) * window.dilation[keyPath: axis] - 1 + stride) / stride
      < wanted
    { total += 1 }
    return same == .upper ? total / 2 : total - total / 2
  }

  /// Rows or columns cut off before a transposed convolution's output (ONNX's rule for SAME).
  private static func cut(
    _ c: TransposedConvolution, _ map: Map, _ output: Shape, _ axis: KeyPath<Extent, Int>
  ) -> Int {
    guard let same = c.same else { return c.padding[keyPath: axis] }
    let place = axis == \.height ? 2 : 3
    let total =
      c.stride[keyPath: axis] * (map.extents[place] - 1) + c.outputPadding[keyPath: axis]
      + (c.kernel[keyPath: axis] - 1) * c.dilation[keyPath: axis] + 1 - output[place]
    let kept = max(total, 0)
    return same == .upper ? kept / 2 : kept - kept / 2
  }

  /// The places of a window that are inside the map.
  private static func inside(_ pool: Pooling, _ y: Int, _ x: Int, _ map: Map) -> [(Int, Int)] {
    window(pool, y, x, map).filter { 0..<map.extents[2] ~= $0 && 0..<map.extents[3] ~= $1 }
  }

  /// How many places of a window are inside the padded map.
  private static func padded(_ pool: Pooling, _ y: Int, _ x: Int, _ map: Map) -> Int {
    // What SAME pads is as much as the windows need.
    let after = pool.same == nil ? pool.trailing ?? pool.padding : Extent(1 << 20)
    return window(pool, y, x, map).count {
      $0 < map.extents[2] + after.height && $1 < map.extents[3] + after.width
    }
  }

  private static func window(_ pool: Pooling, _ y: Int, _ x: Int, _ map: Map) -> [(Int, Int)] {
    (0..<pool.kernel.height).flatMap { ky in
      (0..<pool.kernel.width).map { kx in
        (
          y * pool.stride.height + ky * pool.dilation.height - before(pool, map, \.height),
          x * pool.stride.width + kx * pool.dilation.width - before(pool, map, \.width)
        )
      }
    }
  }

  /// Whether pixel `i` of `size` lies, in part or whole, in cell `cell` of `cells` equal ones.
  private static func overlaps(_ i: Int, _ size: Int, _ cell: Int, _ cells: Int) -> Bool {
    (i + 1) * cells > cell * size && i * cells < (cell + 1) * size
  }
}
