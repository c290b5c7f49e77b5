import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// What `results.json` holds of one pair.
struct VerifyResult: Encodable, Sendable {
  struct Face: Encodable, Sendable {
    let path: String
    let sha256: String
    /// In pixels, as in the file.
    let width: Int
    let height: Int
  }

  struct Threshold: Encodable, Sendable {
    /// `nil` accepts nothing.
    let value: Double?
    let definition = "EER of the calibration pairs, FVC2000"
    let genuine: Int
    let impostor: Int
    let identities: Int
    let eer: EqualErrorRate
    let eerInterval: ConfidenceInterval?
    let fmr: Proportion
    let fmrInterval: ConfidenceInterval?
    let fnmr: Proportion
    let fnmrInterval: ConfidenceInterval?
    /// Calibration pairs of two people that are at least as alike as this pair.
    let impostorsAtLeast: Proportion
    /// Calibration pairs of one person that are less alike than this pair.
    let genuineBelow: Proportion
  }

  struct Map: Encodable, Sendable {
    let face: PairFace
    /// Relative to the output folder: the raw signed map.
    let map: String
    let minimum: Float
    let maximum: Float
    /// The part of the cosine that no cell has, and what the sum lacks, of the additive map.
    let remainder: Float?
    let completenessGap: Float?
    /// Masks or windows that the map is made of; `nil` for methods that don't sample.
    let samples: Int?
  }

  struct Method: Encodable, Sendable {
    let name: String
    let layer: String?
    let options: [String: String]
    /// Whether there is nothing to show: a gradient at a cosine of 1, or a constant map.
    let isFlat: Bool
    let maps: [Map]
  }

  let faces: [Face]
  let isAligned: Bool
  let cosine: Double
  /// `accepted` or `rejected`; `nil` without a threshold, and where ``noDecision`` says why.
  let decision: String?
  let noDecision: String?
  let threshold: Threshold?
  let methods: [Method]
  /// By method, why it could not be had.
  let refused: [String: String]
  let removedShare = RemovalEvidence.share
  let removal: [RemovalEvidence]
  /// On both faces: too few to call a method by, and shown beside.
  let randomisation: PairRandomisation
  /// Every file of a map, and what it is of.
  let files: [PairMapFile]
  let warnings: [String]

  init(_ finding: PairFinding, _ files: [PairMapFile]) {
    faces = finding.photos.map {
      Face(path: $0.path, sha256: $0.hash, width: $0.width, height: $0.height)
    }
    isAligned = finding.options.isAligned
    cosine = finding.cosine
    decision = finding.isAccepted.map { $0 ? "accepted" : "rejected" }
    noDecision = finding.obstacle?.reason
    threshold = finding.calibration.map { calibration in
      let rates = calibration.rates
      return Threshold(
        value: rates.threshold, genuine: calibration.report.genuine,
        impostor: calibration.report.impostor, identities: calibration.report.identities,
        eer: calibration.report.eer, eerInterval: calibration.report.eerInterval,
        fmr: rates.fmr, fmrInterval: rates.fmrInterval, fnmr: rates.fnmr,
        fnmrInterval: rates.fnmrInterval,
        impostorsAtLeast: calibration.impostors(atLeast: finding.cosine),
        genuineBelow: calibration.genuine(below: finding.cosine))
    }
    methods = finding.maps.map { map in
      Method(
        name: map.method.name, layer: map.explanation.first.layer?.name,
        options: map.explanation.first.options, isFlat: map.isFlat(0),
        maps: PairFace.allCases.map { face in
          let found = map.explanation(face)
          return Map(
            face: face, map: PairFinding.mapFile(face, map.method), minimum: found.map.minimum,
            maximum: found.map.maximum, remainder: found.remainders.first,
            completenessGap: found.completenessGaps.first, samples: found.samples.first)
        })
    }
    refused = Dictionary(
      finding.refused.map { ($0.method.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
    removal = finding.evidence
    randomisation = finding.randomisation
    self.files = files
    warnings = finding.warnings
  }
}
