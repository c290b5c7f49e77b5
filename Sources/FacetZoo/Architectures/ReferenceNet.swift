import FacetGraph

/// The network trained from scratch that Shuminov and Kadosh 2023 hold transfer learning against, for
/// 15 people with about 50 photos each: four 3x3 convolutions and three pools, dropout of 0.2, and
/// two hidden fully connected layers.
///
/// Layers, widths and the photos' 256x256 pixels are those of the study's published code, as are the
/// pools: windows of 2x2, the first two with a stride of 4, so that they look at a quarter of the map
/// only. Photos are scaled to 0...1 and not normalised further. Two things are our reading: the study
/// drops whole feature maps (`Dropout2d`), where Facet's dropout drops single elements, which differs
/// in training only; and photos of another size are stretched, as the study cuts faces to the square.
struct ReferenceNet: Module {
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    try scope.module("layers") { (scope) throws(GraphError) in
      var y = try scope.convolution("0", x, 32, kernel: 3, padding: 1)
      y = try scope.relu("1", y)
      y = try scope.convolution("2", y, 64, kernel: 3, padding: 1)
      y = try scope.relu("3", y)
      y = try scope.maxPool("4", y, kernel: 2, stride: 4)
      y = try scope.convolution("5", y, 64, kernel: 3, padding: 1)
      y = try scope.relu("6", y)
      y = try scope.maxPool("7", y, kernel: 2, stride: 4)
      y = try scope.convolution("8", y, 32, kernel: 3, padding: 1)
      y = try scope.relu("9", y)
      y = try scope.maxPool("10", y, kernel: 2, stride: 2)
      y = try scope.dropout("11", y, 0.2)
      y = try scope.flatten("12", y)
      y = try scope.linear("13", y, inFeatures: 32 * 8 * 8, 1024)
      y = try scope.relu("14", y)
      y = try scope.linear("15", y, 256)
      y = try scope.relu("16", y)
      return try scope.linear("17", y, classes)
    }
  }
}

extension Architecture {
  static let reference = Architecture(
    name: "reference",
    input: InputCard(height: 256, width: 256, mean: [0, 0, 0], standardDeviation: [1, 1, 1]),
    embeddingLayer: "layers.16", camLayer: "layers.9", head: "layers.17",
    featureLayer: "layers.16", initialisation: .torchDefault, licence: "Apache-2.0 (Facet)",
    source: "after Shuminov and Kadosh 2023, the reference model without transfer learning",
    body: { ReferenceNet(classes: $0) })
}
