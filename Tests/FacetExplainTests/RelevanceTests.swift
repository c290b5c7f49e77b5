import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Layer-wise relevance propagation")
struct RelevanceTests {
  let engine = Engine()

  private func explain(
    _ model: Model, _ images: Tensor, _ rules: LRPRules, _ target: Int = 1
  ) throws -> Explanation {
    try LRP(rules).explain(model, images, .logit(.index(target)), on: engine)
  }

  @Test(
    "epsilon everywhere is input x gradient of a network of ReLUs, also where norms can't be merged",
    arguments: [false, true])
  func epsilon(_ isNormedBeforehand: Bool) throws {
    let model = try isNormedBeforehand ? SmallNets.normedBeforehand() : SmallNets.varied()
    let images = SmallNets.images(2)
    let found = try explain(model, images, LRPRules(.epsilon))
    let product = try InputGradient(.inputXGradient)
      .explain(model, images, .logit(.index(1)), on: engine)
    #expect(found.map.relativeDifference(from: product.map) < 5e-3)
    // What is left is the stabiliser.
    let rule = LRPRules.Rule.epsilon(1e-9)
    var bare = LRPRules(first: rule, convolutions: rule, linear: rule)
    bare.stabiliser = 1e-9
    let closer = try explain(model, images, bare)
    #expect(closer.map.relativeDifference(from: product.map) < 1e-4)
    #expect(found.options["convolutions"] == "epsilon 1e-06")
  }

  @Test("a quotient's divisor is held fixed, as a norm's is; the factors of a product share")
  func quotient() throws {
    func found(_ function: Arithmetic) throws -> (Explanation, Tensor) {
      let model = try SmallNets.model(embedding: "joint", cam: "relu") {
        (scope, x) throws(GraphError) in
        var h = try scope.convolution("conv", x, 4, kernel: 3, padding: 1, bias: false)
        h = try scope.relu("relu", h)
        let sizes = try scope.add(
          "sizes", .activation(.exponential),
          [try scope.convolution("other", x, 4, kernel: 1, bias: false)])
        h = try scope.add("joint", .arithmetic(function), [h, sizes])
        h = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", h, 1))
        return try scope.linear("fc", h, 3, bias: false)
      }
      let images = SmallNets.images(1)
      return (
        try explain(model, images, LRPRules(.epsilon)),
        try engine.forward(model, images).output
      )
    }
    let (quotient, score) = try found(.divide)
    #expect(abs(quotient.map.scalars.reduce(0, +) - score[0, 1]) < 1e-3 * abs(score[0, 1]))
    let (product, _) = try found(.multiply)
    // Half the relevance went to the other factor, whose exponential keeps it.
    #expect(abs(product.completenessGaps[0]) < 1e-3 * abs(product.scores[0]))
  }

  /// No biases, but every joint: overlapping pool, addition, concatenation, response norm, average.
  private func unbiased() throws -> Model {
    try SmallNets.model(embedding: "gap", cam: "cat") { (scope, x) throws(GraphError) in
      var h = try scope.convolution("conv1", x, 6, kernel: 3, padding: 1, bias: false)
      h = try scope.relu("relu1", h)
      h = try scope.add("lrn", .localResponseNorm(size: 3, alpha: 0.5, beta: 0.75, k: 1), [h])
      h = try scope.maxPool("pool", h, kernel: 3, stride: 2, ceilMode: true)
      let c = try scope.convolution("conv2", h, 6, kernel: 3, padding: 1, bias: false)
      h = try scope.relu("relu2", try scope.add("add", .add, [c, h]))
      let a = try scope.convolution("a", h, 4, kernel: 1, bias: false)
      let b = try scope.convolution("b", h, 4, kernel: 3, padding: 1, bias: false)
      h = try scope.relu("relu3", try scope.add("cat", .concat, [a, b]))
      h = try scope.averagePool("avg", h, kernel: 2, stride: 2)
      h = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", h, 1))
      return try scope.linear("fc", h, 5, bias: false)
    }
  }

  @Test("without biases all of the score arrives", arguments: LRPRules.Preset.allCases)
  func conservation(_ preset: LRPRules.Preset) throws {
    let images = SmallNets.images(3)
    let found = try explain(unbiased(), images, LRPRules(preset))
    for image in 0..<3 {
      let magnitude = Float(found.map.slice(image).map(abs).sum)
      let gap = Float(found.map.slice(image).sum) - found.scores[image]
      #expect(abs(gap) < 1e-4 * magnitude)
      #expect(abs(found.completenessGaps[image] - gap) < 1e-5 * magnitude)
      #expect(magnitude > abs(found.scores[image]) / 2)
    }
  }

  @Test("what a bias takes is the stated gap")
  func leak() throws {
    // z = 2 x0 - x1 + 3 = 4 at x = (1, 1): the inputs get 2 and -1, and 3 of the score is lost.
    let model = try SmallNets.model(
      channels: 2, embedding: "conv", cam: "conv",
      parameters: ["conv.weight": Tensor([1, 2, 1, 1], [2, -1]), "conv.bias": Tensor([1], [3])]
    ) { (scope, x) throws(GraphError) in try scope.convolution("conv", x, 1, kernel: 1) }
    let x = Tensor([1, 2, 1, 1], [1, 1])
    let plain = try explain(model, x, LRPRules(.epsilon), 0)
    #expect(plain.map.relativeDifference(from: Tensor([1, 2, 1, 1], [2, -1])) < 1e-5)
    #expect(abs(plain.completenessGaps[0] + 3) < 1e-5)
    // Gamma 1 doubles what adds to a positive output: 4, -1 and 6 of 9 parts of the score.
    let rule = LRPRules.Rule.gamma(1)
    let rules = LRPRules(first: rule, convolutions: rule, linear: rule)
    let strengthened = try explain(model, x, rules, 0)
    let expected = Tensor([1, 2, 1, 1], [16.0 / 9, -4.0 / 9])
    #expect(strengthened.map.relativeDifference(from: expected) < 1e-5)
    // A negative output is made of what is negative: z = -6 at x = (-3, 3) before the bias.
    let dark = try explain(model, Tensor([1, 2, 1, 1], [-3, 3]), rules, 0)
    // -6, -3 strengthened to -12, -6; the bias stays 3: -15 parts of z = -6.
    let parts = Tensor([1, 2, 1, 1], [-12 / 15 * 6, -6 / 15 * 6])
    #expect(dark.map.relativeDifference(from: parts) < 1e-5)
  }

  @Test("additions and averages share in proportion, a maximum takes all")
  func joints() throws {
    // s = (x0 + 2 x1) + mean(x0, x0') ... by parts that are easily told.
    let model = try SmallNets.model(
      channels: 2, embedding: "add", cam: "add",
      parameters: [
        "a.weight": Tensor([1, 2, 1, 1], [1, 0]), "b.weight": Tensor([1, 2, 1, 1], [0, 2]),
      ]
    ) { (scope, x) throws(GraphError) in
      let a = try scope.convolution("a", x, 1, kernel: 1, bias: false)
      let b = try scope.convolution("b", x, 1, kernel: 1, bias: false)
      let pooled = try scope.maxPool("max", a, kernel: 2, stride: 2)
      let averaged = try scope.averagePool("mean", b, kernel: 2, stride: 2)
      return try scope.add("add", .add, [pooled, averaged])
    }
    let x = Tensor([1, 2, 2, 2], [1, 5, 2, 3, 1, 2, 3, -2])
    let found = try explain(model, x, LRPRules(.epsilon), 0)
    // max = 5, mean = 2 (1 + 2 + 3 - 2) / 4 = 2.
    let expected = Tensor([1, 2, 2, 2], [0, 5, 0, 0, 0.5, 1, 1.5, -1])
    #expect(found.scores == [7])
    #expect(found.map.relativeDifference(from: expected) < 1e-4)
  }

  @Test("the z-box by hand")
  func zBox() throws {
    // The box of the card's mean 0.5 and deviation 0.5 is -1...1. z = 2 x0 - 3 x1 at (0.5, 0.25) is
    // 0.25; parts 2 (0.5 + 1) = 3 and 3 (1 - 0.25) = 2.25, of 5.25.
    var model = try SmallNets.model(
      channels: 2, embedding: "conv", cam: "conv",
      parameters: ["conv.weight": Tensor([1, 2, 1, 1], [2, -3])]
    ) { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 1, kernel: 1, bias: false)
    }
    model.card.input.mean = [0.5]
    model.card.input.standardDeviation = [0.5]
    let found = try explain(model, Tensor([1, 2, 1, 1], [0.5, 0.25]), LRPRules(.zBox), 0)
    let expected = Tensor([1, 2, 1, 1], [0.25 * 3 / 5.25, 0.25 * 2.25 / 5.25])
    #expect(found.map.relativeDifference(from: expected) < 1e-4)
  }

  /// A convolution by loops over all pairs of an input and an output, in double precision.
  private struct Dense {
    let w: Tensor
    let b: [Float]
    let stride: Int
    let padding: Int

    /// Relevance of the inputs `[C, H, W]` from that of the outputs.
    func shares(_ x: Tensor, _ r: [Double], gamma: Double) -> [Double] {
      let (height, width) = (x.shape[1], x.shape[2])
      let kernel = w.shape[2]
      let rows = (height + 2 * padding - kernel) / stride + 1
      let columns = (width + 2 * padding - kernel) / stride + 1
      var shares = [Double](repeating: 0, count: x.count)
      for o in 0..<w.shape[0] {
        for y in 0..<rows {
          for column in 0..<columns {
            var parts: [(place: Int, part: Double)] = []
            for c in 0..<x.shape[0] {
              for i in 0..<kernel {
                for j in 0..<kernel {
                  let (row, left) = (y * stride + i - padding, column * stride + j - padding)
                  guard 0..<height ~= row, 0..<width ~= left else { continue }
                  let part = Double(w[o, c, i, j]) * Double(x[c, row, left])
                  parts.append(((c * height + row) * width + left, part))
                }
              }
            }
            let bias = b.isEmpty ? 0 : Double(b[o])
            let z = parts.reduce(bias) { $0 + $1.part }
            func strengthened(_ part: Double) -> Double {
              part * z > 0 ? part * (1 + gamma) : part
            }
            var denominator = strengthened(bias)
            for (_, part) in parts { denominator += strengthened(part) }
            denominator += denominator < 0 ? -1e-6 : 1e-6
            let relevance = r[(o * rows + y) * columns + column]
            for (place, part) in parts {
              shares[place] += strengthened(part) / denominator * relevance
            }
          }
        }
      }
      return shares
    }
  }

  @Test("against a slow dense reference, signed inputs and strides", arguments: [0, 0.25, 2])
  func dense(_ gamma: Double) throws {
    let model = try SmallNets.model(embedding: "flatten", cam: "conv1") {
      (scope, x) throws(GraphError) in
      let h = try scope.convolution("conv1", x, 5, kernel: 3, stride: 2, padding: 1)
      let y = try scope.convolution("conv2", h, 4, kernel: 2)
      return try scope.flatten("flatten", y)
    }
    let images = Tensor.random([2, 3, 7, 8], seed: 4)
    let rule: LRPRules.Rule = gamma == 0 ? .epsilon(1e-6) : .gamma(Float(gamma))
    let rules = LRPRules(first: rule, convolutions: rule, linear: rule)
    let found = try explain(model, images, rules, 17)
    let trace = try engine.forward(model, images, keeping: .paths(["conv1"]))
    let middle = try trace.value(at: "conv1")
    func layer(_ name: String, _ stride: Int, _ padding: Int) throws -> Dense {
      let weight = try #require(model.parameters[name + ".weight"])
      let bias = try #require(model.parameters[name + ".bias"])
      return Dense(w: weight, b: bias.scalars, stride: stride, padding: padding)
    }
    let (lower, upper) = (try layer("conv1", 2, 1), try layer("conv2", 1, 0))
    for image in 0..<2 {
      var relevance = [Double](repeating: 0, count: trace.output.shape[1])
      relevance[17] = Double(trace.output[image, 17])
      let hidden = upper.shares(middle.slice(image), relevance, gamma: gamma)
      let shares = lower.shares(images.slice(image), hidden, gamma: gamma)
      let expected = Tensor([3, 7, 8], shares.map { Float($0) })
      #expect(found.map.slice(image).relativeDifference(from: expected) < 1e-3)
    }
  }

  @Test("a layer's own rule, cosines, and layers that don't exist")
  func choices() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(1)
    var rules = LRPRules(.epsilon)
    rules.layers["conv2"] = .gamma(0.5)
    let own = try explain(model, images, rules)
    #expect(own.map != (try explain(model, images, LRPRules(.epsilon))).map)
    #expect(own.options["rule of conv2"] == "gamma 0.5")
    rules.layers["conv9"] = .zBox
    #expect(refusal { _ = try explain(model, images, rules) } != nil)
    var wrong = LRPRules(.epsilon)
    wrong.layers["add"] = .gamma(1)
    #expect(refusal { _ = try explain(model, images, wrong) } != nil)
    let cosine = CosineObjective(to: .random([7], seed: 2))
    let found = try LRP().explain(model, images, cosine, on: engine)
    #expect(found.map.isFinite && found.map.maximum > 0)
  }
}
