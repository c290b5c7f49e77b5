import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetWorkbench
import FacetZoo
import Foundation
import Testing

@Suite("What a user says of a network")
struct NetworkSettingsTests {
  private func card(_ change: (inout NetworkSettings) -> Void, channels: Int = 3) throws
    -> ModelCard
  {
    let graph = try Scope.graph(channels: channels) { (scope, x) throws(GraphError) in
      let y = try scope.convolution("conv", x, 4, kernel: 3)
      return try scope.adaptiveAveragePool("pool", y, 1)
    }
    let card = ModelCard(
      name: "net", architecture: "",
      input: InputCard(
        height: 40, width: 30, resize: .shorterSide(50), scale: 1,
        mean: Array(repeating: 0, count: channels),
        standardDeviation: Array(repeating: 1, count: channels)),
      embeddingLayer: "pool", camLayer: "conv", licence: "", source: "")
    var settings = NetworkSettings()
    change(&settings)
    return try settings.applied(to: card, of: graph)
  }

  @Test("nothing said, nothing changed")
  func nothing() throws {
    let card = try card { _ in }
    #expect(card.input.scale == 1 && card.input.resize == .shorterSide(50))
    #expect(card.input.text == "40x30 rgb, 0...255, cropped after the shorter side is 50")
  }

  @Test("small numbers are of pixels in 0...1, large ones of bytes")
  func scales() throws {
    let unit = try card {
      $0.mean = [0.485, 0.456, 0.406]
      $0.standardDeviation = [0.229, 0.224, 0.225]
    }
    let byte: Float = 1 / 255
    #expect(unit.input.scale == byte)
    let bytes = try card {
      $0.mean = [127.5]
      $0.standardDeviation = [128]
    }
    #expect(bytes.input.scale == 1)
    #expect(bytes.input.mean == [127.5, 127.5, 127.5])
    let half = try card { $0.mean = [0.5] }
    #expect(half.input.scale == byte && half.input.standardDeviation == [1, 1, 1])
    let said = try card {
      $0.mean = [0.5]
      $0.scale = 0.25
    }
    #expect(said.input.scale == 0.25)
    #expect(bytes.input.text.contains("0...255, minus 127.5, divided by 128.0"))
  }

  @Test("a size stretches photos to it")
  func size() throws {
    let card = try card { $0.size = Extent(112, 96) }
    #expect(card.input.height == 112 && card.input.width == 96 && card.input.resize == .stretch)
  }

  @Test("a network of one channel takes grey")
  func grey() throws {
    let card = try card({ $0.mean = [0.5] }, channels: 1)
    #expect(card.input.channels == "grey" && card.input.mean == [0.5])
    #expect(throws: WorkbenchError.self) {
      try self.card({ $0.channels = "rgb" }, channels: 1)
    }
    #expect(throws: WorkbenchError.self) { try self.card { $0.channels = "grey" } }
  }

  @Test("numbers that don't go together are refused")
  func refusals() throws {
    #expect(throws: WorkbenchError.self) { try card { $0.mean = [1, 2] } }
    #expect(throws: WorkbenchError.self) { try card { $0.standardDeviation = [0] } }
    #expect(throws: WorkbenchError.self) { try card { $0.scale = -1 } }
    #expect(throws: GraphError.self) { try card { $0.embedding = "cnov" } }
  }

  @Test("class names come from a file, one a line, as many as outputs")
  func classes() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("names.txt")
    try Data("n01 tench, Tinca\r\nn02 goldfish\n\nn03 shark\nn04 ray\n".utf8)
      .write(to: URL(fileURLWithPath: path))
    let card = try card { $0.classes = path }
    #expect(card.classes == ["n01 tench, Tinca", "n02 goldfish", "n03 shark", "n04 ray"])
    try Data("a\nb\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect {
      try self.card { $0.classes = path }
    } throws: { "\($0)".contains("names 2 classes; the network has 4 outputs") }
  }
}
