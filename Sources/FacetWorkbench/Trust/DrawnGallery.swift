import FacetEngine
import FacetFaces
import FacetGraph
import FacetImage
import FacetTensor
import FacetThreads

extension DrawnFaces {
  /// Photos by which a network that only compares faces comes to know the people that are drawn for it
  /// later, on other photos.
  static func gallery(for model: Model, _ context: JobContext) -> FaceImages {
    let preprocessing = model.card.input.preprocessing
    let artist = Artist(preprocessing)
    context.progress.step("drawing people to enrol", 0)
    let entries = context.engine.parallel.map(mostPeople * photosToEnrol) { index in
      let (person, number) = (index / photosToEnrol, index % photosToEnrol)
      var variation = FaceVariation.random(
        seed: context.seed, identity: person, index: firstPhotoToEnrol + number)
      variation.occluder = FaceOccluder()
      let drawing = artist.draw(
        FaceCode.random(seed: context.seed, identity: person), variation)
      let name = PeopleNames.name(of: person)
      return FaceImages.Entry(
        name: "\(name) \(number + 1)", identity: name,
        hash: "drawn \(context.seed) \(person) \(firstPhotoToEnrol + number)",
        image: drawing.picture, tensor: drawing.tensor)
    }
    return FaceImages(entries: entries, preprocessing: preprocessing)
  }

  private static let photosToEnrol = 4
  /// No photo of a data set, and none of those measured.
  private static let firstPhotoToEnrol = 10_000
}
