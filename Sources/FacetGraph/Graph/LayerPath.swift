/// The name of a layer: `features.3.squeeze`, `layer1.0.relu`. Where torchvision has a name for a
/// layer, Facet uses the same; a module that runs twice gets `_1` on its second run (as torch.fx
/// numbers them), and additions, concatenations and pools have paths too.
public struct LayerPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }

  /// The path of `component` inside this one; the empty path adds no dot.
  public func appending(_ component: String) -> LayerPath {
    LayerPath(name.isEmpty ? component : name + "." + component)
  }

  public var description: String { name }

  public static func < (a: LayerPath, b: LayerPath) -> Bool { a.name < b.name }
}

extension LayerPath: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension LayerPath: Codable {
  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
