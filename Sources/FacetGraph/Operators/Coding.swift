/// Stored by name with its settings in order, so that a limit that isn't there, which is infinite, can be
/// stored too: JSON has no such numbers.
extension Activation: Codable {
  private enum CodingKeys: String, CodingKey {
    case name
    case settings
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    let settings = try container.decodeIfPresent([StoredNumber].self, forKey: .settings) ?? []
    guard let activation = Activation(name: name, settings: settings.map(\.value)) else {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: container,
        debugDescription: "no activation '\(name)' with \(settings.count) settings is known")
    }
    self = activation
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    if !settings.isEmpty {
      try container.encode(settings.map(StoredNumber.init), forKey: .settings)
    }
  }

  /// The numbers it is made of, in the order of its declaration.
  var settings: [Float] {
    switch self {
    case .leakyReLU(let slope): [slope]
    case .thresholdedReLU(let threshold): [threshold]
    case .elu(let alpha), .celu(let alpha), .swish(let alpha): [alpha]
    case .selu(let alpha, let gamma): [alpha, gamma]
    case .clip(let minimum, let maximum): [minimum, maximum]
    case .hardSigmoid(let alpha, let beta): [alpha, beta]
    case .gelu(let approximate): [approximate ? 1 : 0]
    default: []
    }
  }

  /// `nil` for a name that isn't known and for a wrong number of settings.
  private init?(name: String, settings: [Float]) {
    switch (name, settings.count) {
    case ("leakyReLU", 1): self = .leakyReLU(slope: settings[0])
    case ("thresholdedReLU", 1): self = .thresholdedReLU(threshold: settings[0])
    case ("elu", 1): self = .elu(alpha: settings[0])
    case ("celu", 1): self = .celu(alpha: settings[0])
    case ("selu", 2): self = .selu(alpha: settings[0], gamma: settings[1])
    case ("clip", 2): self = .clip(minimum: settings[0], maximum: settings[1])
    case ("hardSigmoid", 2): self = .hardSigmoid(alpha: settings[0], beta: settings[1])
    case ("swish", 1): self = .swish(alpha: settings[0])
    case ("gelu", 1): self = .gelu(approximate: settings[0] != 0)
    default:
      guard settings.isEmpty, let plain = Self.plain.first(where: { $0.name == name }) else {
        return nil
      }
      self = plain
    }
  }

  /// Those without settings.
  private static let plain: [Activation] = [
    .sigmoid, .tanh, .hardSwish, .mish, .softplus, .softsign, .exponential, .logarithm,
    .squareRoot, .reciprocal, .absolute, .negative, .erf, .sign, .floor, .ceiling, .round,
  ]
}

/// A number that may be infinite, which JSON has as text: `"inf"`, `"-inf"`.
struct StoredNumber: Hashable, Codable {
  let value: Float

  init(_ value: Float) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      switch text {
      case "inf": value = .infinity
      case "-inf": value = -.infinity
      default:
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(text)' is no number")
      }
    } else {
      value = try container.decode(Float.self)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isInfinite {
      try container.encode(value > 0 ? "inf" : "-inf")
    } else {
      try container.encode(value)
    }
  }
}

extension Padding.Mode: Codable {
  private enum CodingKeys: String, CodingKey {
    case mode
    case value
  }

  private enum Name: String, Codable {
    case constant
    case edge
    case reflect
    case wrap
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Name.self, forKey: .mode) {
    case .constant: self = .constant(try container.decode(StoredNumber.self, forKey: .value).value)
    case .edge: self = .edge
    case .reflect: self = .reflect
    case .wrap: self = .wrap
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .constant(let value):
      try container.encode(Name.constant, forKey: .mode)
      try container.encode(StoredNumber(value), forKey: .value)
    case .edge: try container.encode(Name.edge, forKey: .mode)
    case .reflect: try container.encode(Name.reflect, forKey: .mode)
    case .wrap: try container.encode(Name.wrap, forKey: .mode)
    }
  }
}
