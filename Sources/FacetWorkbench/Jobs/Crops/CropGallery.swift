import FacetEvaluation
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetZoo

/// The photos of a crops page with their five maps.
struct CropGallery {
  struct Shown {
    let photo: CropBench.Photo
    let maps: CropMaps
    let decisions: [Int]
    let predicted: Int
    let name: String
  }

  let shown: [Shown]
  let stability: [CropsJob.Stability]
  private let classes: [String]

  /// Photos on which the crops disagree come first, then a seeded choice.
  init(_ bench: TestBench, _ crops: CropBench, count: Int, _ context: JobContext) throws {
    classes = bench.model.card.classes
    let decisions = crops.photos.indices.map { crops.logits.slice($0).rowMaxima }
    let split = decisions.indices.filter { Set(decisions[$0]).count > 1 }
    var stream = RandomStream(seed: context.seed, 0xC409)
    let agreed = decisions.indices.filter { Set(decisions[$0]).count == 1 }
      .shuffled(using: &stream)
    let wanted = max(count, 1)
    let chosen = Array((split.prefix(wanted - wanted / 3) + agreed).prefix(wanted))
    let fused = try CropFusion.meanSoftmax.decisions(crops.logits)
    var shown: [Shown] = []
    var stability: [CropsJob.Stability] = []
    for (index, place) in chosen.enumerated() {
      context.progress.step("maps of crops", Double(index) / Double(chosen.count))
      let photo = crops.photos[place]
      let maps = try CropMaps(photo, target: fused[place], bench.model, context)
      let number = String(index + 1)
      let name = String(repeating: "0", count: max(0, 3 - number.count)) + number
      shown.append(
        Shown(
          photo: photo, maps: maps, decisions: decisions[place], predicted: fused[place],
          name: name))
      stability.append(
        CropsJob.Stability(
          image: photo.entry.name, spearman: maps.stability, iouTop20: maps.overlap,
          centrePriorSpearman: CropMaps.centrePrior(photo).stability,
          maps: CropPosition.allCases.map { "maps/\(name)-\($0.rawValue).npy" }))
    }
    self.shown = shown
    self.stability = stability
  }

  func write(to folder: OutputFolder) throws {
    for item in shown {
      for (position, map) in zip(CropPosition.allCases, item.maps.maps) {
        try NumPyArray.write(map, to: folder.file("maps/\(item.name)-\(position.rawValue).npy"))
      }
      try PNGWriter.write(
        overlay(item.maps.mean, item), to: folder.file("heatmaps/\(item.name)-mean.png"))
    }
  }

  private func overlay(_ map: Tensor, _ item: Shown) -> Image {
    HeatmapRendering.overlay(
      map, on: item.photo.frame, scale: .upTo(maximumOf: [map]), colors: .heat,
      opacity: .squareRoot(0.7))
  }

  /// A crop's map in the frame, with what the crop doesn't see darkened.
  private func panel(_ index: Int, _ item: Shown) -> Image {
    var image = overlay(item.maps.maps[index], item)
    for (place, isInside) in item.maps.covered[index].enumerated() where !isInside {
      for c in 0..<3 { image.pixels[3 * place + c] /= 4 }
    }
    return image
  }

  /// A grid for each photo.
  func blocks() throws -> [ReportBlock] {
    try zip(shown, stability).flatMap { item, stability -> [ReportBlock] in
      let truth = classes[item.photo.label]
      let photo = ImageGrid.Item(try ReportImage(item.photo.frame), caption: "photo: \(truth)")
      var items = try CropPosition.allCases.enumerated().map { index, position in
        let decided = item.decisions[index]
        return ImageGrid.Item(
          try ReportImage(panel(index, item)),
          caption: "\(position.title): \(classes[decided])",
          badge: Badge(
            decided == item.photo.label ? "right" : "wrong",
            decided == item.photo.label ? .good : .bad))
      }
      items.append(
        ImageGrid.Item(
          try ReportImage(overlay(item.maps.mean, item)),
          caption: "mean of the five: \(classes[item.predicted])",
          badge: Badge(
            item.predicted == item.photo.label ? "right" : "wrong",
            item.predicted == item.photo.label ? .good : .bad)))
      let number = NumberFormat.decimals(2)
      let caption =
        "\(item.photo.entry.name). Where crops overlap, the maps' rank correlation is "
        + "\(stability.spearman.map(number.string) ?? "not defined (constant maps)") (control: "
        + "\(stability.centrePriorSpearman.map(number.string) ?? "n/a")), the overlap of their "
        + "strongest fifths \(number.string(stability.iouTop20))."
      return [.imageGrid(ImageGrid([photo] + items, caption: caption, itemWidth: 138))]
    }
  }
}

extension CropPosition {
  /// For captions.
  var title: String {
    switch self {
    case .topLeft: "top left"
    case .topRight: "top right"
    case .bottomLeft: "bottom left"
    case .bottomRight: "bottom right"
    case .center: "centre"
    }
  }
}
