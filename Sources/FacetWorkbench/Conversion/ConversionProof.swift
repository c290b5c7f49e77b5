import FacetEngine
import FacetGraph
import FacetTensor

/// The equalities that hold when fully connected layers became convolutions, checked on one model
/// and real images. Names are those of the definitions, section 2.
public struct ConversionProof: Codable, Hashable, Sendable {
  /// The linear layers that became convolutions; empty for a network that has none, such as
  /// SqueezeNet, whose pool alone goes.
  public let sites: [LayerPath]
  /// The window of the first, in cells of the map before it.
  public let window: [Int]
  /// Whether the mean of the map, not its one cell, is the logits.
  public let isPooled: Bool
  public let images: Int
  /// T1 (for pooled networks T5): the largest difference of logits at native size.
  public let nativeDifference: Float
  /// T2, the control: the same difference when kernels are filled in the wrong (NHWC) order, which
  /// must be large; `nil` where both orders are the same.
  public let wrongOrderDifference: Float?
  /// T3: the largest difference between a cell of the dense map and the original head on that cell's
  /// window of features, on an image a half larger.
  public let windowDifference: Float
  public let windows: Int
  /// T6: whether the converted weights, reshaped back, have the original bits.
  public let roundTripIsExact: Bool

  package init(
    sites: [LayerPath], window: [Int], isPooled: Bool, images: Int, nativeDifference: Float,
    wrongOrderDifference: Float?, windowDifference: Float, windows: Int, roundTripIsExact: Bool
  ) {
    self.sites = sites
    self.window = window
    self.isPooled = isPooled
    self.images = images
    self.nativeDifference = nativeDifference
    self.wrongOrderDifference = wrongOrderDifference
    self.windowDifference = windowDifference
    self.windows = windows
    self.roundTripIsExact = roundTripIsExact
  }

  /// What T1 and T3 may differ by: rounding in another order of summation.
  public static let tolerance: Float = 1e-4

  public var holds: Bool {
    nativeDifference <= Self.tolerance && windowDifference <= Self.tolerance && roundTripIsExact
      && (wrongOrderDifference.map { $0 > 10 * Self.tolerance } ?? true)
  }

  /// Converts a model and checks the result.
  ///
  /// - Parameters:
  ///   - images: normalised, of the model's own input size; at least one.
  ///   - larger: one image a half larger.
  public static func prove(_ model: Model, images: [Tensor], larger: Tensor, on engine: Engine)
    throws -> (converted: Model, proof: ConversionProof)
  {
    let converted = try model.fullyConvolutional()
    return (
      converted, try check(converted, against: model, images: images, larger: larger, on: engine)
    )
  }

  /// Checks a converted model against the one it came from; the images are those of
  /// ``prove(_:images:larger:on:)``.
  public static func check(
    _ converted: Model, against model: Model, images: [Tensor], larger: Tensor, on engine: Engine
  ) throws -> ConversionProof {
    let head = try ConvertibleHead(model)
    let batch = Tensor.stack(images)
    let logits = try engine.forward(model, batch).output
    let dense = try engine.forward(converted, batch).output.averagedOverPlaces
    let (windowDifference, windows) = try compareWindows(
      model, converted, head, Tensor.stack([larger]), engine)
    return ConversionProof(
      sites: head.sites, window: [head.window.height, head.window.width], isPooled: head.isPooled,
      images: images.count, nativeDifference: largestDifference(logits, dense),
      wrongOrderDifference: try wrongOrder(converted, head, batch, logits, engine),
      windowDifference: windowDifference, windows: windows,
      roundTripIsExact: model.parameters.allSatisfy { name, tensor in
        converted.parameters[name]?.reshaped(tensor.shape) == tensor
      })
  }

  private static func compareWindows(
    _ model: Model, _ converted: Model, _ head: ConvertibleHead, _ image: Tensor, _ engine: Engine
  ) throws -> (difference: Float, windows: Int) {
    let trace = try engine.forward(converted, image, keeping: .paths([head.source]))
    let features = try trace.value(at: head.source)
    let dense = trace.output
    var difference: Float = 0
    for y in 0..<dense.shape[2] {
      for x in 0..<dense.shape[3] {
        let window = features.window(y, x, head.window)
        let expected = try engine.resume(model, from: head.source, value: window).output
        for c in 0..<dense.shape[1] {
          difference = max(difference, abs(dense[0, c, y, x] - expected[0, c]))
        }
      }
    }
    return (difference, dense.shape[2] * dense.shape[3])
  }

  /// T2: the conversion with each window's weights taken in NHWC order.
  private static func wrongOrder(
    _ converted: Model, _ head: ConvertibleHead, _ batch: Tensor, _ logits: Tensor,
    _ engine: Engine
  ) throws -> Float? {
    guard head.window != Extent(1), let site = head.sites.first else { return nil }
    let name = site.appending("weight").name
    guard let kernel = converted.parameters[name] else { return nil }
    let (channels, places) = (kernel.shape[1], kernel.shape[2] * kernel.shape[3])
    var shuffled = kernel.scalars
    for o in 0..<kernel.shape[0] {
      for c in 0..<channels {
        for p in 0..<places {
          shuffled[(o * channels + c) * places + p] =
            kernel.scalars[o * channels * places + p * channels + c]
        }
      }
    }
    let wrong = try converted.replacing([name: Tensor(kernel.shape, shuffled)])
    return largestDifference(try engine.forward(wrong, batch).output.averagedOverPlaces, logits)
  }

  private static func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
    a.zip(b) { abs($0 - $1) }.maximum
  }
}

extension Tensor {
  /// The cells of a map `[1, C, H, W]` from row `y` and column `x` on, as `[1, C, h, w]`.
  fileprivate func window(_ y: Int, _ x: Int, _ size: Extent) -> Tensor {
    var scalars: [Float] = []
    for c in 0..<shape[1] {
      for row in y..<y + size.height {
        let start = (c * shape[2] + row) * shape[3] + x
        scalars += self.scalars[start..<start + size.width]
      }
    }
    return Tensor([1, shape[1], size.height, size.width], scalars)
  }
}
