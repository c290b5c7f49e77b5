import FacetGraph
import FacetTensor
import Foundation

extension AxisTaps {
  /// One map for each axis whose size changes or whose places move; the formulas are those of ONNX's
  /// definition of Resize (opset 19).
  static func resize(_ shape: Shape, _ resizing: Resizing) -> [AxisTaps] {
    Swift.zip(resizing.axes, resizing.resolved(shape.extents)).enumerated().compactMap {
      index, item in
      let sampler = AxisSampler(
        extent: shape[item.0], size: item.1.size, factor: item.1.factor,
        isScaled: resizing.targets[index].isScale,
        region: resizing.regions.isEmpty ? nil : resizing.regions[index], resizing: resizing)
      let taps = AxisTaps(
        axis: item.0, extent: shape[item.0], taps: (0..<item.1.size).map(sampler.taps),
        fill: resizing.outside)
      return taps.isIdentity ? nil : taps
    }
  }
}

/// Where the elements of one resampled axis come from.
private struct AxisSampler {
  let extent: Int
  let size: Int
  let factor: Double
  /// Whether the factor was given in single precision: then quotients by it are rounded to that, so
  /// that three times 1/0.6 is 5, as it is where all is computed in single precision.
  let isScaled: Bool
  let region: Resizing.Region?
  let resizing: Resizing

  /// The place in the input that output element `x` stands for.
  private func place(_ x: Int) -> Double {
    let (x, last, size) = (Double(x), Double(extent - 1), Double(size))
    func unscaled(_ x: Double) -> Double { isScaled ? Double(Float(x / factor)) : x / factor }
    switch resizing.coordinates {
    case .halfPixel: return unscaled(x + 0.5) - 0.5
    case .pytorchHalfPixel: return size == 1 ? -0.5 : unscaled(x + 0.5) - 0.5
    case .halfPixelSymmetric:
      let adjustment = size / (factor * Double(extent))
      return Double(extent) / 2 * (1 - adjustment) + unscaled(x + 0.5) - 0.5
    case .asymmetric: return unscaled(x)
    case .alignCorners:
      // The definition divides by the exact product, which needn't be whole.
      let exact = factor * Double(extent)
      return size == 1 || exact == 1 ? 0 : x * last / (exact - 1)
    case .cropAndResize:
      // In single precision, as the region is given.
      let (start, end) = (region?.start ?? 0, region?.end ?? 1)
      let last = Float(extent - 1)
      return Double(
        start * last
          + (size == 1
            ? (end - start) * last / 2 : Float(x) * (end - start) * last / Float(size - 1)))
    }
  }

  func taps(_ x: Int) -> [AxisTaps.Tap] {
    let place = place(x)
    if resizing.coordinates == .cropAndResize, place < 0 || place > Double(extent - 1) { return [] }
    switch resizing.interpolation {
    case .nearest(let rounding):
      return [AxisTaps.Tap(index: clamped(round(place, rounding)), weight: 1)]
    case .linear: return weighted(place, radius: 1) { max(0, 1 - abs($0)) }
    case .cubic(let a): return weighted(place, radius: 2) { Self.cubic($0, Double(a)) }
    }
  }

  private func clamped(_ index: Int) -> Int { min(max(index, 0), extent - 1) }

  private func round(_ place: Double, _ rounding: Resizing.Rounding) -> Int {
    switch rounding {
    case .preferFloor: Int((place - 0.5).rounded(.up))
    case .preferCeiling: Int((place + 0.5).rounded(.down))
    case .floor: Int(place.rounded(.down))
    case .ceiling: Int(place.rounded(.up))
    }
  }

  /// Keys 1981, equation 15 with a free coefficient.
  private static func cubic(_ x: Double, _ a: Double) -> Double {
    let x = abs(x)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }

  /// The taps of a kernel about `place`, at the outermost elements repeated; they sum to 1 where the
  /// kernel is stretched or cut.
  private func weighted(_ place: Double, radius: Int, _ kernel: (Double) -> Double)
    -> [AxisTaps.Tap]
  {
    let stretch = resizing.antialias ? min(factor, 1) : 1
    // A whole place belongs to the interval on its left.
    let base = place == place.rounded(.down) ? Int(place) - 1 : Int(place.rounded(.down))
    let ratio = place - Double(base)
    let start = Int((-Double(radius) / stretch).rounded(.down)) + 1
    let end = radius == 1 && stretch == 1 ? 2 : 2 - start
    var weights = (start..<end).map { kernel(stretch * (Double($0) - ratio)) }
    if resizing.excludesOutside {
      for (i, offset) in (start..<end).enumerated() where !(0..<extent ~= base + offset) {
        weights[i] = 0
      }
    }
    if resizing.antialias || resizing.excludesOutside {
      let sum = weights.reduce(0, +)
      if sum != 0 { weights = weights.map { $0 / sum } }
    }
    var taps: [AxisTaps.Tap] = []
    // What rounding leaves of a weight of 0 must not let a NaN through.
    for (offset, weight) in Swift.zip(start..<end, weights) where abs(weight) > 1e-9 {
      let index = clamped(base + offset)
      // Repeated outermost elements make one tap.
      if let same = taps.firstIndex(where: { $0.index == index }) {
        taps[same] = AxisTaps.Tap(index: index, weight: taps[same].weight + Float(weight))
      } else {
        taps.append(AxisTaps.Tap(index: index, weight: Float(weight)))
      }
    }
    return taps
  }
}

extension Resizing.Target {
  fileprivate var isScale: Bool { if case .scale = self { true } else { false } }
}
