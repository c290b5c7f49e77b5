import FacetTensor
import Foundation

/// Softmax cross-entropy, the mean over a batch, in double precision inside.
public enum CrossEntropy {
  /// The loss of logits `[N, C]` and its gradient, shaped alike.
  ///
  /// With smoothing e the target is `1 - e` for the right class and `e / C` shared by all
  /// (Szegedy et al. 2016, section 7).
  ///
  /// - Parameters:
  ///   - labels: the right class of every row, in `0..<C`.
  ///   - smoothing: in `0..<1`.
  public static func evaluate(_ logits: Tensor, labels: [Int], smoothing: Double = 0) -> (
    loss: Double, gradient: Tensor
  ) {
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    precondition(labels.count == rows, "\(labels.count) labels for \(rows) rows")
    var loss = 0.0
    var gradient = logits
    for row in 0..<rows {
      let probabilities = logProbabilities(logits.slice(row).scalars)
      for c in 0..<classes {
        let target = (c == labels[row] ? 1 - smoothing : 0) + smoothing / Double(classes)
        loss -= target * probabilities[c]
        gradient[row, c] = Float((exp(probabilities[c]) - target) / Double(rows))
      }
    }
    return (loss / Double(rows), gradient)
  }

  /// The softmax of logits `[N, C]`.
  public static func probabilities(_ logits: Tensor) -> Tensor {
    Tensor(
      logits.shape,
      (0..<logits.shape[0]).flatMap { row in
        logProbabilities(logits.slice(row).scalars).map { Float(exp($0)) }
      })
  }

  private static func logProbabilities(_ logits: [Float]) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return logits.map { Double($0) - largest - log(sum) }
  }
}
