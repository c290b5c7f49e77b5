import FacetGraph
import FacetTensor
import FacetZoo
import Testing

/// Each family's fresh weights have the moments of torchvision's constructors.
@Suite("Fresh weights as torchvision draws them")
struct InitialisationTests {
  private func fresh(_ name: String, _ parameters: [String]) throws -> [Tensor] {
    let architecture = try Architecture.named(name)
    let drawn = try architecture.graph(classes: 50).initialParameters(
      architecture.initialisation, seed: 3, only: Set(parameters))
    #expect(drawn.count == parameters.count)
    return try parameters.map { try #require(drawn[$0]) }
  }

  private func expectNormal(_ tensor: Tensor, deviation: Double) {
    let measured = (tensor * tensor).mean.squareRoot()
    #expect(abs(measured / deviation - 1) < 0.03)
    #expect(abs(tensor.mean) < 0.05 * deviation)
    // Beyond any uniform distribution of that deviation.
    #expect(Double(tensor.maximum) > 2 * deviation)
  }

  private func expectUniform(_ tensor: Tensor, bound: Double) {
    #expect(Double(tensor.maximum) <= bound && Double(tensor.minimum) >= -bound)
    #expect(Double(tensor.maximum) > 0.98 * bound)
    #expect(abs((tensor * tensor).mean.squareRoot() / (bound / 3.0.squareRoot()) - 1) < 0.03)
  }

  @Test("VGG: convolutions by fan-out, linear layers with deviation 0.01, biases 0")
  func vgg() throws {
    let drawn = try fresh(
      "vgg11", ["features.3.weight", "features.3.bias", "classifier.6.weight", "classifier.6.bias"])
    expectNormal(drawn[0], deviation: (2.0 / (128 * 9)).squareRoot())
    #expect(drawn[1] == .zeros([128]))
    expectNormal(drawn[2], deviation: 0.01)
    #expect(drawn[3] == .zeros([50]))
  }

  @Test("ResNet: convolutions by fan-out, the linear layer by PyTorch's default")
  func resNet() throws {
    let drawn = try fresh("resnet50", ["layer2.0.conv1.weight", "fc.weight", "bn1.weight"])
    expectNormal(drawn[0], deviation: (2.0 / 128).squareRoot())
    expectUniform(drawn[1], bound: 1 / 2048.0.squareRoot())
    #expect(drawn[2] == Tensor([64], repeating: 1))
  }

  @Test("DenseNet: convolutions by fan-in, the linear layer's bias 0")
  func denseNet() throws {
    let drawn = try fresh(
      "densenet121",
      ["features.transition1.conv.weight", "classifier.weight", "classifier.bias"])
    expectNormal(drawn[0], deviation: (2.0 / 256).squareRoot())
    expectUniform(drawn[1], bound: 1 / 1024.0.squareRoot())
    #expect(drawn[2] == .zeros([50]))
  }

  @Test("SqueezeNet: uniform by fan-in, the last convolution with deviation 0.01, biases 0")
  func squeezeNet() throws {
    let drawn = try fresh(
      "squeezenet1_1",
      ["features.12.squeeze.weight", "classifier.1.weight", "classifier.1.bias"])
    expectUniform(drawn[0], bound: (6.0 / 512).squareRoot())
    expectNormal(drawn[1], deviation: 0.01)
    #expect(drawn[2] == .zeros([50]))
  }

  @Test("AlexNet and the reference network: PyTorch's default, as convolution or linear layer")
  func torchDefault() throws {
    for name in ["alexnet", "alexnet-fconv"] {
      let drawn = try fresh(name, ["features.3.weight", "features.3.bias", "classifier.6.weight"])
      expectUniform(drawn[0], bound: 1 / (64.0 * 25).squareRoot())
      #expect(Double(drawn[1].maximum) <= 1 / (64.0 * 25).squareRoot() && drawn[1].maximum > 0)
      expectUniform(drawn[2], bound: 1 / 64)
    }
    let drawn = try fresh("reference", ["layers.15.weight"])
    expectUniform(drawn[0], bound: 1 / 32)
  }
}
