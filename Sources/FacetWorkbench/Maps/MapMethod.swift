import FacetExplain
import FacetGraph

/// A method of a report's gallery: an explainer and what it is called.
public struct MapMethod: Sendable {
  /// Of files and results: `gradcam`, `deconvolution-zeiler-fergus`.
  public let name: String
  public let title: String
  public let explainer: any Explainer
  /// What one number is made of a pixel's channels.
  public let pixelReading: PixelReading
  private let layersRead: @Sendable (ModelCard) -> [LayerPath]?

  /// - Parameter layersRead: as ``Method/layersRead(_:_:)``.
  package init(
    name: String, title: String, explainer: any Explainer, pixelReading: PixelReading,
    layersRead: @escaping @Sendable (ModelCard) -> [LayerPath]? = { _ in nil }
  ) {
    self.name = name
    self.title = title
    self.explainer = explainer
    self.pixelReading = pixelReading
    self.layersRead = layersRead
  }

  /// The layers its maps are made of where no layer above them matters.
  func layersRead(of model: Model) -> [LayerPath]? { layersRead(model.card) }

  /// What a report shows unless told otherwise.
  public static let standardNames = ["gradcam", "guided-backprop", "deconvolution"]

  /// The methods a user named; `deconvolution` stands for both methods of that name.
  ///
  /// - Parameter progress: hears of the steps of methods that take many runs.
  public static func named(
    _ names: [String], _ settings: MethodSettings, progress: Progress = .silent
  ) throws -> [MapMethod] {
    try names.flatMap { name -> [MapMethod] in
      let method = try Method.named(name)
      guard method == .deconvolution else {
        return [
          MapMethod(
            name: method.name, title: method.title,
            explainer: method.explainer(
              settings, onStep: progress.listener(within: method.title)),
            pixelReading: method.pixelReading,
            layersRead: { method.layersRead(settings, $0) })
        ]
      }
      return [
        (MethodSettings.Deconvolution.autograd, "autograd", "Deconvolution (gradient form)"),
        (.zeilerFergus, "zeiler-fergus", "Deconvolution (Zeiler-Fergus)"),
      ].map { variant, suffix, title in
        var settings = settings
        settings.deconvolution = variant
        return MapMethod(
          name: "deconvolution-\(suffix)", title: title, explainer: method.explainer(settings),
          pixelReading: method.pixelReading,
          layersRead: { [settings] in method.layersRead(settings, $0) })
      }
    }
  }
}
