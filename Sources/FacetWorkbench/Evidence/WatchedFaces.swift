import FacetEngine
import FacetGraph
import FacetImage
import FacetTensor

/// Photos with the class that is explained on each: the one the network answered.
package struct WatchedFaces: Sendable {
  package let names: [String]
  /// What the network sees, before normalisation.
  package let pictures: [Image]
  /// `[C, H, W]` each.
  package let tensors: [Tensor]
  /// Who is on each photo, numbered.
  package let people: [Int]
  /// The identities the numbers stand for.
  package let identities: [String]
  package let targets: [Int]

  package init(
    names: [String], pictures: [Image], tensors: [Tensor], people: [String], targets: [Int]
  ) {
    self.names = names
    self.pictures = pictures
    self.tensors = tensors
    let identities = Set(people).sorted()
    let numbers = Dictionary(
      identities.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.identities = identities
    self.people = people.map { numbers[$0] ?? 0 }
    self.targets = targets
  }

  package init(_ photos: FaceImages, targets: [Int]) {
    self.init(
      names: photos.names, pictures: photos.entries.map(\.image), tensors: photos.tensors,
      people: photos.identities, targets: targets)
  }

  package var count: Int { tensors.count }

  /// `[N, C, H, W]`.
  package var batch: Tensor { .stack(tensors) }

  /// The photos at `places`, who is on them numbered as before.
  package func subset(_ places: some Collection<Int>) -> WatchedFaces {
    WatchedFaces(
      names: places.map { names[$0] }, pictures: places.map { pictures[$0] },
      tensors: places.map { tensors[$0] }, people: places.map { identities[people[$0]] },
      targets: places.map { targets[$0] })
  }

  /// The first photos.
  package func prefix(_ count: Int) -> WatchedFaces { subset(0..<min(count, self.count)) }
}

extension Preprocessing {
  /// What stands for "nothing there" in network space: 0 where a mean is taken off, else the mean colour
  /// of photos (ImageNet's).
  var emptyColor: [Float] {
    mean.contains { $0 != 0 }
      ? [Float](repeating: 0, count: channels.count) : normalized(RGB(124, 116, 104))
  }
}
