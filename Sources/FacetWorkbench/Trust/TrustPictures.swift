import FacetExplain
import FacetFaces
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetZoo

/// The maps a trust page shows, each with what is known of its method written into it.
struct TrustPictures {
  /// Photos of one kind and the maps of every method.
  struct Group {
    /// Of files: `drawn`, `photos`, `swaps`.
    let name: String
    let faces: WatchedFaces
    let maps: [FaceMaps]
    let labels: [PictureLabel]
    /// What the network calls its classes.
    let classes: [String]
  }

  let drawn: Group
  let real: Group?
  let swaps: Group?

  private static let drawnPhotos = 4
  private static let realPhotos = 8
  private static let swapped = 6

  init(_ model: Model, _ study: TrustStudy, _ context: JobContext) throws {
    let labels = study.result.methods.map { PictureLabel($0.mapLabels.map(\.text)) }
    let classes = model.card.classes
    func group(_ name: String, _ faces: WatchedFaces, _ objective: some Objective) throws -> Group {
      Group(
        name: name, faces: faces,
        maps: try study.methods.map {
          try FaceMaps($0, model, faces.batch, objective, on: context.engine)
        }, labels: labels, classes: classes)
    }
    let shown = study.drawn.watched.prefix(Self.drawnPhotos)
    drawn = try group("drawn", shown, LogitObjective(.perImage(shown.targets)))
    real = try study.real.map {
      let faces = $0.faces.prefix(Self.realPhotos)
      return try group("photos", faces, LogitObjective(.perImage(faces.targets)))
    }
    let some = study.truth.swaps.prefix(Self.swapped)
    if some.count > 0 {
      let faces = WatchedFaces(
        names: some.swaps.map { "\(study.drawn.watched.names[$0.photo]), \($0.part.name) swapped" },
        pictures: some.swaps.map(\.after.picture), tensors: some.swaps.map(\.after.tensor),
        people: some.people.map { "\($0)" }, targets: some.swaps.map(\.classAfter))
      swaps = try group("swaps", faces, some.objective)
    } else {
      swaps = nil
    }
  }

  private var groups: [Group] { [drawn, real, swaps].compactMap { $0 } }

  /// The raw maps, in the order in which they are written.
  var files: [MapFile] {
    groups.flatMap { group in
      group.maps.flatMap { map in
        (0..<group.faces.count).map { index in
          MapFile(
            file: "maps/\(group.file(index, map)).npy", method: map.method.name,
            photo: group.faces.names[index], explained: group.name(ofClass: index),
            score: map.explanation.scores[index])
        }
      }
    }
  }

  /// Raw maps as `maps/*.npy`, pictures as `heatmaps/*.png`.
  func write(to folder: OutputFolder) throws {
    for group in groups {
      for (map, label) in zip(group.maps, group.labels) {
        for index in 0..<group.faces.count {
          let name = group.file(index, map)
          try NumPyArray.write(
            map.explanation.map.slice(index), to: folder.file("maps/\(name).npy"))
          try PNGWriter.write(
            label.draw(on: map.overlay(index, on: group.faces.pictures[index])),
            to: folder.file("heatmaps/\(name).png"))
        }
      }
    }
  }
}

extension TrustPictures.Group {
  /// Without its ending.
  fileprivate func file(_ index: Int, _ map: FaceMaps) -> String {
    "\(name)-\(index + 1)-\(map.method.name)"
  }

  /// What the class explained on a photo is called.
  fileprivate func name(ofClass index: Int) -> String {
    let target = faces.targets[index]
    return classes.indices.contains(target) ? classes[target] : "class \(target)"
  }

  func gallery(_ title: String, caption: String = "") throws -> HeatmapGallery {
    HeatmapGallery(
      title: title, caption: caption,
      scale: ColorScale(
        .heat, HeatmapScale(minimum: 0, maximum: 1), format: .decimals(1), quantity: "strength",
        sharing:
          "One scale for each method over the photos shown: 1 is its strongest value (for maps "
          + "on pixels, the value that one pixel in 200 exceeds)."),
      cards: try (0..<faces.count).map { try card($0) }, initialFade: 0.85)
  }

  private func card(_ index: Int) throws -> HeatmapCard {
    // A stranger has no right name.
    let person = faces.identities[faces.people[index]]
    let truth = classes.contains(person) ? person : nil
    return HeatmapCard(
      photo: try ReportImage(faces.pictures[index]), name: faces.names[index],
      predicted: name(ofClass: index), truth: truth,
      panels: try zip(maps, labels).map { map, label in
        HeatmapPanel(
          method: map.method.title, map: try map.picture(index, label),
          ownScaleMap: try map.ownScalePicture(index, label),
          values: map.isEmpty(index)
            ? [Definition("map", "nowhere positive: nothing to show")] : [])
      })
  }
}
