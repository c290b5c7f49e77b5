import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// The strongest units of some layers over a data set, their patches and their projections.
struct LayerStudy: Sendable {
  /// Of each layer, in the network's order.
  let findings: [LayerFinding]
  /// The layers' pictures, in the same order.
  let sheets: [UnitSheet]
  /// One photo layer by layer.
  let view: LayerView
  /// Some of the network's inputs, for checks of their range.
  let firstTensors: [Tensor]

  /// Feature maps shown of a layer of the photo, in a row and in a column.
  static let side = 6
  /// Photos decoded at once.
  private static let batch = 64

  init(
    _ model: Model, _ layers: [LayerPath], _ photos: PhotoShelf, _ options: LayersJob.Options,
    _ context: JobContext
  ) throws {
    var search = try UnitSearch(model, layers: layers, kept: options.images)
    var first: [Tensor] = []
    for start in stride(from: 0, to: photos.count, by: Self.batch) {
      let range = start..<min(start + Self.batch, photos.count)
      let images = try photos.load(Array(range)).tensors
      if first.isEmpty { first = Array(images.prefix(8)) }
      try search.add(model.batch(images), from: start, real: range.count, on: context.engine)
      context.progress.step(
        "searching the photos", Double(range.upperBound) / Double(photos.count))
    }
    firstTensors = first
    view = try LayerView(
      model, search.layers, photos.load([0]).entries[0], side: Self.side,
      unpooling: options.unpooling, on: context.engine)
    var findings: [LayerFinding] = []
    var sheets: [UnitSheet] = []
    for (index, layer) in search.layers.enumerated() {
      context.progress.step("projecting", Double(index) / Double(search.layers.count))
      let units = search.units(of: index)
      let shown = units.prefix(options.units).filter { !$0.isSilent }
      let sheet = try UnitSheet(model, layer, shown, photos, options, on: context.engine)
      sheets.append(sheet)
      findings.append(
        LayerFinding(
          layer: layer, channels: units.count, height: view.layers[index].size.height,
          width: view.layers[index].size.width, receptiveField: sheet.field,
          silentUnits: units.count { $0.isSilent }, units: sheet.findings(photos),
          sheet: sheet.file))
    }
    self.findings = findings
    self.sheets = sheets
  }

  /// Writes the contact sheets.
  func write(to folder: OutputFolder) throws {
    for sheet in sheets { try PNGWriter.write(sheet.picture, to: folder.file(sheet.file)) }
    for layer in view.layers {
      try PNGWriter.write(layer.activations, to: folder.file(layer.file))
    }
  }
}

extension Model {
  /// Images as a batch; a graph made for one batch size gets a multiple of it, filled up with the last
  /// image.
  func batch(_ images: [Tensor]) -> Tensor {
    guard let fixed = graph.fixedBatch, let last = images.last else { return .stack(images) }
    let missing = (fixed - images.count % fixed) % fixed
    return .stack(images + Array(repeating: last, count: missing))
  }
}
