/// What is measured.
public enum BenchTask: String, Codable, CaseIterable, Sendable {
  /// Images to logits.
  case forward
  /// Images to Grad-CAM maps, in one call.
  case gradcam
  /// One step of SGD with momentum on cross-entropy.
  case train
  /// One image's Score-CAM.
  case scorecam
  /// One image's Ablation-CAM.
  case ablationcam
  /// One photo to one Grad-CAM picture, by a process of its own: model file to PNG.
  case cold
  /// Facet alone: what further threads bring.
  case threads
  /// Facet alone: the cost of an image in batches of different size.
  case batch
  /// Facet alone: the cost of a pixel in images of different size.
  case pixels

  /// Who can do it, beside Facet; nobody where Facet is measured alone.
  public var peers: [Peer] {
    switch self {
    case .forward: [.torch, .onnxruntime]
    case .gradcam: [.pytorchGradCAM, .captum]
    case .train: [.torch]
    case .scorecam, .ablationcam, .cold: [.pytorchGradCAM]
    case .threads, .batch, .pixels: []
    }
  }

  /// For headings.
  public var title: String {
    switch self {
    case .forward: "Forward"
    case .gradcam: "Grad-CAM"
    case .train: "Training step"
    case .scorecam: "Score-CAM"
    case .ablationcam: "Ablation-CAM"
    case .cold: "One photo to one Grad-CAM picture, as a cold process"
    case .threads: "Threads"
    case .batch: "Cost of an image by batch"
    case .pixels: "Cost of a pixel by image size"
    }
  }
}

/// Whom Facet is measured against.
public enum Peer: String, Codable, CaseIterable, Sendable {
  case torch
  case onnxruntime
  case pytorchGradCAM = "pytorch-grad-cam"
  case captum

  /// For tables.
  public var title: String { self == .torch ? "PyTorch" : rawValue }

  /// The memory formats it is measured in; the better one counts.
  public var variants: [String] {
    self == .onnxruntime ? [] : ["contiguous", "channels_last"]
  }
}
