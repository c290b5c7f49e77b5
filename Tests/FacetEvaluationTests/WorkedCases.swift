import FacetEvaluation

/// A score set with its equal error rates worked by hand.
struct WorkedCase: Sendable, CustomStringConvertible {
  let name: String
  let genuine: [Double]
  let impostor: [Double]
  let low: Double
  let high: Double
  let linear: Double
  let rocch: Double

  var description: String { name }

  static let all: [WorkedCase] = [
    WorkedCase(
      name: "A separable", genuine: [0.7, 0.8, 0.9], impostor: [0.1, 0.2, 0.3],
      low: 0, high: 0, linear: 0, rocch: 0),
    WorkedCase(
      name: "B exact crossing", genuine: [0.9, 0.8, 0.7, 0.4], impostor: [0.6, 0.3, 0.2, 0.1],
      low: 0.25, high: 0.25, linear: 0.25, rocch: 0.125),
    WorkedCase(
      name: "C no exact crossing", genuine: [0.9, 0.8, 0.6, 0.5, 0.3], impostor: [0.7, 0.4, 0.2],
      low: 0.2, high: 1.0 / 3, linear: 1.0 / 3, rocch: 3.0 / 11),
    WorkedCase(
      name: "D tie across classes", genuine: [0.5, 0.5, 0.9], impostor: [0.5, 0.1, 0.1],
      low: 0, high: 1.0 / 3, linear: 2.0 / 9, rocch: 2.0 / 9),
    WorkedCase(
      name: "E constant scorer", genuine: [0.5, 0.5, 0.5], impostor: [0.5, 0.5, 0.5],
      low: 0, high: 1, linear: 0.5, rocch: 0.5),
    WorkedCase(
      name: "F inverted", genuine: [0.1, 0.2], impostor: [0.8, 0.9],
      low: 1, high: 1, linear: 1, rocch: 0.5),
    WorkedCase(
      name: "G tied block at crossing", genuine: [0.9, 0.5, 0.5, 0.2],
      impostor: [0.8, 0.5, 0.1, 0.1],
      low: 0.25, high: 0.5, linear: 5.0 / 12, rocch: 0.3),
    WorkedCase(
      name: "H long genuine run",
      genuine: [0.95, 0.60, 0.58, 0.56, 0.54, 0.52, 0.50, 0.48, 0.46, 0.44],
      impostor: [0.97, 0.96, 0.3, 0.2, 0.1, 0.09, 0.08, 0.07, 0.06, 0.05],
      low: 0.2, high: 0.2, linear: 0.2, rocch: 1.0 / 6),
    WorkedCase(
      name: "I 4 against 10", genuine: [0.9, 0.62, 0.55, 0.35],
      impostor: [0.7, 0.6, 0.5, 0.45, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1],
      low: 0.2, high: 0.25, linear: 0.25, rocch: 0.227273),
    WorkedCase(
      name: "J above one half", genuine: [0.9, 0.4, 0.3], impostor: [0.6, 0.5, 0.1],
      low: 2.0 / 3, high: 2.0 / 3, linear: 2.0 / 3, rocch: 1.0 / 3),
    WorkedCase(
      name: "K 12 against 20", genuine: genuineK, impostor: impostorK,
      low: 0.15, high: 1.0 / 6, linear: 1.0 / 6, rocch: 0.15625),
  ]

  static let genuineK = [
    0.91, 0.88, 0.83, 0.80, 0.77, 0.74, 0.70, 0.66, 0.61, 0.55, 0.52, 0.47,
  ]
  static let impostorK = [
    0.72, 0.64, 0.58, 0.53, 0.49, 0.45, 0.41, 0.38, 0.36, 0.33, 0.30, 0.28, 0.25, 0.22, 0.19, 0.16,
    0.13, 0.10, 0.07, 0.04,
  ]
}
