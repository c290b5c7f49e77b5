import FacetExplain
import FacetFaces
import FacetGraph
import FacetTensor

/// Everything that was found out about one pair.
struct PairFinding {
  let options: VerifyOptions
  let loaded: LoadedModel
  /// First and second.
  let photos: [PairPhoto]
  let calibration: PairCalibration?
  let pairs: FacePairs
  let maps: [PairMaps]
  /// First and second.
  let evidence: [RemovalEvidence]
  let randomisation: PairRandomisation
  let refused: [PairMethods.Refused]
  /// What looks wrong about the network or its input.
  let inputWarnings: [String]
  /// Why there is no decision, or no praise for maps.
  let obstacle: PairObstacle?

  var cosine: Double { pairs.cosines[0] }

  /// `nil` without a threshold, and where there is an obstacle.
  var isAccepted: Bool? {
    obstacle == nil ? calibration.map { cosine >= $0.threshold } : nil
  }

  /// What there is to explain: why the pair is rejected, else what speaks for one person.
  var side: PairSide { isAccepted == false ? .dissimilarity : .similarity }

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
    } else if obstacle == .samePicture {
      warnings.append(
        "Both photos have the same pixels in different files: the cosine of 1 proves nothing.")
    } else if cosine >= 0.95,
      photos[0].perceptualHash.distance(to: photos[1].perceptualHash)
        <= PerceptualHash.nearDuplicateDistance
    {
      warnings.append(
        "Both photos look like one picture in two versions (their perceptual hashes differ in "
          + "\(photos[0].perceptualHash.distance(to: photos[1].perceptualHash)) of 64 bits): to be "
          + "alike then takes no network.")
    }
    if case .blank(let names)? = obstacle {
      warnings.append(
        "There is next to no contrast on \(listed(names)): no face can be on it, and the cosine means "
          + "nothing.")
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
    let embeddings = [pairs.firstEmbeddings, pairs.secondEmbeddings].map { $0.slice(0).scalars }
    if let calibration {
      warnings += calibration.warnings(loaded, photos, embeddings, cosine: cosine)
    }
    return warnings
  }

  /// What is written into a picture of a method's map.
  func label(_ method: Int, _ face: PairFace, _ side: PairSide) -> String? {
    if obstacle?.concernsMaps == true { return "explains nothing" }
    return evidence.first { $0.face == face }?.methods[method].claim(side).label
  }

  /// The raw maps as `maps/*.npy` and the pictures as `heatmaps/*.png`.
  func write(to folder: OutputFolder) throws -> [PairMapFile] {
    var files: [PairMapFile] = []
    for (index, map) in maps.enumerated() {
      for face in PairFace.allCases {
        let photo = photo(face)
        files.append(try map.write(face, photo, Self.mapFile(face, map.method), to: folder))
        for side in PairSide.allCases {
          files.append(
            try map.write(
              face, side, photo, label: map.isFlat(0) ? nil : label(index, face, side),
              Self.heatmapFile(face, map.method, side), to: folder))
        }
      }
    }
    return files
  }
}
