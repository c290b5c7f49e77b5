import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Receptive fields")
struct ReceptiveFieldTests {
  @Test("AlexNet by hand")
  func alexNet() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      var y = try scope.convolution("conv1", x, 2, kernel: 11, stride: 4, padding: 2)
      y = try scope.maxPool("pool1", try scope.relu("relu1", y), kernel: 3, stride: 2)
      y = try scope.convolution("conv2", y, 2, kernel: 5, padding: 2)
      y = try scope.maxPool("pool2", y, kernel: 3, stride: 2)
      y = try scope.convolution("conv3", y, 2, kernel: 3, padding: 1)
      y = try scope.convolution("conv4", y, 2, kernel: 3, padding: 1)
      y = try scope.convolution("conv5", y, 2, kernel: 3, padding: 1)
      return try scope.maxPool("pool5", y, kernel: 3, stride: 2)
    }
    let expected: [(LayerPath, Int, Int, Double)] = [
      ("conv1", 11, 4, 3), ("relu1", 11, 4, 3), ("pool1", 19, 8, 7), ("conv2", 51, 8, 7),
      ("pool2", 67, 16, 15), ("conv3", 99, 16, 15), ("conv5", 163, 16, 15), ("pool5", 195, 32, 31),
    ]
    for (path, size, stride, centre) in expected {
      let axis = ReceptiveField.Axis(size: size, stride: stride, centre: centre)
      #expect(
        try ReceptiveField.of(path, in: graph) == ReceptiveField(vertical: axis, horizontal: axis),
        "\(path)")
    }
  }

  @Test("VGG-16 by hand: 196 pixels at conv5_3, 212 after pool5")
  func vgg() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      var y = x
      for (stage, depth) in [2, 2, 3, 3, 3].enumerated() {
        for layer in 1...depth {
          y = try scope.convolution("conv\(stage + 1)_\(layer)", y, 2, kernel: 3, padding: 1)
        }
        y = try scope.maxPool("pool\(stage + 1)", y, kernel: 2, stride: 2)
      }
      return y
    }
    let conv = try ReceptiveField.of("conv5_3", in: graph).vertical
    #expect(conv == .init(size: 196, stride: 16, centre: 7.5))
    #expect(conv.pixels(of: 0) == -90...105)
    let pool = try ReceptiveField.of("pool5", in: graph).horizontal
    #expect(pool == .init(size: 212, stride: 32, centre: 15.5))
  }

  /// With positive weights, a pixel made very bright changes exactly the cells that see it.
  @Test("every pixel changes the cells that see it and no others")
  func bruteForce() throws {
    let graph = try Scope.graph(channels: 1) { (scope, x) throws(GraphError) in
      let wide = Convolution(
        1, 1, kernel: Extent(3, 5), stride: Extent(2, 1), padding: Extent(1, 0),
        dilation: Extent(1, 2), bias: false)
      var y = try scope.add("conv1", .convolution(wide), [x])
      y = try scope.maxPool("pool", try scope.relu("relu", y), kernel: 3, stride: 2, ceilMode: true)
      let narrow = try scope.convolution("one", y, 1, kernel: 1, bias: false)
      let broad = try scope.convolution("three", y, 1, kernel: 3, padding: 1, bias: false)
      y = try scope.add("cat", .concat, [narrow, broad])
      return try scope.averagePool("avg", y, kernel: 2, stride: 1)
    }
    let parameters = Dictionary(
      uniqueKeysWithValues: graph.parameterShapes.map {
        ($0.name, Tensor($0.shape, repeating: 0.5))
      })
    let model = try Model(
      graph: graph, parameters: parameters,
      card: ModelCard(
        name: "", architecture: "", input: InputCard(height: 21, width: 24), embeddingLayer: "avg",
        camLayer: "avg", licence: "", source: ""))
    let (height, width) = (21, 24)
    let engine = Engine()
    let paths: [LayerPath] = ["conv1", "pool", "three", "cat", "avg"]
    // One image for each pixel, and a dark one.
    var images = Tensor.zeros([height * width + 1, 1, height, width])
    for pixel in 0..<height * width { images[pixel, 0, pixel / width, pixel % width] = 1000 }
    let trace = try engine.forward(model, images, keeping: .paths(paths))
    for path in paths {
      let field = try ReceptiveField.of(path, in: graph)
      let value = try trace.value(at: path)
      // Of a concatenation, the widest branch sees what the field says: the last channel.
      let channel = value.shape[1] - 1
      for y in 0..<value.shape[2] {
        for x in 0..<value.shape[3] {
          let (rows, columns) = (field.vertical.pixels(of: y), field.horizontal.pixels(of: x))
          var mistakes = 0
          for pixel in 0..<height * width {
            let (row, column) = (pixel / width, pixel % width)
            // conv1 skips every other column.
            let seen = rows ~= row && columns ~= column
            let skipped = path == "conv1" && (column - columns.lowerBound) % 2 == 1
            let changed = value[pixel, channel, y, x] != 0
            if changed != (seen && !skipped) { mistakes += 1 }
          }
          #expect(mistakes == 0, "\(path) (\(y), \(x))")
        }
      }
    }
  }

  @Test("every second row, cut columns and zeros in front keep their cells on a grid")
  func slices() throws {
    let graph = try Scope.graph(channels: 1) { (scope, x) throws(GraphError) in
      var y = try scope.convolution("conv", x, 2, kernel: 3, padding: 1, bias: false)
      y = try scope.add("rows", .slice(Slicing(axis: 2, start: 1, end: nil, step: 2)), [y])
      y = try scope.add("columns", .slice(Slicing(axis: 3, start: 3, end: 11)), [y])
      y = try scope.add("channel", .slice(Slicing(axis: 1, start: 1, end: nil)), [y])
      return try scope.add(
        "pad", .pad(Padding(before: [0, 1, 2, 1], after: [0, 0, 0, 0], mode: .constant(0))), [y])
    }
    let model = try Model(
      graph: graph, parameters: ["conv.weight": Tensor([2, 1, 3, 3], repeating: 1)],
      card: ModelCard(
        name: "", architecture: "", input: InputCard(height: 12, width: 13),
        embeddingLayer: "pad", camLayer: "pad", licence: "", source: ""))
    let (height, width) = (12, 13)
    var images = Tensor.zeros([height * width, 1, height, width])
    for pixel in 0..<height * width { images[pixel, 0, pixel / width, pixel % width] = 1 }
    for path in ["rows", "columns", "channel", "pad"] as [LayerPath] {
      let field = try ReceptiveField.of(path, in: graph)
      let value = try Engine().forward(model, images, keeping: .paths([path])).value(at: path)
      let channel = value.shape[1] - 1
      let isPadded = path == "pad"
      for y in (isPadded ? 2 : 0)..<value.shape[2] {
        for x in (isPadded ? 1 : 0)..<value.shape[3] {
          let (rows, columns) = (field.vertical.pixels(of: y), field.horizontal.pixels(of: x))
          let mistakes = (0..<height * width).count { pixel in
            let isSeen = rows ~= pixel / width && columns ~= pixel % width
            return (value[pixel, channel, y, x] != 0) != isSeen
          }
          #expect(mistakes == 0, "\(path) (\(y), \(x))")
        }
      }
    }
    let turned = try Scope.graph(channels: 1) { (scope, x) throws(GraphError) in
      try scope.add("back", .slice(Slicing(axis: 2, start: -1, end: nil, step: -1)), [x])
    }
    #expect(refusal { _ = try ReceptiveField.of("back", in: turned) } != nil)
  }

  @Test("layers without one grid are refused")
  func refused() throws {
    let model = try SmallNets.varied()
    for path in ["gap", "flatten", "fc2"] as [LayerPath] {
      let error = refusal { _ = try ReceptiveField.of(path, in: model.graph) }
      guard case .noReceptiveField = error else {
        Issue.record("\(path) was not refused")
        continue
      }
    }
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let a = try scope.maxPool("a", x, kernel: 2, stride: 2)
      let b = try scope.maxPool("b", x, kernel: 1, stride: 1)
      return try scope.add("cat", .concat, [a, b])
    }
    #expect(refusal { _ = try ReceptiveField.of("cat", in: graph) } != nil)
    #expect(
      refusal { _ = try ReceptiveField.of("conv9", in: model.graph) }
        == .graph(.unknownLayer("conv9", suggestion: "conv1")))
  }

  @Test("upsampling puts every cell on its centre, is linear between and repeats the border")
  func upsampling() {
    let axis = ReceptiveField.Axis(size: 9, stride: 4, centre: 3)
    let field = ReceptiveField(vertical: axis, horizontal: axis)
    let map = Tensor([1, 2, 3], [0, 4, 8, 20, 24, 28])
    let large = map.upsampled(height: 12, width: 15, by: .receptiveField(field))
    #expect(large.shape == [1, 12, 15])
    for row in 0..<2 {
      for column in 0..<3 {
        #expect(large[0, 3 + 4 * row, 3 + 4 * column] == map[0, row, column])
      }
    }
    // The map is linear, 1 a pixel across and 5 down, between the centres and flat beyond.
    for y in 0..<12 {
      for x in 0..<15 {
        let expected = Float(min(max(x, 3), 11) - 3 + 5 * (min(max(y, 3), 7) - 3))
        #expect(large[0, y, x] == expected)
      }
    }
    let stretched = map.upsampled(height: 12, width: 15, by: .stretch)
    #expect(stretched == map.resampled(height: 12, width: 15, by: .bilinear))
  }

  @Test("an explanation knows its layer's geometry, and stretches where there is none")
  func explanation() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(1)
    let cam = try CAM(GradCAMWeighting()).explain(model, images, .logit(), on: Engine())
    let field = try ReceptiveField.of("cat", in: model.graph)
    #expect(
      cam.upsampled(in: model.graph)
        == cam.map.upsampled(height: 16, width: 18, by: .receptiveField(field)))
    let pooled = try CAM(GradCAMWeighting(), layer: "gap")
      .explain(model, images, .logit(), on: Engine())
    #expect(pooled.upsampled(in: model.graph).shape == [1, 16, 18])
  }
}
