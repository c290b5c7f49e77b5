import FacetEngine
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
  package let preprocessing: Preprocessing
  private let seed: UInt64

  /// Photos from this number on belong to no data set that Facet draws.
  private static let firstPhoto = 20_000
  /// Drawn where the network knows none by name.
  static let mostPeople = 12

  /// Draws `count` photos of the people that the network knows, or of the first ones when it knows none
  /// by name. Nothing stands before the faces.
  package init(_ model: Model, count: Int, _ context: JobContext) throws {
    preprocessing = model.card.input.preprocessing
    seed = context.seed
    let known = (0..<256).filter { model.card.classes.contains(PeopleNames.name(of: $0)) }
    // Fewer than two known by name are a coincidence of names.
    let people = known.count > 1 ? known : Array(0..<Self.mostPeople)
    let artist = Artist(preprocessing)
    context.progress.step("drawing faces", 0)
    photos = context.engine.parallel.map(count) { [seed] index in
      let person = people[index % people.count]
      let code = FaceCode.random(seed: seed, identity: person)
      var variation = FaceVariation.random(
        seed: seed, identity: person, index: Self.firstPhoto + index / people.count)
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
    recognised =
      known.count > 1
      ? zip(names, targets).count { model.card.classes[$1] == $0 } : nil
  }

  /// The face of a person of the same world.
  package func code(_ person: Int) -> FaceCode { .random(seed: seed, identity: person) }

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
