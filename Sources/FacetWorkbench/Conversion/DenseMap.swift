import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetTensor
import Foundation

/// A converted network's class scores over a photo that is larger than its input.
public struct DenseMap: Sendable {
  /// The photo, a half larger than the network's input in both directions.
  public let photo: Image
  /// Probabilities `[classes, h, w]`, the softmax at every place.
  public let probabilities: Tensor
  /// Where each place's window is, for drawing; `nil` stretches the map.
  public let field: ReceptiveField?

  /// - Parameters:
  ///   - converted: a fully convolutional network.
  ///   - image: a photo as it was read.
  public init(_ converted: Model, _ image: Image, on engine: Engine) throws {
    let preprocessing = Self.preprocessing(for: converted.card)
    photo = preprocessing.fitted(image)
    let output = try engine.forward(
      converted, Tensor.stack([preprocessing.tensor(fitted: photo)])
    ).output
    probabilities = Self.softmaxOverClasses(output.slice(0))
    field = try? ReceptiveField.of(
      converted.graph[converted.graph.output].path, in: converted.graph)
  }

  /// A card's preprocessing for photos a half larger.
  static func preprocessing(for card: ModelCard) -> Preprocessing {
    var preprocessing = card.input.preprocessing
    preprocessing.height = preprocessing.height * 3 / 2
    preprocessing.width = preprocessing.width * 3 / 2
    if case .shorterSide(let length) = preprocessing.resize {
      preprocessing.resize = .shorterSide(length * 3 / 2)
    }
    return preprocessing
  }

  private static func softmaxOverClasses(_ logits: Tensor) -> Tensor {
    let (classes, places) = (logits.shape[0], logits.shape[1] * logits.shape[2])
    var result = logits
    result.withUnsafeMutableBufferPointer { values in
      for p in 0..<places {
        var largest = -Float.infinity
        for c in 0..<classes { largest = max(largest, values[c * places + p]) }
        var sum = 0.0
        for c in 0..<classes { sum += exponential(values[c * places + p] - largest) }
        for c in 0..<classes {
          let i = c * places + p
          values[i] = Float(exponential(values[i] - largest) / sum)
        }
      }
    }
    return result
  }

  private static func exponential(_ x: Float) -> Double { exp(Double(x)) }

  /// The photo with a class's probability laid over it, on a scale from 0 to 1.
  public func overlay(class index: Int) -> Image {
    let map = probabilities.slice(index).upsampled(
      height: photo.height, width: photo.width, by: field.map { .receptiveField($0) } ?? .stretch)
    return HeatmapRendering.overlay(
      map, on: photo, scale: HeatmapScale(minimum: 0, maximum: 1), colors: .heat,
      opacity: .proportional(0.75))
  }
}
