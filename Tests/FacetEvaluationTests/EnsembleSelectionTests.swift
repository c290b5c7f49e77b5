import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct EnsembleSelectionTests {
  /// Outputs of candidates that put all their probability on the given classes.
  private func outputs(_ decisions: [[Int]], labels: [Int], classes: Int = 3) throws
    -> CandidateOutputs
  {
    try CandidateOutputs(
      probabilities: decisions.map { list in
        Tensor(
          [list.count, classes],
          list.flatMap { d in (0..<classes).map { $0 == d ? Float(1) : 0 } })
      }, labels: labels)
  }

  @Test func filterKeepsTwoPoints() throws {
    // Accuracies 1, .98, .97 and .5 of a hundred images.
    let labels = [Int](repeating: 0, count: 100)
    let decisions = [0, 2, 3, 50].map { wrong in (0..<100).map { $0 < wrong ? 1 : 0 } }
    let pool = try outputs(decisions, labels: labels)
    #expect(pool.accuracies == [1, 0.98, 0.97, 0.5])
    let flat = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    #expect(try EnsembleSelection(outputs: pool, similarity: flat).kept == [0, 1])
    #expect(
      try EnsembleSelection(outputs: pool, similarity: flat, tolerance: 0.03).kept == [0, 1, 2])
    let narrow = try EnsembleSelection(outputs: pool, similarity: flat)
    #expect(throws: EvaluationError.tooFewCandidates(kept: 2, of: 4, needed: 3)) {
      try narrow.saliencyDiverse(size: 3)
    }
    #expect(throws: EvaluationError.self) { try narrow.saliencyDiverse(size: 1) }
    #expect(throws: EvaluationError.self) { try narrow.saliencyDiverse(size: 2, lambda: 1.5) }
    #expect(throws: EvaluationError.self) {
      try EnsembleSelection(outputs: pool, similarity: [[1]])
    }
  }

  @Test func choiceByHand() throws {
    // All candidates are equally good; 0 and 2 are least alike, as are 1 and 3: the first wins.
    let labels = [0, 1, 2, 0]
    let pool = try outputs([labels, labels, labels, labels], labels: labels)
    let similarity = [
      [1, 0.9, 0.2, 0.6], [0.9, 1, 0.7, 0.2], [0.2, 0.7, 1, 0.8], [0.6, 0.2, 0.8, 1],
    ]
    let selection = try EnsembleSelection(outputs: pool, similarity: similarity)
    let choice = try selection.saliencyDiverse(size: 2)
    #expect(choice.members == [0, 2])
    #expect(abs(choice.objective - (0.5 * 1 + 0.5 * 0.8)) < 1e-12)
    #expect(choice.selectionAccuracy == 1 && choice.meanSimilarity == 0.2)
    #expect(try selection.leastDiverse(size: 2).members == [0, 1])
    #expect(try selection.topByAccuracy(size: 2).members == [0, 1])
    #expect(selection.bestSingle().members == [0])
    #expect(selection.bestSingle().meanSimilarity == nil)
    #expect(selection.all().members == [0, 1, 2, 3])
    #expect(try selection.greedy(size: 3).members == [0, 0, 0])
  }

  @Test func predictionDiversityLooksAtDecisions() throws {
    // Candidates 0 and 1 decide alike, 2 errs elsewhere.
    let labels = [0, 0, 0, 0, 0, 0]
    let pool = try outputs(
      [[1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]], labels: labels)
    let alike = [[Double]](repeating: [1, 1, 1], count: 3)
    let selection = try EnsembleSelection(outputs: pool, similarity: alike)
    #expect(try selection.predictionDiverse(size: 2).members == [0, 2])
    #expect(pool.disagreement[0][2] == 2.0 / 6 && pool.disagreement[0][1] == 0)
  }

  @Test func greedyTakesWhatHelps() throws {
    // 0 is best alone; adding 2 repairs an error of 0, adding 1 repairs none.
    let pool = try CandidateOutputs(
      probabilities: [
        Tensor([3, 2], [0.9, 0.1, 0.9, 0.1, 0.45, 0.55]),
        Tensor([3, 2], [0.9, 0.1, 0.9, 0.1, 0.40, 0.60]),
        Tensor([3, 2], [0.9, 0.1, 0.2, 0.8, 0.80, 0.20]),
      ], labels: [0, 0, 0])
    let flat = [[Double]](repeating: [0, 0, 0], count: 3)
    let selection = try EnsembleSelection(outputs: pool, similarity: flat, tolerance: 1)
    let greedy = try selection.greedy(size: 2)
    #expect(greedy.members == [0, 2] && greedy.selectionAccuracy == 1)
  }

  /// The enumeration against three nested loops.
  @Test(arguments: [0.0, 0.3, 0.5, 1.0]) func choiceAgainstLoops(_ lambda: Double) throws {
    let pool = try SimulatedPool(groups: [0, 1, 0, 2, 1, 3, 2, 0]).pool
    let matrix = pool.similarity.pearson
    let selection = try EnsembleSelection(
      outputs: pool.selection, similarity: matrix, tolerance: 1)
    var best: (members: [Int], objective: Double) = ([], -1)
    for a in 0..<8 {
      for b in a + 1..<8 {
        for c in b + 1..<max(b + 1, 8) {
          let similarity = (matrix[a][b] + matrix[a][c] + matrix[b][c]) / 3
          let accuracy = pool.selection.accuracy(of: [a, b, c])
          let objective = (1 - lambda) * accuracy + lambda * (1 - similarity)
          if objective > best.objective + 1e-12 { best = ([a, b, c], objective) }
        }
      }
    }
    let choice = try selection.saliencyDiverse(size: 3, lambda: lambda)
    #expect(choice.members == best.members)
    #expect(abs(choice.objective - best.objective) < 1e-12)
  }

  @Test func calibrations() throws {
    let scores = try ScoreSet(genuine: [5, 6, 7], impostor: [1, 3])
    let z = ScoreCalibration(.zNorm, fitting: scores)
    // Impostor mean 2, population s.d. 1.
    #expect(z.scale == 1 && z(2) == 0 && z(5) == 3)
    let constant = ScoreCalibration(
      .zNorm, fitting: try ScoreSet(genuine: [1], impostor: [4, 4]))
    #expect(constant.scale == 1 && constant(4) == 0)
  }

  @Test func plattIsALogisticOptimum() throws {
    var random = RandomStream(seed: 6)
    let genuine = (0..<80).map { _ in Double(random.normal()) * 3 + 104 }
    let impostor = (0..<300).map { _ in Double(random.normal()) * 3 + 100 }
    let fit = ScoreCalibration(.platt, fitting: try ScoreSet(genuine: genuine, impostor: impostor))
    // At the optimum residuals sum to zero, and so do residuals times score.
    func probability(_ s: Double) -> Double { 1 / (1 + exp(-fit(s))) }
    let high = 81.0 / 82
    let low = 1.0 / 302
    let residuals =
      genuine.map { (probability($0) - high, $0) } + impostor.map { (probability($0) - low, $0) }
    #expect(abs(residuals.reduce(0) { $0 + $1.0 }) < 1e-6)
    #expect(abs(residuals.reduce(0) { $0 + $1.0 * ($1.1 - 100) }) < 1e-6)
    #expect(fit.scale > 0)
    let separable = ScoreCalibration(
      .platt, fitting: try ScoreSet(genuine: [3, 4], impostor: [1, 2]))
    #expect(separable.scale.isFinite && separable.scale > 0 && separable.offset.isFinite)
    let flat = ScoreCalibration(.platt, fitting: try ScoreSet(genuine: [1, 1], impostor: [1]))
    #expect(flat.scale.isFinite && flat.offset.isFinite)
  }
}
