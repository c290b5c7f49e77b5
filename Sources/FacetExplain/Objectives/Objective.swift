import FacetGraph
import FacetTensor

/// What is explained: one number for each image, computed from the value of one layer.
public protocol Objective: Sendable {
  /// For provenance and error messages.
  var name: String { get }

  /// The layer whose value the number is computed from.
  func layer(in model: Model) -> LayerPath

  /// The number of one image as a function, with every choice (the predicted class, the rivals) made
  /// from the clean image, so that it is the same function for a perturbed one.
  ///
  /// - Parameters:
  ///   - image: its place in the whole batch of `count` images.
  ///   - clean: the layer's value for the clean image, averaged over places where it is a map.
  func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score
}

extension Objective {
  /// The scores before the softmax: the network's output, or what its last softmax takes.
  public func layer(in model: Model) -> LayerPath { model.graph.scoreLayer }
}

/// A differentiable function of a layer's value, averaged over places where that is a map.
public protocol Score: Sendable {
  /// The class it belongs to, if any.
  var target: Int? { get }

  /// The classes it is held against, if any.
  var rivals: [Int] { get }

  func value(_ y: [Float]) -> Float

  /// Its derivative by every element of `y`.
  func gradient(_ y: [Float]) -> [Float]

  /// Each element's part of the value, as relevance propagation starts from it.
  func relevance(_ y: [Float]) -> [Float]
}

extension Score {
  public var rivals: [Int] { [] }

  /// Each element times its slope: for linear functions these add up to the value.
  public func relevance(_ y: [Float]) -> [Float] {
    Swift.zip(y, gradient(y)).map { $0 * $1 }
  }
}

/// Which class of each image is meant.
public enum ClassChoice: Hashable, Sendable, CustomStringConvertible {
  /// The class with the largest score for the clean image, the first of equals.
  case predicted
  /// One class for all images.
  case index(Int)
  /// A class for each image.
  case perImage([Int])

  public var description: String {
    switch self {
    case .predicted: "predicted"
    case .index(let index): String(index)
    case .perImage(let classes): classes.map(String.init).joined(separator: ",")
    }
  }

  func resolve(image: Int, of count: Int, _ scores: [Float]) throws(ExplainError) -> Int {
    let index: Int
    switch self {
    case .predicted: index = Tensor([scores.count], scores).indexOfMaximum ?? 0
    case .index(let given): index = given
    case .perImage(let classes):
      guard classes.count == count else {
        throw .countMismatch(what: "target classes", expected: count, got: classes.count)
      }
      index = classes[image]
    }
    guard scores.indices.contains(index) else {
      throw .classOutOfRange(index, classes: scores.count)
    }
    return index
  }
}
