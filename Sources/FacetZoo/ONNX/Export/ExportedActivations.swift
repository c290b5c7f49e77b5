import FacetGraph

extension GraphExport {
  mutating func emit(_ activation: Activation, _ name: String, _ x: [String]) {
    switch activation {
    case .leakyReLU(let slope): add("LeakyRelu", name, x, ["alpha": .float(slope)])
    case .thresholdedReLU(let threshold):
      add("ThresholdedRelu", name, x, ["alpha": .float(threshold)])
    case .elu(let alpha): add("Elu", name, x, ["alpha": .float(alpha)])
    case .celu(let alpha): add("Celu", name, x, ["alpha": .float(alpha)])
    case .selu(let alpha, let gamma):
      add("Selu", name, x, ["alpha": .float(alpha), "gamma": .float(gamma)])
    case .clip(let minimum, let maximum):
      // A limit that is left out is an empty name.
      let low =
        minimum == -.infinity ? "" : constant(name + "/minimum", [], floats: [minimum])
      let high =
        maximum == .infinity ? "" : constant(name + "/maximum", [], floats: [maximum])
      add("Clip", name, x + (high.isEmpty ? (low.isEmpty ? [] : [low]) : [low, high]))
    case .sigmoid: add("Sigmoid", name, x)
    case .tanh: add("Tanh", name, x)
    case .hardSigmoid(let alpha, let beta):
      add("HardSigmoid", name, x, ["alpha": .float(alpha), "beta": .float(beta)])
    case .hardSwish: add("HardSwish", name, x)
    case .swish(let alpha):
      var gate = x
      if alpha != 1 {
        add("Mul", name + "/scaled", x + [constant(name + "/alpha", [], floats: [alpha])])
        gate = [name + "/scaled"]
      }
      add("Sigmoid", name + "/gate", gate)
      add("Mul", name, x + [name + "/gate"])
    case .mish:
      add("Softplus", name + "/softplus", x)
      add("Tanh", name + "/gate", [name + "/softplus"])
      add("Mul", name, x + [name + "/gate"])
    case .gelu(let approximate): emitGELU(name, x, approximate: approximate)
    case .softplus: add("Softplus", name, x)
    case .softsign: add("Softsign", name, x)
    case .exponential: add("Exp", name, x)
    case .logarithm: add("Log", name, x)
    case .squareRoot: add("Sqrt", name, x)
    case .reciprocal: add("Reciprocal", name, x)
    case .absolute: add("Abs", name, x)
    case .negative: add("Neg", name, x)
    case .erf: add("Erf", name, x)
    case .sign: add("Sign", name, x)
    case .floor: add("Floor", name, x)
    case .ceiling: add("Ceil", name, x)
    case .round: add("Round", name, x)
    }
  }

  /// `x / 2 * (1 + erf(x / sqrt 2))`, or with `tanh(sqrt(2 / pi) (x + 0.044715 x^3))` for the error
  /// function; ONNX has an operator for it from opset 20.
  private mutating func emitGELU(_ name: String, _ x: [String], approximate: Bool) {
    if approximate {
      add("Pow", name + "/cube", x + [constant(name + "/three", [], floats: [3])])
      add(
        "Mul", name + "/cubic",
        [name + "/cube", constant(name + "/factor", [], floats: [0.044_715])])
      add("Add", name + "/sum", x + [name + "/cubic"])
      add(
        "Mul", name + "/argument",
        [name + "/sum", constant(name + "/root", [], floats: [0.797_884_6])])
      add("Tanh", name + "/bend", [name + "/argument"])
    } else {
      add("Mul", name + "/argument", x + [constant(name + "/root", [], floats: [0.707_106_77])])
      add("Erf", name + "/bend", [name + "/argument"])
    }
    add("Add", name + "/share", [name + "/bend", constant(name + "/one", [], floats: [1])])
    add("Mul", name + "/double", x + [name + "/share"])
    add("Mul", name, [name + "/double", constant(name + "/half", [], floats: [0.5])])
  }
}
