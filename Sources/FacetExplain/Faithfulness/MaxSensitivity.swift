import FacetEngine
import FacetGraph
import FacetTensor

/// Max-sensitivity (Yeh et al. 2019, definition 2), as captum 0.9 defines it: how much a map can change
/// when the image changes imperceptibly, `max_n |a(x) - a(x + u_n)| / |a(x)|`, u uniform in +-radius,
/// Euclidean norms, a norm of 0 counted as 1.
public struct MaxSensitivity: Sendable {
  public enum Noise: Sendable {
    /// The same for all images.
    case seeded(UInt64)
    /// Given changes `[samples, N, C, H, W]`; neither radius nor number of samples counts.
    case given(Tensor)
  }

  /// In network space.
  public var radius: Float
  public var samples: Int
  public var noise: Noise

  public init(radius: Float = 0.02, samples: Int = 10, noise: Noise = .seeded(0)) {
    self.radius = radius
    self.samples = samples
    self.noise = noise
  }

  /// One number for each image; 0 is best. Cost: the explainer's for `samples` + 1 batches.
  ///
  /// The classes of `objective` must be given, not predicted: a change that moves the answer would
  /// otherwise compare maps of two classes.
  public func values(
    _ explainer: some Explainer, _ model: Model, _ x: Tensor, _ objective: some Objective,
    on engine: Engine
  ) throws(ExplainError) -> [Double] {
    try values(x) { (images) throws(ExplainError) in
      try explainer.explain(model, images, objective, on: engine).map
    }
  }

  /// What a control gets. One that doesn't look at the image is 0 by construction; the random map is
  /// drawn anew however little an image differs, and says what a map gets that has nothing to do with
  /// it.
  ///
  /// - Parameter seed: of the control.
  public func values(_ control: ControlMap, _ x: Tensor, seed: UInt64 = 0) throws(ExplainError)
    -> [Double]
  {
    try values(x) { (images) throws(ExplainError) in control.maps(of: images, seed: seed) }
  }

  private func values(
    _ x: Tensor, _ maps: (_ images: Tensor) throws(ExplainError) -> Tensor
  ) throws(ExplainError) -> [Double] {
    guard x.shape.rank == 4, x.count > 0, samples > 0, radius >= 0 else {
      throw .badOption(
        name: "max-sensitivity", expected: "images, at least one sample, a radius from 0",
        got: "\(x.shape), \(samples), \(radius)")
    }
    var count = samples
    if case .given(let tensor) = noise {
      guard tensor.shape.rank == 5, tensor.shape.dropFirst() == x.shape else {
        throw .badOption(name: "changes", expected: "[samples, \(x.shape)]", got: "\(tensor.shape)")
      }
      count = tensor.shape[0]
    }
    let clean = try maps(x)
    var largest = [Double](repeating: 0, count: x.shape[0])
    for sample in 0..<count {
      let map = try maps(x + change(sample, x.shape))
      for image in largest.indices {
        let (own, other) = (clean.slice(image), map.slice(image))
        let norm = own.norm
        largest[image] = max(largest[image], (own - other).norm / (norm > 0 ? norm : 1))
      }
    }
    return largest
  }

  private func change(_ sample: Int, _ shape: Shape) -> Tensor {
    if case .given(let tensor) = noise { return tensor.slice(sample) }
    guard case .seeded(let seed) = noise else { return .zeros(shape) }
    var stream = RandomStream(seed: seed, 0x5E25, sample)
    let image = (0..<shape.dropFirst().count).map { _ in stream.uniform(in: -radius...radius) }
    return Tensor(shape, (0..<shape[0]).flatMap { _ in image })
  }
}

extension Tensor {
  fileprivate var norm: Double {
    scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
