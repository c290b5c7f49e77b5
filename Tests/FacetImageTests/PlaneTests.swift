import FacetImage
import FacetTensor
import Foundation
import Testing

@Suite struct PlaneResamplingTests {
  @Test func bilinearByHand() {
    let map = Tensor([1, 2], [0, 4])
    #expect(map.resampled(height: 1, width: 4).scalars == [0, 1, 3, 4])
    #expect(
      map.resampled(height: 1, width: 5, by: .bilinearAlignedCorners).scalars == [0, 1, 2, 3, 4])
    #expect(map.resampled(height: 1, width: 1).scalars == [2])
    #expect(map.resampled(height: 1, width: 1, by: .bilinearAlignedCorners).scalars == [0])
    let square = Tensor([2, 2], [0, 2, 4, 6])
    #expect(square.resampled(height: 1, width: 1).scalars == [3])
    #expect(
      square.resampled(height: 3, width: 3, by: .bilinearAlignedCorners).scalars
        == [0, 1, 2, 2, 3, 4, 4, 5, 6])
  }

  @Test func nearestTakesTheFloor() {
    let map = Tensor([1, 3], [1, 2, 3])
    #expect(
      map.resampled(height: 2, width: 5, by: .nearest).scalars == [1, 1, 2, 2, 3, 1, 1, 2, 2, 3])
    #expect(map.resampled(height: 1, width: 2, by: .nearest).scalars == [1, 2])
  }

  /// PyTorch's cubic on [0, 0, 1, 0] doubled: the weights at a quarter and three quarters.
  @Test func cubicByHand() {
    func keys(_ x: Float, _ a: Float) -> Float {
      let d = abs(x)
      return d <= 1
        ? (a + 2) * d * d * d - (a + 3) * d * d + 1 : a * (d * d * d - 5 * d * d + 8 * d - 4)
    }
    let impulse = Tensor([1, 8], [0, 0, 0, 1, 0, 0, 0, 0])
    for (interpolation, a) in [
      (PlaneInterpolation.bicubic, -0.75), (.bicubicKeys, -0.5), (.bicubicTabulated, -0.5),
    ] {
      let doubled = impulse.resampled(height: 1, width: 16, by: interpolation).scalars
      for i in 4..<12 {
        let source = (Float(i) + 0.5) / 2 - 0.5
        let distance = source - 3
        let expected = abs(distance) < 2 ? keys(distance, Float(a)) : 0
        #expect(abs(doubled[i] - expected) < 1e-6)
      }
    }
    let flat = Tensor([3, 3], repeating: 2)
    for interpolation in PlaneInterpolation.allCases {
      let grown = flat.resampled(height: 7, width: 5, by: interpolation)
      #expect(grown.scalars.allSatisfy { abs($0 - 2) < 1e-6 })
    }
  }

  /// Ten cells to 21: places are multiples of 10/21, which no table of 1024 has.
  @Test func tabulatedCubicRoundsThePlace() {
    func keys(_ d: Double) -> Double {
      if d <= 1 { return 1.5 * d * d * d - 2.5 * d * d + 1 }
      return d < 2 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 0
    }
    let impulse = Tensor([1, 10], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    let tabulated = impulse.resampled(height: 1, width: 21, by: .bicubicTabulated).scalars
    let exact = impulse.resampled(height: 1, width: 21, by: .bicubicKeys).scalars
    for i in 6..<13 {  // far from the borders, within two cells of the impulse
      let place = (Double(i) + 0.5) * 10 / 21 - 0.5
      let rounded = (place * 1024).rounded() / 1024
      #expect(abs(Double(tabulated[i]) - keys(abs(rounded - 4))) < 1e-6)
      #expect(abs(Double(exact[i]) - keys(abs(place - 4))) < 1e-6)
    }
    let apart = zip(tabulated, exact).map { abs($0 - $1) }.max() ?? 0
    #expect(apart > 1e-4 && apart < 1e-3)
  }

  /// Against a slow two-dimensional reference that follows the definition at each place.
  @Test(arguments: [(5, 7, 20, 31), (11, 9, 4, 5), (1, 6, 3, 3), (7, 7, 224, 224)])
  func bilinearEqualsTheDefinition(rows: Int, columns: Int, height: Int, width: Int) {
    let planes = noise([2, rows, columns])
    for isAligned in [false, true] {
      let result = planes.resampled(
        height: height, width: width, by: isAligned ? .bilinearAlignedCorners : .bilinear)
      #expect(result.shape == [2, height, width])
      func place(_ i: Int, _ from: Int, _ to: Int) -> Double {
        if isAligned { return to == 1 ? 0 : Double(i * (from - 1)) / Double(to - 1) }
        let source = (Double(i) + 0.5) * Double(from) / Double(to) - 0.5
        return min(max(source, 0), Double(from - 1))
      }
      var worst = 0.0
      for c in 0..<2 {
        for y in 0..<height {
          for x in 0..<width {
            let (v, u) = (place(y, rows, height), place(x, columns, width))
            var sum = 0.0
            for row in 0..<rows {
              for column in 0..<columns {
                let weight = max(0, 1 - abs(v - Double(row))) * max(0, 1 - abs(u - Double(column)))
                if weight > 0 { sum += weight * Double(planes[c, row, column]) }
              }
            }
            worst = max(worst, abs(sum - Double(result[c, y, x])))
          }
        }
      }
      #expect(worst < 1e-6)
    }
  }

  @Test func leadingAxesAreKept() {
    let batch = noise([2, 3, 4, 5])
    let result = batch.resampled(height: 6, width: 2)
    #expect(result.shape == [2, 3, 6, 2])
    #expect(result.slice(1) == batch.slice(1).resampled(height: 6, width: 2))
    #expect(batch.resampled(height: 4, width: 5) == batch)
  }
}

@Suite struct GaussianBlurTests {
  /// The product of two one-dimensional kernels, summed at every place.
  @Test(arguments: PlaneBorder.allCases)
  func equalsTheDefinition(border: PlaneBorder) {
    let map = noise([6, 9])
    let (sigma, radius) = (1.3, 3)
    let result = map.gaussianBlurred(sigma: Float(sigma), radius: radius, border: border)
    let norm = (-radius...radius).reduce(0.0) { $0 + exp(-Double($1 * $1) / (2 * sigma * sigma)) }
    func inside(_ i: Int, _ count: Int) -> Int? {
      if 0..<count ~= i { return i }
      switch border {
      case .zero: return nil
      case .clamp: return min(max(i, 0), count - 1)
      case .reflect: return i < 0 ? -i : 2 * (count - 1) - i
      }
    }
    for y in 0..<6 {
      for x in 0..<9 {
        var sum = 0.0
        for dy in -radius...radius {
          for dx in -radius...radius {
            guard let row = inside(y + dy, 6), let column = inside(x + dx, 9) else { continue }
            let weight = exp(-Double(dx * dx + dy * dy) / (2 * sigma * sigma)) / (norm * norm)
            sum += weight * Double(map[row, column])
          }
        }
        #expect(abs(sum - Double(result[y, x])) < 1e-6)
      }
    }
  }

  @Test func keepsWhatIsFlatAndTakesTinyPlanes() {
    let flat = Tensor([2, 3, 3], repeating: 5)
    let blurred = flat.gaussianBlurred(sigma: 5, radius: 5)
    #expect(blurred.scalars.allSatisfy { abs($0 - 5) < 1e-5 })
    #expect(
      Tensor([1, 1], [3]).gaussianBlurred(sigma: 2).scalars.allSatisfy { abs($0 - 3) < 1e-5 })
    let map = noise([4, 4])
    #expect(map.gaussianBlurred(sigma: 0) == map)
  }
}
