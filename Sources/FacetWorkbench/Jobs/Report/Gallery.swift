import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetZoo

/// The photos a report shows, with the maps of every method side by side.
struct Gallery {
  let photos: FaceImages
  let shown: [ShownPhoto]
  let evidence: [MethodEvidence]
  let controls: [ControlEvidence]
  /// Photos behind the evidence: a seeded sample of all test photos. The photos shown, mistakes first,
  /// are no fair sample of them.
  let sampled: Int
  /// How much of the evidence was measured: of the photos shown, of the sample, and with random weights.
  let counts: [PartCount]
  /// Deletion and insertion of the photos shown.
  let shownFigures: FaithfulnessCheck
  /// The layer class activation maps were made of.
  let layer: String
  let maps: [FaceMaps]
  /// Each photo layer by layer.
  let layerViews: [LayerView]
  let wrong: Int
  let hiddenWrong: Int
  let classes: ClassNames

  /// More wrong photos than this are not shown: a page must open.
  private static let mostWrong = 40
  /// Photos of the evidence's sample at most.
  static let sampleSize = 24
  /// Feature maps shown of a layer, in a row and in a column.
  static let layerSide = 4

  /// - Parameter budget: seconds for the evidence; `nil` for as long as it takes.
  init(
    _ bench: TestBench, _ methods: [MapMethod], count: Int, budget: Double? = nil,
    _ context: JobContext
  ) throws {
    let (places, wrong, hiddenWrong) = Self.choose(bench, count: count, seed: context.seed)
    (self.wrong, self.hiddenWrong) = (wrong, hiddenWrong)
    let photos = bench.test.subset(places)
    self.photos = photos
    let model = bench.model
    classes = ClassNames(model)
    let targets = places.map { bench.answers.predictions[$0] }
    var maps: [FaceMaps] = []
    for (index, method) in methods.enumerated() {
      context.progress.step("maps: \(method.title)", Double(index) / Double(methods.count))
      maps.append(try FaceMaps(method, model, photos, targets: targets, on: context.engine))
    }
    let deadline = Deadline(seconds: budget)
    let faces = WatchedFaces(photos, targets: targets)
    shownFigures = try FaithfulnessCheck(
      model, faces, methods, .brief, phase: "deletion and insertion: shown photos",
      deadline: deadline.share(0.2), context)
    let sample = Self.sample(bench, seed: context.seed)
    sampled = sample.count
    let (evidence, controls, counts) = try Self.evidence(
      model, methods, sample,
      emptyMaps: maps.map { own in places.indices.count { own.isEmpty($0) } },
      within: deadline, context)
    self.evidence = evidence
    self.controls = controls
    self.counts =
      [
        PartCount(
          "shownPhotos", "Deletion and insertion of the photos shown", "photos",
          used: shownFigures.count, of: faces.count, people: faces.people)
      ] + counts
    self.maps = maps
    layerViews = try Self.layerViews(model, photos, context)
    layer = maps.compactMap { $0.explanation.layer?.name }.first ?? model.card.camLayer.name
    let probabilities = bench.answers.probabilities
    let (classes, measured) = (classes, shownFigures)
    let centre = measured.figures(of: .centre)
    func value(_ list: [Double?]?, _ index: Int) -> Double? {
      list.flatMap { $0.indices.contains(index) ? $0[index] : nil }
    }
    shown = places.enumerated().map { index, place in
      let predicted = bench.answers.predictions[place]
      let entry = bench.test.entries[place]
      return ShownPhoto(
        name: entry.name, label: classes.names.contains(entry.identity) ? entry.identity : nil,
        predicted: classes.name(predicted),
        probability: probabilities[place, predicted],
        maps: Dictionary(
          uniqueKeysWithValues: methods.map {
            ($0.name, "maps/\(Self.fileName(index, $0.name)).npy")
          }),
        figures: Dictionary(
          uniqueKeysWithValues: zip(maps, measured.ofMethods).map { map, figures in
            let rivals = map.explanation.rivals
            return (
              map.method.name,
              ShownPhoto.Figures(
                largest: map.strength.slice(index).maximum,
                deletion: value(figures.deletion, index),
                insertion: value(figures.insertion, index),
                against: rivals.indices.contains(index) ? rivals[index].map(classes.name) : nil)
            )
          }),
        centreDeletion: value(centre?.deletion, index),
        centreInsertion: value(centre?.insertion, index))
    }
  }

  /// Of networks that have maps; others have nothing to show layer by layer.
  private static func layerViews(_ model: Model, _ photos: FaceImages, _ context: JobContext) throws
    -> [LayerView]
  {
    let stages = try model.graph.stages(
      height: model.card.input.height, width: model.card.input.width)
    guard !stages.isEmpty else { return [] }
    return try photos.entries.enumerated().map { index, entry in
      context.progress.step("layer by layer", Double(index) / Double(photos.count))
      return try LayerView(model, stages, entry, side: layerSide, tile: 40, on: context.engine)
    }
  }

  private static func sample(_ bench: TestBench, seed: UInt64) -> WatchedFaces {
    let places = PhotoChoice.spread(bench.test.identities, count: sampleSize, seed: seed)
    let predictions = bench.answers.predictions
    return WatchedFaces(bench.test.subset(places), targets: places.map { predictions[$0] })
  }

  private static func evidence(
    _ model: Model, _ methods: [MapMethod], _ sample: WatchedFaces, emptyMaps: [Int],
    within deadline: Deadline, _ context: JobContext
  ) throws -> (methods: [MethodEvidence], controls: [ControlEvidence], counts: [PartCount]) {
    let bootstrap = IdentityBootstrap(seed: context.seed)
    let faithfulness = try FaithfulnessCheck(
      model, sample, methods, .sample, phase: "deletion and insertion",
      deadline: deadline.share(0.5), context)
    let randomisation = try RandomisationCheck(model, sample, context)
      .results(methods, within: deadline, context)
    let scores = methods.indices.map {
      faithfulness.scores(ofMethod: $0, people: sample.people, bootstrap)
    }
    let aboveCentre = FaithfulnessScores.aboveCentre(scores)
    let aboveAll = FaithfulnessScores.aboveAll(scores)
    let evidence = methods.indices.map { index in
      MethodEvidence(
        method: methods[index].name, randomisation: randomisation.methods[index],
        faithfulness: scores[index], aboveCentre: aboveCentre[index], aboveAll: aboveAll[index],
        emptyMaps: emptyMaps[index])
    }
    let controls = faithfulness.controls.enumerated().map { index, control in
      ControlEvidence(
        control: control.rawValue, title: control.title,
        faithfulness: faithfulness.scores(ofControl: index, people: sample.people, bootstrap))
    }
    func count(_ part: String, _ title: String, _ used: Int) -> PartCount {
      PartCount(part, title, "test photos", used: used, of: sample.count, people: sample.people)
    }
    return (
      evidence, controls,
      [
        count("sample", "Deletion and insertion", faithfulness.count),
        count("randomWeights", "Random weights", randomisation.photos),
      ]
    )
  }

  /// Every wrong photo first, in order; then right ones, a seeded choice, at least four.
  private static func choose(_ bench: TestBench, count: Int, seed: UInt64) -> (
    places: [Int], wrong: Int, hidden: Int
  ) {
    let labels = bench.test.labels(among: bench.model.card.classes)
    let predictions = bench.answers.predictions
    let mistakes = labels.indices.filter { place in
      labels[place].map { $0 != predictions[place] } ?? false
    }
    let others = labels.indices.filter { !mistakes.contains($0) }
    var stream = RandomStream(seed: seed, 0x6A11)
    let shownWrong = Array(mistakes.prefix(mostWrong))
    let wanted = max(count - shownWrong.count, 4)
    let right = others.shuffled(using: &stream).prefix(wanted).sorted()
    return (shownWrong + right, mistakes.count, mistakes.count - shownWrong.count)
  }

  private static func fileName(_ index: Int, _ method: String) -> String {
    let number = String(index + 1)
    return String(repeating: "0", count: max(0, 3 - number.count)) + number + "-" + method
  }

  /// The raw maps as `maps/*.npy` and the pictures as `heatmaps/*.png`.
  func write(to folder: OutputFolder) throws {
    for (map, evidence) in zip(maps, evidence) {
      let label = PictureLabel(evidence.mapLabels.map(\.text))
      for index in shown.indices {
        let name = Self.fileName(index, map.method.name)
        try NumPyArray.write(
          map.explanation.map.slice(index), to: folder.file("maps/\(name).npy"))
        try PNGWriter.write(
          label.draw(on: map.overlay(index, on: photos.entries[index].image)),
          to: folder.file("heatmaps/\(name).png"))
      }
    }
  }
}
