import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetZoo

/// A photo of a report's gallery and where its maps are.
public struct ShownPhoto: Codable, Sendable {
  public let name: String
  public let label: String?
  public let predicted: String
  public let probability: Float
  /// By method, relative to the output folder.
  public let maps: [String: String]
}

/// What speaks for or against a method on this model.
public struct MethodEvidence: Codable, Sendable {
  public let method: String
  /// Rank correlation of each photo's map with the same method's map on the same network with random
  /// weights, averaged; `nil` when every map was constant.
  public let randomisedCorrelation: Double?
  /// Photos behind it.
  public let photos: Int
  /// Photos on which the method found nothing.
  public let emptyMaps: Int

  /// From here on a map is called the same with and without the weights.
  static let limit = 0.5

  var ignoresWeights: Bool { (randomisedCorrelation ?? 0) >= Self.limit }
}

/// The photos a report shows, with the maps of every method side by side.
struct Gallery {
  let photos: FaceImages
  let shown: [ShownPhoto]
  let evidence: [MethodEvidence]
  /// The layer class activation maps were made of.
  let layer: String
  private let maps: [FaceMaps]
  private let wrong: Int
  private let hiddenWrong: Int
  private let classes: [String]

  /// More wrong photos than this are not shown: a page must open.
  private static let mostWrong = 40

  init(_ bench: TestBench, _ methods: [MapMethod], count: Int, _ context: JobContext) throws {
    let (places, wrong, hiddenWrong) = Self.choose(bench, count: count, seed: context.seed)
    (self.wrong, self.hiddenWrong) = (wrong, hiddenWrong)
    let photos = bench.test.subset(places)
    self.photos = photos
    let model = bench.model
    classes = model.card.classes
    let targets = places.map { bench.answers.predictions[$0] }
    let random = try model.replacing(
      model.graph.initialParameters(.heUniform, seed: context.seed ^ 0x5EED))
    var maps: [FaceMaps] = []
    var evidence: [MethodEvidence] = []
    for (index, method) in methods.enumerated() {
      context.progress.step("maps: \(method.title)", Double(index) / Double(methods.count))
      let own = try FaceMaps(method, model, photos, targets: targets, on: context.engine)
      let other = try FaceMaps(method, random, photos, targets: targets, on: context.engine)
      let correlations = own.correlations(with: other).compactMap { $0 }
      maps.append(own)
      evidence.append(
        MethodEvidence(
          method: method.name,
          randomisedCorrelation: correlations.isEmpty
            ? nil : correlations.reduce(0, +) / Double(correlations.count),
          photos: correlations.count, emptyMaps: places.indices.count { own.isEmpty($0) }))
    }
    self.maps = maps
    self.evidence = evidence
    layer = maps.compactMap { $0.explanation.layer?.name }.first ?? model.card.camLayer.name
    let probabilities = bench.answers.probabilities
    let names = classes
    shown = places.enumerated().map { index, place in
      let predicted = bench.answers.predictions[place]
      let entry = bench.test.entries[place]
      return ShownPhoto(
        name: entry.name, label: names.contains(entry.identity) ? entry.identity : nil,
        predicted: names.isEmpty ? "class \(predicted)" : names[predicted],
        probability: probabilities[place, predicted],
        maps: Dictionary(
          uniqueKeysWithValues: methods.map {
            ($0.name, "maps/\(Self.fileName(index, $0.name)).npy")
          }))
    }
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
    for map in maps {
      for index in shown.indices {
        let name = Self.fileName(index, map.method.name)
        try NumPyArray.write(
          map.explanation.map.slice(index), to: folder.file("maps/\(name).npy"))
        try PNGWriter.write(
          map.overlay(index, on: photos.entries[index].image),
          to: folder.file("heatmaps/\(name).png"))
      }
    }
  }
}

extension Gallery {
  /// The summary's figure about the maps.
  var headline: HeadlineFigure? {
    guard let first = evidence.first, let value = first.randomisedCorrelation else { return nil }
    return HeadlineFigure(
      "\(maps[0].method.title) without the weights", value, .decimals(2),
      count: "mean rank correlation over \(first.photos) photos",
      definition: Self.randomisationDefinition,
      tone: first.ignoresWeights ? .bad : .good)
  }

  static let randomisationDefinition =
    "Every weight of the network is drawn anew (Adebayo et al. 2018, all layers at once) and the map "
    + "of the same class computed again; Spearman's rank correlation of the two maps, averaged over "
    + "the photos shown. A map that tells something of the network must change: near 0 is good; at "
    + "0.5 or more the map is of the photo rather than of the network."

  var verdicts: [FacetReport.Verdict] {
    zip(maps, evidence).compactMap { map, evidence in
      guard let value = evidence.randomisedCorrelation else { return nil }
      let number = NumberFormat.decimals(2).string(value)
      return evidence.ignoresWeights
        ? Verdict(
          "\(map.method.title) barely depends on the weights (\(number) with random ones): its maps "
            + "show edges of the photo, not what the network learnt.", tone: .caution)
        : Verdict(
          "\(map.method.title) depends on the weights (\(number) with random ones).", tone: .good)
    }
  }

  var section: ReportSection {
    var lead =
      "\(shown.count) photos, maps for the class the network named; Grad-CAM's layer is \(layer). "
    lead +=
      wrong == 0
      ? "No test photo of a known person is named wrongly."
      : "\(counted(wrong, "photo is", "photos are")) named wrongly and \(wrong == 1 ? "comes" : "come") "
        + "first."
    var blocks: [ReportBlock] = []
    if hiddenWrong > 0 {
      blocks.append(
        .warning(
          "\(hiddenWrong) more photos are named wrongly than fit here; predictions.csv lists all."))
    }
    if let gallery = try? gallery() { blocks.append(.heatmapGallery(gallery)) }
    blocks.append(.table(evidenceTable))
    blocks.append(
      .paragraph(
        "The raw maps are in maps/*.npy (32-bit floats, signs kept), the pictures in heatmaps/*.png."
      ))
    return ReportSection("Where does it look?", lead: lead, blocks)
  }

  private func gallery() throws -> HeatmapGallery {
    let cards = try shown.indices.map { index -> HeatmapCard in
      let photo = shown[index]
      return HeatmapCard(
        photo: try ReportImage(photos.entries[index].image), name: photo.name,
        predicted: photo.predicted, truth: photo.label, probability: Double(photo.probability),
        panels: try maps.map { map in
          HeatmapPanel(
            method: map.method.title, map: try map.picture(index), values: values(map, index))
        })
    }
    return HeatmapGallery(
      scale: ColorScale(
        .heat, HeatmapScale(minimum: 0, maximum: 1), format: .decimals(1), quantity: "strength",
        sharing: "One scale for each method over all photos: 1 is its strongest value anywhere "
          + "(for maps on pixels, the value that one pixel in 200 exceeds)."), cards: cards,
      initialFade: 0.85)
  }

  private func values(_ map: FaceMaps, _ index: Int) -> [FacetReport.Definition] {
    let format = NumberFormat.significant(3)
    var values = [
      Definition("largest", format.string(Double(map.strength.slice(index).maximum)))
    ]
    if map.isEmpty(index) { values = [Definition("map", "nowhere positive: nothing to show")] }
    if index < map.explanation.units.count {
      let unit = map.explanation.units[index]
      values.append(Definition("channel", "\(unit.channel)"))
      values.append(Definition("cell", "\(unit.row), \(unit.column)"))
    }
    return values
  }

  private var evidenceTable: Table {
    Table(
      "How far to trust each method on this network",
      columns: [
        "Method", Table.Column("Same without the weights", help: Self.randomisationDefinition),
        "Photos", "Empty maps", "Reading",
      ],
      rows: zip(maps, evidence).map { map, evidence in
        [
          .text(map.method.title),
          evidence.randomisedCorrelation.map { .number($0, .decimals(2)) } ?? .missing,
          .count(evidence.photos), .count(evidence.emptyMaps),
          evidence.ignoresWeights
            ? .badge("ignores the weights", .caution) : .badge("depends on the weights", .good),
        ]
      })
  }
}
