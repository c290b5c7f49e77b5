import CFacetKernels
import FacetGraph

/// What is done to a convolution's sums before they are stored: the residual is added, then the
/// activation applied. The bias is where the sums start.
struct Epilogue: @unchecked Sendable {
  /// A number for each output channel, filled up to whole blocks.
  var bias: UnsafePointer<Float>?
  /// What the sums are multiplied by, and what is added then: a batch norm.
  var affine: (scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)?
  /// A value of the output's shape that is added.
  var residual: Value?
  var activation = facet_epilogue()
  /// PReLU's slopes for each channel, filled up to whole blocks.
  var slopes: UnsafePointer<Float>?

  static let none = Epilogue()
}

extension facet_epilogue {
  static let relu = facet_epilogue(activation: Int32(FACET_CLAMP.rawValue), low: 0, high: .infinity)

  static func clamp(_ low: Float, _ high: Float) -> facet_epilogue {
    facet_epilogue(activation: Int32(FACET_CLAMP.rawValue), low: low, high: high)
  }

  static let prelu = facet_epilogue(activation: Int32(FACET_PRELU.rawValue), low: 0, high: 0)
}

/// Where a convolution writes: a map, or every `stride`-th pixel of one.
struct OutputView: @unchecked Sendable {
  var base: UnsafeMutablePointer<Float>
  var imageStride: Int
  var blockStride: Int
  var rowStride: Int
  var pixelStride: Int

  init(_ value: Value) {
    base = value.base
    imageStride = value.imageStride
    blockStride = value.blockStride
    rowStride = value.width * 16
    pixelStride = 16
  }

  /// The pixels of one phase of the gradient of an input.
  init(_ value: Value, origin: Extent, stride: Extent) {
    self.init(value)
    base += (origin.height * value.width + origin.width) * 16
    rowStride *= stride.height
    pixelStride *= stride.width
  }
}
