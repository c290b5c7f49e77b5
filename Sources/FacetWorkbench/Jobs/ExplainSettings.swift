import FacetExplain
import FacetGraph
import Foundation

/// What the options of `facet explain` mean for a method.
enum ExplainSettings {
  /// - Throws: `WorkbenchError.usage` where an option doesn't go with the method.
  static func settings(_ method: Method, _ options: ExplainJob.Options, seed: UInt64) throws
    -> MethodSettings
  {
    var settings = MethodSettings(samples: options.samples, seed: seed)
    settings.layers = try layers(method, options.layer)
    settings.layer = settings.layers.first
    settings.fusion = options.fusion
    settings.flips = options.flips
    settings.dialect = options.dialect
    settings.budget = try budget(method, options.budget)
    settings.rivals = try rivals(method, options) ?? settings.rivals
    guard options.samples == nil || method.takesSamples else {
      throw WorkbenchError.usage(
        "--samples is for methods of points, copies or masks ("
          + listed(Method.all.filter(\.takesSamples).map(\.name)) + "), not \(method.name)")
    }
    if let variant = options.variant { try apply(variant, of: method, to: &settings) }
    guard !options.flips || settings.deconvolution != .zeilerFergus else {
      throw WorkbenchError.usage(
        "--flips averages maps of a score; --variant zeiler-fergus projects a unit")
    }
    return settings
  }

  private static func rivals(_ method: Method, _ options: ExplainJob.Options) throws -> Int? {
    guard method != .finerCAM || options.against == nil else {
      throw WorkbenchError.usage(
        "--against names the rival, and finercam looks for the nearest ones itself; use --method "
          + "gradcam with it")
    }
    guard let rivals = options.rivals else { return nil }
    guard method == .finerCAM else {
      throw WorkbenchError.usage("--rivals is for --method finercam, not \(method.name)")
    }
    guard rivals > 0 else {
      throw WorkbenchError.usage("--rivals must be at least 1, not \(rivals)")
    }
    return rivals
  }

  private static func layers(_ method: Method, _ text: String?) throws -> [LayerPath] {
    guard let text else { return [] }
    let layers = text.split(separator: ",").map {
      LayerPath($0.trimmingCharacters(in: .whitespaces))
    }
    guard !layers.isEmpty else { throw WorkbenchError.usage("--layer names no layer") }
    guard layers.count == 1 || method.space == .layer else {
      throw WorkbenchError.usage(
        "--layer names \(layers.count) layers to fuse; maps of \(method.name) lie on pixels")
    }
    return layers
  }

  private static func budget(_ method: Method, _ seconds: Double?) throws -> TimeBudget? {
    guard let seconds else { return nil }
    try BudgetUse.check(seconds)
    guard method.isSampled else {
      let sampling = Method.all.filter(\.isSampled).map(\.name)
      throw WorkbenchError.usage(
        "--budget is for methods that may stop early (\(listed(sampling))); a part of "
          + "\(method.name) would be no map")
    }
    return TimeBudget(seconds: seconds)
  }

  private static func apply(
    _ variant: String, of method: Method, to settings: inout MethodSettings
  ) throws {
    switch (method, variant) {
    case (.deconvolution, "autograd"): settings.deconvolution = .autograd
    case (.deconvolution, "zeiler-fergus"): settings.deconvolution = .zeilerFergus
    case (.rise, "centred"): settings.centresRISE = true
    case (.rise, "published"): settings.centresRISE = false
    case (.saliency, "strongest"): settings.strongestChannel = true
    case (.saliency, "each"): settings.strongestChannel = false
    case (.lrp, _):
      guard let preset = LRPRules.Preset(rawValue: variant) else {
        throw wrong(variant, of: method, ["z-box", "gamma", "epsilon"])
      }
      settings.lrp = preset
    case (.deconvolution, _): throw wrong(variant, of: method, ["autograd", "zeiler-fergus"])
    case (.saliency, _): throw wrong(variant, of: method, ["strongest", "each"])
    case (.rise, _): throw wrong(variant, of: method, ["centred", "published"])
    default:
      throw WorkbenchError.usage(
        "--variant is for --method deconvolution, lrp, rise or saliency, not \(method.name)")
    }
  }

  private static func wrong(_ variant: String, of method: Method, _ known: [String])
    -> WorkbenchError
  {
    .usage(
      "--variant of \(method.name) must be \(known.joined(separator: " or ")), not '\(variant)'")
  }
}
