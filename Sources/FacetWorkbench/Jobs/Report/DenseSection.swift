import FacetFaces
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// The page's part on the same network without its fully connected layers.
struct DenseSection {
  let proof: ConversionProof
  private let grid: ImageGrid

  /// `nil` when the network's head can't be converted (it has none, or is converted already).
  init?(_ bench: TestBench, _ photos: FaceImages, _ context: JobContext) throws {
    guard (try? ConvertibleHead(bench.model)) != nil else { return nil }
    context.progress.step("fully convolutional", 0)
    let sample = photos.subset(Array(0..<min(4, photos.count)))
    let files = Dictionary(
      bench.faces.photos.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let originals = try sample.entries.compactMap { try files[$0.name]?.load() }
    let preprocessing = DenseMap.preprocessing(for: bench.model.card)
    guard let first = originals.first else { return nil }
    let (converted, proof) = try ConversionProof.prove(
      bench.model, images: sample.tensors, larger: preprocessing.tensor(first), on: context.engine)
    self.proof = proof
    let classes = ClassNames(bench.model)
    let predictions = try Predictor(bench.model, engine: context.engine)
      .answers(sample.tensors).predictions
    grid = ImageGrid(
      try zip(originals, predictions).map { original, predicted in
        let map = try DenseMap(converted, original, on: context.engine)
        let plane = map.probabilities.slice(predicted)
        return ImageGrid.Item(
          try ReportImage(map.overlay(class: predicted)),
          caption:
            "\(classes.name(predicted)): \(plane.shape[0])x\(plane.shape[1]) places, highest "
            + NumberFormat.percent(0).string(Double(plane.maximum)))
      },
      caption: "The probability of the class the network named, at every place of a photo a half "
        + "larger than its input; black is 0, the brightest colour 1.", itemWidth: 240)
  }

  var section: ReportSection {
    let number = NumberFormat.significant(2)
    var rows: [Table.Row] = [
      [
        .text(proof.isPooled ? "T5: mean of the map = logits" : "T1: the map's cell = logits"),
        .number(Double(proof.nativeDifference), number),
        .text("largest difference over \(proof.images) photos; at most 1e-4"),
      ],
      [
        "T3: every cell = the head on its window",
        .number(Double(proof.windowDifference), number),
        .text("largest difference over \(proof.windows) windows; at most 1e-4"),
      ],
      [
        "T6: back to fully connected, the same bits",
        .badge(
          proof.roundTripIsExact ? "exact" : "not exact", proof.roundTripIsExact ? .good : .bad),
        "",
      ],
    ]
    if let wrong = proof.wrongOrderDifference {
      rows.insert(
        [
          "T2, the control: kernels filled in NHWC order", .number(Double(wrong), number),
          "must be large",
        ], at: 1)
    }
    return ReportSection(
      "The same network at every place",
      lead: "Its fully connected layers are convolutions in disguise. Written as such, the network "
        + "gives its answer for every window of a larger photo in one run.",
      [
        .table(
          Table(
            "Proof on this network", columns: ["Equality", "Value", "What it says"], rows: rows)),
        .imageGrid(grid),
        .note(
          "Cells agree with the head on features exactly; with the network on a cut-out photo only "
            + "where no layer pads, since a cut-out has zeros where the larger photo goes on."),
      ])
  }
}
