import FacetGraph

/// The places a convolution's kernel visits, along both axes, for maps of one size.
///
/// Output pixel `(y, x)` sees input pixel `(y * stride + ky * dilation - top, ...)`. The gradient of
/// the input is a convolution of the gradient of the output too; then the sizes, and what counts as
/// output, have changed places, and padding may be negative.
struct Window: Hashable, Sendable {
  var kernel: Extent
  var stride: Extent
  var dilation: Extent
  /// Pixels of padding at the top and the left; negative where pixels are skipped.
  var padding: Extent
  var input: Extent
  var output: Extent

  init(_ convolution: Convolution, input: Extent, output: Extent) {
    kernel = convolution.kernel
    stride = convolution.stride
    dilation = convolution.dilation
    padding = convolution.padding
    self.input = input
    self.output = output
  }

  init(
    kernel: Extent, stride: Extent, dilation: Extent, padding: Extent, input: Extent,
    output: Extent
  ) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.input = input
    self.output = output
  }

  var taps: Int { kernel.height * kernel.width }

  /// Whether some tap of some output pixel lies beside the input's columns.
  var overhangs: Bool {
    let last = (output.width - 1) * stride.width + (kernel.width - 1) * dilation.width
    return padding.width > 0 || last - padding.width >= input.width
  }

  /// Columns of the input that the output's columns span, from the first tap to the last.
  var span: Int {
    (output.width - 1) * stride.width + (kernel.width - 1) * dilation.width + 1
  }

  /// Whether the kernel sees each pixel alone, in place.
  var isPointwise: Bool {
    kernel == Extent(1) && stride == Extent(1) && padding == Extent(0) && input == output
  }

  /// The output pixels along one side of a tile for which Winograd's filtering of these kernels is known,
  /// from the most exact to the fastest; none where it doesn't apply.
  var minimalTiles: [Int] {
    guard stride == Extent(1), dilation == Extent(1) else { return [] }
    return kernel == Extent(3) ? [2, 4] : kernel == Extent(5) ? [2] : []
  }
}

/// A part of the gradient of a strided convolution's input: the input pixels of one remainder modulo
/// the stride, which see every `stride`-th tap only. Each part is a convolution without stride.
struct InputPhase: Hashable, Sendable {
  /// From the output gradient (as input) to the phase's pixels.
  var window: Window
  /// The first pixel of the phase.
  var origin: Extent
  /// The tap that the phase's first tap is, and the step to its next ones (negative: backwards).
  var firstTap: Extent
  var tapStep: Extent

  /// The phases of a convolution; a phase without taps has a kernel of 0.
  static func phases(of forward: Window) -> [InputPhase] {
    let rows = axis(forward, \.height)
    let columns = axis(forward, \.width)
    return rows.flatMap { row in
      columns.map { column in
        InputPhase(
          window: Window(
            kernel: Extent(row.taps, column.taps), stride: Extent(1),
            dilation: Extent(row.dilation, column.dilation),
            padding: Extent(row.padding, column.padding), input: forward.output,
            output: Extent(row.count, column.count)),
          origin: Extent(row.origin, column.origin),
          firstTap: Extent(row.firstTap, column.firstTap),
          tapStep: Extent(row.tapStep, column.tapStep))
      }
    }.filter { $0.window.output.height > 0 && $0.window.output.width > 0 }
  }

  private struct Line {
    var origin: Int
    var count: Int
    var taps: Int
    var firstTap: Int
    var tapStep: Int
    var dilation: Int
    var padding: Int
  }

  /// Input pixel `y` gets from output `j` through tap `k` where `j * s + k * d - p = y`.
  private static func axis(_ window: Window, _ axis: KeyPath<Extent, Int>) -> [Line] {
    let (s, d) = (window.stride[keyPath: axis], window.dilation[keyPath: axis])
    let (p, size) = (window.padding[keyPath: axis], window.input[keyPath: axis])
    return (0..<s).map { origin in
      let taps = (0..<window.kernel[keyPath: axis]).filter { (origin + p - $0 * d) % s == 0 }
      let count = origin < size ? (size - origin + s - 1) / s : 0
      guard let last = taps.last else {
        return Line(
          origin: origin, count: count, taps: 0, firstTap: 0, tapStep: 0, dilation: 1, padding: 0)
      }
      // The last tap reaches the smallest output, so taps go backwards.
      let step = taps.count > 1 ? taps[taps.count - 2] - last : 0
      return Line(
        origin: origin, count: count, taps: taps.count, firstTap: last, tapStep: step,
        dilation: taps.count > 1 ? -step * d / s : 1, padding: -((origin + p - last * d) / s))
    }
  }
}
