import FacetEvaluation
import FacetGraph
import FacetImage
import FacetTensor

/// A model's answers for the five crops of every test photo of a known person.
struct CropBench {
  struct Photo {
    let entry: FaceImages.Entry
    let label: Int
    /// The whole photo, a seventh larger than the network's input (256 for 224).
    let frame: Image
    let crops: [Crop]
  }

  let photos: [Photo]
  /// `[photos, positions, classes]`.
  let logits: Tensor
  /// Embeddings of each position, `[photos, D]`.
  let embeddings: [Tensor]

  /// Height and width of the frame for a network's input: 256 for 224.
  static func frameSize(_ input: InputCard) -> Extent {
    func larger(_ side: Int) -> Int { (side * 256 + 112) / 224 }
    return Extent(larger(input.height), larger(input.width))
  }

  init(_ bench: TestBench, _ context: JobContext) throws {
    let input = bench.model.card.input
    let size = Self.frameSize(input)
    var preprocessing = input.preprocessing
    (preprocessing.height, preprocessing.width) = (size.height, size.width)
    if case .shorterSide(let length) = preprocessing.resize {
      preprocessing.resize = .shorterSide(max(length, size.height, size.width))
    }
    let frames = try FaceImages.load(bench.faces, bench.parts.test, preprocessing)
    photos = try bench.known.map { place, label in
      let frame = frames.entries[place].image
      return Photo(
        entry: frames.entries[place], label: label, frame: frame,
        crops: try frame.fiveCrops(width: input.width, height: input.height))
    }
    let fitting = input.preprocessing
    let predictor = Predictor(bench.model, engine: context.engine)
    var answers: [Answers] = []
    for position in CropPosition.allCases.indices {
      answers.append(
        try predictor.answers(
          photos.map { fitting.tensor(fitted: $0.crops[position].image) },
          progress: context.progress,
          phase: "crop \(position + 1) of \(CropPosition.allCases.count)"))
    }
    embeddings = answers.map(\.embeddings)
    let classes = answers[0].logits.shape[1]
    logits = Tensor(
      [photos.count, answers.count, classes],
      photos.indices.flatMap { photo in
        answers.flatMap { Array($0.logits.slice(photo).scalars) }
      })
  }

  /// The mean of the crops' unit embeddings: what five crops together say of a face.
  var fusedEmbeddings: Tensor {
    let units = embeddings.map(\.unitRows)
    return units.dropFirst().reduce(units[0], +)
  }

  /// Verification pairs under a set of embeddings.
  func pairs(_ embeddings: Tensor, seed: UInt64) -> [ScoredPair] {
    CosineScores.score(
      embeddings, names: photos.map(\.entry.name), identities: photos.map(\.entry.identity),
      pairs: CosineScores.pairs(labels: photos.map(\.label), seed: seed).pairs)
  }
}

extension Tensor {
  /// Every row divided by its length; zero rows stay.
  var unitRows: Tensor {
    .stack(
      (0..<shape[0]).map { row in
        let values = slice(row)
        let norm = values.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return norm > 0 ? values * Float(1 / norm) : values
      })
  }
}
