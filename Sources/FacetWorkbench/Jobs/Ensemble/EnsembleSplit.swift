import FacetFaces

/// A split into four: candidates are trained on `train`, stopped and chosen on `selection`, score
/// thresholds come from `calibration`, and `test` is touched once.
package struct EnsembleSplit: Sendable {
  package let train: [Int]
  package let selection: [Int]
  package let calibration: [Int]
  package let test: [Int]
  package let notes: [StratifiedSplit.Note]

  /// Half for training, a sixth for selection, a twelfth for calibration, a quarter for the test,
  /// person by person.
  package init(of faces: FaceSet, seed: UInt64) throws {
    let split = try StratifiedSplit(
      of: faces, seed: seed, fractions: .init(train: 0.5, calibration: 0.25, test: 0.25))
    var selection: [Int] = []
    var calibration: [Int] = []
    // Of each person's held-out photos every third is for thresholds.
    let byPerson = Dictionary(grouping: split.calibration) { faces.photos[$0].identity }
    for (_, photos) in byPerson.sorted(by: { $0.key < $1.key }) {
      for (index, photo) in photos.enumerated() {
        if index % 3 == 2 { calibration.append(photo) } else { selection.append(photo) }
      }
    }
    train = split.train
    self.selection = selection.sorted()
    self.calibration = calibration.sorted()
    test = split.test
    notes = split.notes
    guard !selection.isEmpty, !test.isEmpty else {
      throw WorkbenchError.badData(
        "an ensemble needs photos to choose members on and others to judge them on; with "
          + "\(faces.photos.count) photos of \(faces.identities.count) people there are "
          + "\(selection.count) and \(test.count)")
    }
  }
}
