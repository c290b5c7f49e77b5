import FacetEngine
import FacetEvaluation
import FacetFaces
import FacetGraph
import FacetImage
import FacetTensor
import FacetThreads

/// Faces drawn for a network's input, with the truth about every pixel.
package struct DrawnFaces: Sendable {
  /// One drawn photo.
  package struct Photo: Sendable {
    package let person: Int
    package let code: FaceCode
    package let variation: FaceVariation
    package let drawing: Drawing
  }

  /// What was drawn, as the network sees it.
  package struct Drawing: Sendable {
    package let picture: Image
    /// `[C, H, W]`.
    package let tensor: Tensor
    /// For each pixel of the input, rows from the top.
    package let parts: [FacePart]
    package let regions: [FaceRegion]
  }

  package let photos: [Photo]
  /// With the classes the network answered.
  package let watched: WatchedFaces
  /// Photos that were named rightly; `nil` when the network's classes aren't drawn people.
  package let recognised: Int?
  /// The share that guessing would name rightly.
  package let chance: Double
  package let preprocessing: Preprocessing
  /// What the people were drawn from: another seed has others under the same names.
  package let world: UInt64

  /// Photos from this number on belong to no data set that Facet draws.
  private static let firstPhoto = 20_000
  /// Drawn where the network knows none by name: enough for intervals over people.
  static let mostPeople = 24

  /// Draws `count` photos of the people that the network knows, or of strangers when it knows nobody by
  /// name. Nothing stands before the faces.
  ///
  /// A network trained on drawn people knows those of one seed. It is that of its training, as in `facet
  /// demo`, or the run's own: the one whose people are named rightly more often.
  package init(_ model: Model, count: Int, _ context: JobContext) throws {
    context.progress.step("drawing faces", 0)
    let known = (0..<256).filter { model.card.classes.contains(PeopleNames.name(of: $0)) }
    // Fewer than two known by name are a coincidence of names.
    let people = known.count > 1 ? known : Array(0..<Self.mostPeople)
    let trained = known.count > 1 ? model.card.training?.seed : nil
    let worlds = [trained, context.seed].compactMap { $0 }
    var best: DrawnFaces?
    for world in worlds.indices where worlds.firstIndex(of: worlds[world]) == world {
      let faces = try DrawnFaces(
        model, people, knows: known.count > 1, world: worlds[world], count: count, context)
      if (faces.recognised ?? 0) > (best?.recognised ?? -1) { best = faces }
    }
    self =
      try best
      ?? DrawnFaces(model, people, knows: false, world: context.seed, count: count, context)
  }

  private init(
    _ model: Model, _ people: [Int], knows: Bool, world: UInt64, count: Int, _ context: JobContext
  ) throws {
    preprocessing = model.card.input.preprocessing
    self.world = world
    let artist = Artist(preprocessing)
    photos = context.engine.parallel.map(count) { index in
      let person = people[index % people.count]
      let code = FaceCode.random(seed: world, identity: person)
      var variation = FaceVariation.random(
        seed: world, identity: person, index: Self.firstPhoto + index / people.count)
      variation.occluder = FaceOccluder()
      return Photo(
        person: person, code: code, variation: variation, drawing: artist.draw(code, variation))
    }
    let targets = try Predictor(model, engine: context.engine)
      .answers(photos.map(\.drawing.tensor)).predictions
    let names = photos.map { PeopleNames.name(of: $0.person) }
    watched = WatchedFaces(
      names: zip(names, photos.indices).map { "\($0) \($1 / people.count + 1)" },
      pictures: photos.map(\.drawing.picture), tensors: photos.map(\.drawing.tensor),
      people: names, targets: targets)
    recognised = knows ? zip(names, targets).count { model.card.classes[$1] == $0 } : nil
    chance = 1 / Double(max(model.card.classes.count, 1))
  }

  /// Whether the network knows the people by name but not by their faces: no more of them are named
  /// rightly than by guessing, by the exact interval of the rate.
  package var areStrangersUnderKnownNames: Bool {
    guard let recognised, !photos.isEmpty else { return false }
    return Proportion(recognised, of: photos.count).interval.low <= chance
  }

  /// The face of a person of the same world.
  package func code(_ person: Int) -> FaceCode { .random(seed: world, identity: person) }

  /// Draws variants of photos on all cores.
  package func draw(
    _ variants: [(code: FaceCode, variation: FaceVariation, removing: Set<FacePart>)],
    on engine: Engine
  ) -> [Drawing] {
    let artist = Artist(preprocessing)
    return engine.parallel.map(variants.count) {
      artist.draw(variants[$0].code, variants[$0].variation, removing: variants[$0].removing)
    }
  }
}

/// Draws faces at the size of a network's input, so that no resizing blurs what is where.
struct Artist: Sendable {
  let preprocessing: Preprocessing
  private let size: Int

  init(_ preprocessing: Preprocessing) {
    self.preprocessing = preprocessing
    let side = max(preprocessing.height, preprocessing.width)
    let wanted =
      switch preprocessing.resize {
      case .stretch: side
      case .shorterSide(let length): max(length, side)
      }
    size = min(max(wanted, FaceRenderer.sizes.lowerBound), FaceRenderer.sizes.upperBound)
  }

  func draw(
    _ code: FaceCode, _ variation: FaceVariation, removing: Set<FacePart> = []
  ) -> DrawnFaces.Drawing {
    let face = FaceRenderer().render(code, variation, size: size, removing: removing)
    let picture = preprocessing.fitted(face.image)
    let regions = face.regions(variation.pose)
    let sources = (0..<preprocessing.height * preprocessing.width).map(source)
    return DrawnFaces.Drawing(
      picture: picture, tensor: preprocessing.tensor(fitted: picture),
      parts: sources.map { FacePart(rawValue: face.labels[$0]) ?? .background },
      regions: sources.map { regions[$0] })
  }

  /// The pixel of the drawing that pixel `index` of the input shows.
  private func source(_ index: Int) -> Int {
    let (height, width) = (preprocessing.height, preprocessing.width)
    let (y, x) = (index / width, index % width)
    guard case .shorterSide = preprocessing.resize else {
      return (y * size + size / 2) / height * size + (x * size + size / 2) / width
    }
    let corner = CropPosition.center.origin(
      cropWidth: width, cropHeight: height, imageWidth: size, imageHeight: size)
    return (corner.y + y) * size + corner.x + x
  }
}
