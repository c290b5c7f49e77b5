import FacetFiles
import FacetGraph
import Foundation

/// What a user says of a network that its file doesn't tell, or tells otherwise.
public struct NetworkSettings: Hashable, Sendable {
  /// Per channel; one number stands for all channels.
  public var mean: [Float]?
  public var standardDeviation: [Float]?
  /// By what bytes are multiplied before the mean is taken off; `nil` is 1/255 where mean and deviation
  /// are at most 1, else 1.
  public var scale: Float?
  /// `rgb`, `bgr` or `grey`.
  public var channels: String?
  /// Height and width in pixels.
  public var size: Extent?
  /// A text file with the name of one class a line.
  public var classes: String?
  /// The layer whose value is the embedding.
  public var embedding: String?
  /// Which output of a graph that has several.
  public var output: String?

  public init() {}

  /// Whether something is said of how photos become the input.
  public var changesInput: Bool {
    mean != nil || standardDeviation != nil || scale != nil || channels != nil || size != nil
  }

  /// The card with what is said here.
  ///
  /// - Parameter channelCount: of the network's input.
  /// - Throws: `usage` when the settings don't go with each other or with the network.
  public func applied(to card: ModelCard, of graph: Graph) throws -> ModelCard {
    var card = card
    try apply(to: &card.input, channelCount: graph.inputChannels)
    if let classes { card.classes = try Self.classes(classes, of: graph) }
    if let embedding { card.embeddingLayer = try graph.node(at: LayerPath(embedding)).path }
    return card
  }

  private func apply(to input: inout InputCard, channelCount: Int) throws {
    if let size {
      input.height = size.height
      input.width = size.width
      input.resize = .stretch
    }
    if let channels { input.channels = channels }
    if channels == nil, channelCount == 1 { input.channels = "grey" }
    let expected = input.channels == "grey" ? 1 : 3
    guard expected == channelCount else {
      throw WorkbenchError.usage(
        "the network takes images of \(channelCount) channels, and \(input.channels) has \(expected)"
          + (channelCount == 1 ? "; give --channels grey" : ""))
    }
    func perChannel(_ values: [Float], _ option: String) throws -> [Float] {
      if values.count == 1 { return Array(repeating: values[0], count: expected) }
      guard values.count == expected else {
        throw WorkbenchError.usage(
          "\(option) has \(values.count) numbers; one, or one for each of the \(expected) channels, "
            + "was expected")
      }
      return values
    }
    // A mean without a deviation, or the other way round, leaves the other one neutral.
    if mean != nil || standardDeviation != nil {
      input.mean = try perChannel(mean ?? [0], "--mean")
      input.standardDeviation = try perChannel(standardDeviation ?? [1], "--std")
      guard input.standardDeviation.allSatisfy({ $0 > 0 }) else {
        throw WorkbenchError.usage("--std must be above 0")
      }
      let isUnit = (input.mean + input.standardDeviation).allSatisfy { $0 <= 1 }
      input.scale = isUnit ? 1 / 255 : 1
    } else {
      if input.mean.count != expected { input.mean = Array(repeating: 0, count: expected) }
      if input.standardDeviation.count != expected {
        input.standardDeviation = Array(repeating: 1, count: expected)
      }
    }
    if let scale {
      guard scale > 0, scale.isFinite else { throw WorkbenchError.usage("--scale must be above 0") }
      input.scale = scale
    }
  }

  private static func classes(_ path: String, of graph: Graph) throws -> [String] {
    let text = String(decoding: try FileReading.data(at: path, limit: 1 << 26), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    if let count = graph.outputCount, count != names.count {
      throw WorkbenchError.badData(
        "\(path) names \(names.count) classes; the network has \(count) outputs")
    }
    return names
  }
}

extension InputCard {
  /// The preprocessing in words, for terminals and provenance.
  public var text: String {
    func list(_ values: [Float]) -> String {
      Set(values).count == 1 ? "\(values[0])" : values.map { "\($0)" }.joined(separator: ",")
    }
    let fit =
      switch resize {
      case .stretch: ""
      case .shorterSide(let length): ", cropped after the shorter side is \(length)"
      }
    let isNeutral = mean.allSatisfy { $0 == 0 } && standardDeviation.allSatisfy { $0 == 1 }
    let range = scale == 1 ? "0...255" : scale == 1 / 255 ? "0...1" : "bytes times \(scale)"
    return "\(height)x\(width) \(channels), \(range)"
      + (isNeutral ? "" : ", minus \(list(mean)), divided by \(list(standardDeviation))") + fit
  }
}
