import FacetExplain
import FacetFiles
import FacetGraph
import FacetImage
import FacetTensor
import FacetZoo

/// Everything that was found out about one pair.
struct PairFinding {
  let options: VerifyJob.Options
  let loaded: LoadedModel
  /// First and second.
  let photos: [PairPhoto]
  let calibration: PairCalibration?
  let pairs: FacePairs
  let maps: [PairMaps]
  /// First and second.
  let evidence: [RemovalEvidence]
  let refused: [PairMethods.Refused]
  /// What looks wrong about the network or its input.
  let inputWarnings: [String]

  var cosine: Double { pairs.cosines[0] }

  /// `nil` without a threshold.
  var isAccepted: Bool? { calibration.map { cosine >= $0.threshold } }

  func photo(_ face: PairFace) -> PairPhoto { photos[face == .first ? 0 : 1] }

  static func mapFile(_ face: PairFace, _ method: PairMethod) -> String {
    "maps/\(face.rawValue)-\(method.name).npy"
  }

  static func heatmapFile(_ face: PairFace, _ method: PairMethod, _ side: PairSide) -> String {
    "heatmaps/\(face.rawValue)-\(method.name)-\(side.rawValue).png"
  }

  /// What the budget left of the methods that sample; `nil` without one.
  private var budgetWarning: String? {
    guard let use = BudgetUse(seconds: options.budget, []) else { return nil }
    let used = maps.filter(\.method.isSampled).map { map in
      let samples = PairFace.allCases.map { "\(map.explanation($0).samples.first ?? 0)" }
      return "\(map.method.title) is of \(listed(samples)) "
        + (map.method == .corrRISE ? "of \(options.masks) masks" : "windows")
    }
    return
      "Within the budget of \(use.text), \(listed(used)) on the two faces. Fewer make a coarser or "
      + "noisier map."
  }

  /// What to beware of, in whole sentences.
  var warnings: [String] {
    var warnings = inputWarnings.map(\.sentence)
    if let budgetWarning { warnings.append(budgetWarning) }
    if photos[0].hash == photos[1].hash {
      warnings.append(
        "Both photos are the same file, byte for byte: the cosine of 1 proves nothing, and its gradient "
          + "is zero.")
    }
    if let record = loaded.model.card.training {
      let seen = Set(record.train)
      let known = photos.filter { seen.contains($0.hash) }.map(\.name)
      if !known.isEmpty {
        warnings.append(
          "The network was trained on \(listed(known)), so it is more alike to it than a new photo."
        )
      }
    }
    let stretched = photos.filter { abs($0.stretch - 1) > 0.02 }
    if options.isAligned, !stretched.isEmpty {
      warnings.append(
        "Said to be aligned, but of other proportions than the network's input: "
          + listed(stretched.map { "\($0.name) (\($0.width)x\($0.height))" }) + ".")
    }
    if !options.isAligned {
      warnings.append(
        "No alignment was done: each photo was fitted to the input as the network's card says. A network "
          + "trained on aligned faces should be given aligned ones (--aligned).")
    }
    if let calibration { warnings += calibration.warnings(loaded, photos, cosine: cosine) }
    return warnings
  }

  /// The raw maps as `maps/*.npy` and the pictures as `heatmaps/*.png`.
  func write(to folder: OutputFolder) throws {
    for map in maps {
      for face in PairFace.allCases {
        try NumPyArray.write(
          map.explanation(face).map.slice(0), to: folder.file(Self.mapFile(face, map.method)))
        for side in PairSide.allCases {
          try PNGWriter.write(
            map.overlay(face, side, 0, on: photo(face).image),
            to: folder.file(Self.heatmapFile(face, map.method, side)))
        }
      }
    }
  }
}
