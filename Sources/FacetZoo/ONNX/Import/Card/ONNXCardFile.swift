import FacetFiles
import FacetGraph
import Foundation

/// What a user writes about an ONNX model into `<model>.card.json` beside it, such as
/// `face.onnx.card.json`. Everything may be left out:
///
/// ```json
/// {"name": "...", "architecture": "...", "height": 112, "width": 112, "resize": "stretch",
///  "scale": 1, "mean": [127.5, 127.5, 127.5], "std": [128, 128, 128], "channels": "rgb",
///  "classes": ["..."], "embeddingLayer": "...", "camLayer": "...", "licence": "...", "source": "..."}
/// ```
///
/// `resize` may also be a number: the shorter side becomes so many pixels, then the centre is cropped.
struct ONNXCardFile: Equatable, Sendable {
  var name: String?
  var architecture: String?
  var height: Int?
  var width: Int?
  var resize: InputCard.Resize?
  var scale: Float?
  var mean: [Float]?
  var standardDeviation: [Float]?
  var channels: String?
  var classes: [String]?
  var embeddingLayer: String?
  var camLayer: String?
  var licence: String?
  var source: String?

  /// The file's name in notes.
  var path = ""

  private static let sizeLimit = 1 << 24

  /// The card file beside a model: its whole name with `.card.json`, or its name without the suffix.
  static func beside(_ model: String) throws(ZooError) -> ONNXCardFile? {
    let bare = URL(fileURLWithPath: model).deletingPathExtension().path
    for path in [model + ".card.json", bare + ".card.json"]
    where FileManager.default.fileExists(atPath: path) {
      return try ONNXCardFile(contentsOf: path)
    }
    return nil
  }

  init(contentsOf path: String) throws(ZooError) {
    let data: Data
    do { data = try FileReading.data(at: path, limit: Self.sizeLimit) } catch {
      throw .file(error)
    }
    do {
      self = try JSONDecoder().decode(ONNXCardFile.self, from: data)
    } catch {
      throw .unsupported(path: path, reason: "it is no card: \(Self.reason(of: error))")
    }
    self.path = path
  }

  private static func reason(of error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
      .dataCorrupted(let found):
      context = found
    @unknown default: return "\(error)"
    }
    let place = context.codingPath.map(\.stringValue).joined(separator: ".")
    return (place.isEmpty ? "" : "'\(place)': ") + context.debugDescription
  }
}

extension ONNXCardFile: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name
    case architecture
    case height
    case width
    case resize
    case scale
    case mean
    case standardDeviation = "std"
    case channels
    case classes
    case embeddingLayer
    case camLayer
    case licence
    case source
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let known = CodingKeys.allCases.map(\.rawValue)
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    if let stray = keys.first(where: { !known.contains($0) }) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "there is no entry '\(stray)'; known are "
            + known.joined(separator: ", ")))
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decodeIfPresent(String.self, forKey: .name)
    architecture = try container.decodeIfPresent(String.self, forKey: .architecture)
    height = try container.decodeIfPresent(Int.self, forKey: .height)
    width = try container.decodeIfPresent(Int.self, forKey: .width)
    scale = try container.decodeIfPresent(Float.self, forKey: .scale)
    mean = try container.decodeIfPresent([Float].self, forKey: .mean)
    standardDeviation = try container.decodeIfPresent([Float].self, forKey: .standardDeviation)
    channels = try container.decodeIfPresent(String.self, forKey: .channels)
    classes = try container.decodeIfPresent([String].self, forKey: .classes)
    embeddingLayer = try container.decodeIfPresent(String.self, forKey: .embeddingLayer)
    camLayer = try container.decodeIfPresent(String.self, forKey: .camLayer)
    licence = try container.decodeIfPresent(String.self, forKey: .licence)
    source = try container.decodeIfPresent(String.self, forKey: .source)
    resize = try Self.resize(container)
  }

  private static func resize(_ container: KeyedDecodingContainer<CodingKeys>) throws
    -> InputCard.Resize?
  {
    guard container.contains(.resize) else { return nil }
    if let side = try? container.decode(Int.self, forKey: .resize) { return .shorterSide(side) }
    guard try container.decode(String.self, forKey: .resize) == "stretch" else {
      throw DecodingError.dataCorruptedError(
        forKey: .resize, in: container,
        debugDescription: "\"stretch\" or a number of pixels was expected")
    }
    return .stretch
  }
}
