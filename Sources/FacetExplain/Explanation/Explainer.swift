import FacetEngine
import FacetGraph
import FacetTensor

/// A way to say which parts of an image a score came from.
///
/// Explainers are values. They run a model and never change it; images of a batch don't affect each
/// other, and large batches are run in parts.
public protocol Explainer: Sendable {
  /// The name in ``Method``'s words.
  var name: String { get }

  /// Explains every image of a batch.
  ///
  /// - Parameters:
  ///   - x: images `[N, C, H, W]`, preprocessed as the model's card says.
  ///   - objective: the score to explain.
  func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation
}

extension Explainer {
  /// Refuses an option that isn't as `expected`.
  func require(
    _ holds: Bool, _ option: String, _ expected: String, got: some CustomStringConvertible
  ) throws(ExplainError) {
    guard holds else {
      throw .badOption(name: "\(name)'s \(option)", expected: expected, got: got.description)
    }
  }
}
