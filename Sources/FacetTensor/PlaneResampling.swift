/// How planes of floats are brought to another size. In each, `in` and `out` are extents in cells
/// and i is the place in the result.
public enum PlaneInterpolation: String, CaseIterable, Hashable, Codable, Sendable {
  /// Half-pixel centres, source place (i + 1/2) in/out - 1/2, clamped at the borders, without
  /// antialiasing: PyTorch's `interpolate(mode: bilinear, align_corners: false)`.
  case bilinear
  /// The corner cells' centres stay where they are, source place i (in - 1)/(out - 1): PyTorch's
  /// `align_corners: true`.
  case bilinearAlignedCorners
  /// The cell floor(i in/out), in exact integer arithmetic: PyTorch's `nearest`.
  case nearest
  /// Keys' cubic with a = -0.75, half-pixel, borders repeated: PyTorch's `bicubic`.
  case bicubic
  /// Keys' cubic with a = -0.5, half-pixel, weights outside left out and the rest renormalised:
  /// Pillow's `BICUBIC` where it enlarges.
  case bicubicKeys
  /// ``bicubicKeys`` with places rounded to 1/1024 of a cell: TensorFlow's `resize(bicubic)`, which
  /// takes its weights from a table.
  case bicubicTabulated
}

extension Tensor {
  /// The planes (the last two axes, `[..., h, w]`) brought to `height` x `width`; the shape's other
  /// axes stay. Takes maps `[h, w]`, images `[C, h, w]` and batches.
  public func resampled(
    height: Int, width: Int, by interpolation: PlaneInterpolation = .bilinear
  ) -> Tensor {
    precondition(shape.rank >= 2 && shape.count > 0, "resampling planes of shape \(shape)")
    precondition(height > 0 && width > 0, "resampling to \(height)x\(width)")
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let leading = Array(shape.extents.dropLast(2))
    if rows == height && columns == width { return self }
    let across = PlaneTaps(interpolation, from: columns, to: width)
    let down = PlaneTaps(interpolation, from: rows, to: height)
    let planes = leading.reduce(1, *)
    var wide = [Float](repeating: 0, count: rows * width)
    return Tensor(Shape(leading + [height, width])) { out in
      withUnsafeBufferPointer { source in
        wide.withUnsafeMutableBufferPointer { wide in
          for plane in 0..<planes {
            across.gather(
              rows: rows, from: source.baseAddress! + plane * rows * columns, stride: columns,
              into: wide.baseAddress!)
            down.combine(
              columns: width, from: wide.baseAddress!,
              into: out.baseAddress! + plane * height * width)
          }
        }
      }
    }
  }
}

/// For each place of the result along one axis, the places it is a weighted sum of.
private struct PlaneTaps {
  let outputs: Int
  /// How many places are summed for each output.
  let width: Int
  private var places: [Int] = []
  private var weights: [Float] = []

  init(_ interpolation: PlaneInterpolation, from inputs: Int, to outputs: Int) {
    self.outputs = outputs
    let scale = Double(inputs) / Double(outputs)
    switch interpolation {
    case .nearest:
      width = 1
      for i in 0..<outputs { add(i * inputs / outputs, 1) }
    case .bilinear:
      width = 2
      for i in 0..<outputs { addPair(at: (Double(i) + 0.5) * scale - 0.5, of: inputs) }
    case .bilinearAlignedCorners:
      width = 2
      let step = outputs > 1 ? Double(inputs - 1) / Double(outputs - 1) : 0
      for i in 0..<outputs { addPair(at: Double(i) * step, of: inputs) }
    case .bicubic:
      width = 4
      for i in 0..<outputs { addCubic(at: (Double(i) + 0.5) * scale - 0.5, of: inputs, a: -0.75) }
    case .bicubicKeys:
      width = 4
      for i in 0..<outputs {
        addCubic(at: (Double(i) + 0.5) * scale - 0.5, of: inputs, a: -0.5, dropsOutside: true)
      }
    case .bicubicTabulated:
      width = 4
      // In single precision, which decides places halfway between two entries.
      let scale = Float(inputs) / Float(outputs)
      for i in 0..<outputs {
        let entry = (((Float(i) + 0.5) * scale - 0.5) * 1024).rounded(.toNearestOrEven)
        addCubic(at: Double(entry) / 1024, of: inputs, a: -0.5, dropsOutside: true)
      }
    }
  }

  private mutating func add(_ place: Int, _ weight: Double) {
    places.append(place)
    weights.append(Float(weight))
  }

  private mutating func addPair(at source: Double, of inputs: Int) {
    let place = min(max(source, 0), Double(inputs - 1))
    let low = Int(place)
    let fraction = place - Double(low)
    add(low, 1 - fraction)
    add(min(low + 1, inputs - 1), fraction)
  }

  /// Keys, "Cubic convolution interpolation for digital image processing" (1981), equation 4 with
  /// a free parameter.
  private mutating func addCubic(
    at source: Double, of inputs: Int, a: Double, dropsOutside: Bool = false
  ) {
    let base = source.rounded(.down)
    let taps = (-1...2).map { offset -> (place: Int, weight: Double) in
      let distance = abs(source - base - Double(offset))
      let weight =
        distance <= 1
        ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
        : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
      let place = Int(base) + offset
      let counts = !dropsOutside || 0..<inputs ~= place
      return (min(max(place, 0), inputs - 1), counts ? weight : 0)
    }
    let sum = dropsOutside ? taps.reduce(0) { $0 + $1.weight } : 1
    for tap in taps { add(tap.place, tap.weight / sum) }
  }

  /// Resamples along rows: each output is a sum over columns of its row.
  func gather(
    rows: Int, from source: UnsafePointer<Float>, stride: Int, into out: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let line = source + row * stride
      for i in 0..<outputs {
        var sum: Float = 0
        for tap in i * width..<(i + 1) * width { sum += weights[tap] * line[places[tap]] }
        out[row * outputs + i] = sum
      }
    }
  }

  /// Resamples along columns: each output row is a sum of rows of `source`.
  func combine(
    columns: Int, from source: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<outputs {
      let line = out + i * columns
      line.initialize(repeating: 0, count: columns)
      for tap in i * width..<(i + 1) * width {
        let weight = weights[tap]
        let row = source + places[tap] * columns
        for x in 0..<columns { line[x] += weight * row[x] }
      }
    }
  }
}
