import FacetTensor
import Foundation

/// The index of the largest value; of equal ones the lowest. NaN never wins.
func argmax(_ values: some RandomAccessCollection<Float>) -> Int {
  var best = 0
  var largest = -Float.infinity
  for (index, value) in values.enumerated() where value > largest {
    best = index
    largest = value
  }
  return best
}

/// Softmax, in double precision.
func softmax(_ logits: ArraySlice<Float>) -> [Double] {
  let largest = Double(logits.max() ?? 0)
  var values = logits.map { exp(Double($0) - largest) }
  let sum = values.reduce(0, +)
  for i in values.indices { values[i] /= sum }
  return values
}

/// Decisions read off rows of class scores.
public enum Decisions {
  /// The largest entry of each row of a `[images, classes]` tensor; of equal ones the lowest index.
  public static func ofRows(_ scores: Tensor) throws(EvaluationError) -> [Int] {
    guard scores.shape.rank == 2, scores.shape[1] > 0 else {
      throw .sizeMismatch(
        what: "scores", expected: "[images, classes]", got: scores.shape.description)
    }
    let classes = scores.shape[1]
    return (0..<scores.shape[0]).map { image in
      argmax(scores.scalars[image * classes..<(image + 1) * classes])
    }
  }
}

/// Checks labels against images and classes.
func checkLabels(_ labels: [Int], images: Int, classes: Int) throws(EvaluationError) {
  if images == 0 { throw .nothingToEvaluate(what: "images") }
  guard labels.count == images else {
    throw .sizeMismatch(what: "labels", expected: "\(images)", got: "\(labels.count)")
  }
  for (index, label) in labels.enumerated() where !(0..<classes).contains(label) {
    throw .outOfRange(what: "label of image", index: index, got: label, count: classes)
  }
}

/// Checks that every number is finite.
func checkFinite(_ scores: Tensor) throws(EvaluationError) {
  if let index = scores.scalars.firstIndex(where: { !$0.isFinite }) {
    throw .nonFiniteScore(index: index, got: Double(scores.scalars[index]))
  }
}
