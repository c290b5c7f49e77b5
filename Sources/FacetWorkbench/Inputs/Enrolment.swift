import FacetEngine
import FacetFaces
import FacetGraph
import FacetReport
import FacetTensor

/// People made known to a network that only compares faces: each one's mean embedding becomes a class.
struct Enrolment {
  /// The network with the people for classes.
  let model: Model
  /// By what cosines are multiplied before the softmax.
  let scale: Float
  /// The photos that were enrolled.
  let photos: FaceImages
  /// Photos of the gallery that were asked about, and so not enrolled.
  private var leftOut = 0

  /// ArcFace's scale (Deng et al. 2019, section 3.1), and the largest here: where no enrolled photo is
  /// nearer to another person, no finite scale would be the likeliest.
  static let largestScale: Float = 64

  /// What is to be known of a network that only compares faces where nobody was enrolled.
  static let missing =
    "the network compares faces, so a class is one number of its embedding; --gallery FOLDER gives it "
    + "people to tell apart."

  /// - Throws: `badData` when the photos are of fewer than two people.
  init(_ photos: FaceImages, into model: Model, _ context: JobContext) throws {
    let people = Set(photos.identities).sorted()
    guard people.count > 1 else {
      throw WorkbenchError.badData(
        "\(counted(people.count, "person", "people")) to enrol; at least two are needed to tell one "
          + "from another")
    }
    let numbers = Dictionary(
      people.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let embeddings = try Predictor(model, engine: context.engine)
      .answers(photos.tensors, progress: context.progress, phase: "enrolling people").embeddings
    let gallery = References(
      embeddings, people: photos.identities.compactMap { numbers[$0] }, count: people.count)
    scale = gallery.likeliestScale(upTo: Self.largestScale)
    self.model = try model.enrolling(people, references: gallery.means, scale: scale)
    self.photos = photos
  }

  /// All people of a folder.
  ///
  /// - Parameter asked: images that are asked about; a photo that is one of them would know itself, and
  ///   is not enrolled.
  init(
    gallery path: String, into model: Model, asked: [Tensor] = [], _ context: JobContext
  ) throws {
    let gallery = try context.faces(path)
    let photos = try FaceImages.load(
      gallery, Array(gallery.photos.indices), model.card.input.preprocessing,
      progress: context.progress)
    let others = photos.filter { !asked.contains($0.tensor) }
    try self.init(others, into: model, context)
    leftOut = photos.count - others.count
  }

  /// For a network without classes: the people of a gallery, or of one half of each person's photos,
  /// chosen by the seed, near-duplicates on one side. `nil` for a network that has classes, when no
  /// gallery is given.
  init?(
    _ model: Model, _ faces: FaceSet, gallery: FaceSet?, _ context: JobContext
  ) throws {
    guard gallery != nil || model.onlyCompares else { return nil }
    if let gallery {
      let photos = Array(gallery.photos.indices)
      try self.init(
        FaceImages.load(
          gallery, photos, model.card.input.preprocessing, progress: context.progress),
        into: model, context)
      return
    }
    let halves = StratifiedSplit.Fractions(train: 0.5, calibration: 0, test: 0.5)
    let split = try StratifiedSplit(of: faces, seed: context.seed, fractions: halves)
    try self.init(
      FaceImages.load(
        faces, split.train, model.card.input.preprocessing, progress: context.progress),
      into: model, context)
  }

  /// What to tell the reader, one sentence.
  var description: String {
    "\(counted(photos.count, "photo")) of \(counted(model.card.classes.count, "person", "people")) "
      + "\(photos.count == 1 ? "was" : "were") enrolled: a photo's answer is the person whose mean "
      + "embedding is nearest by cosine, and its probability a softmax of "
      + "\(NumberFormat.significant(3).string(Double(scale))) times the cosines."
      + (leftOut == 0
        ? ""
        : " \(counted(leftOut, "photo")) of the gallery \(leftOut == 1 ? "is" : "are") asked about and "
          + "so not enrolled.")
  }
}

extension Model {
  /// Whether the network's output is an embedding: it compares faces and has no classes.
  var onlyCompares: Bool {
    card.classes.isEmpty
      && (try? graph.node(at: card.embeddingLayer).path) == graph.scoreLayer
  }
}
