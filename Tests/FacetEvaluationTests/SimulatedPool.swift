import FacetEvaluation
import FacetTensor

/// A pool of candidates with known faults, for tests of ensembles.
///
/// Candidates of one group err on the same images and look at the same cells; those of different
/// groups err independently.
struct SimulatedPool {
  let pool: CandidatePool

  /// - Parameters:
  ///   - groups: the group of each candidate; those of a group look alike and err alike.
  init(groups: [Int], people: Int = 12, imagesEach: Int = 6, seed: UInt64 = 1) throws {
    let labels = (0..<people * imagesEach).map { $0 / imagesEach }
    func outputs(_ set: Int) throws -> CandidateOutputs {
      let tensors = groups.indices.map { candidate -> Tensor in
        var values: [Float] = []
        for (image, label) in labels.enumerated() {
          var shared = RandomStream(seed: seed, set, 1, image, groups[candidate])
          var own = RandomStream(seed: seed, set, 2, image, candidate)
          let groupErrs = shared.happens(0.25)
          let wrong = (label + 1 + Int(shared.uniform() * Float(people - 1))) % people
          var row = (0..<people).map { _ in 0.2 + 0.05 * own.uniform() }
          row[label] += groupErrs ? 0.5 : 1
          row[wrong] += groupErrs ? 0.8 : 0
          let sum = row.reduce(0, +)
          values += row.map { $0 / sum }
        }
        return Tensor([labels.count, people], values)
      }
      return try CandidateOutputs(probabilities: tensors, labels: labels)
    }
    func scores(_ set: Int) throws -> CandidateScores {
      let base = SimulatedPeople(people: people, images: 4, seed: seed, stream: set).pairs
      let pairs = base.map {
        ScoredPair(
          probe: "\($0.probe)-\(set)", reference: "\($0.reference)-\(set)", same: $0.same, score: 0)
      }
      let lists = groups.indices.map { candidate in
        var own = RandomStream(seed: seed, set, 3, candidate)
        // Candidates score on scales of their own.
        return base.map { ($0.score + Double(own.normal()) * 0.5) * Double(candidate + 1) - 3 }
      }
      return try CandidateScores(pairs: pairs, scores: lists)
    }
    let names = groups.indices.map { "net\($0)" }
    let maps = groups.indices.map { candidate in
      Tensor(
        [labels.count, 16],
        labels.indices.flatMap { image in
          var own = RandomStream(seed: seed, 4, image, candidate)
          return (0..<16).map { cell -> Float in
            (cell / 4 == groups[candidate] % 4 ? 1 : 0) + 0.3 * own.uniform()
          }
        })
    }
    pool = try CandidatePool(
      names: names, selection: outputs(0), test: outputs(1),
      similarity: SaliencySimilarity(candidates: names, maps: maps), calibrationScores: scores(2),
      testScores: scores(3))
  }
}
