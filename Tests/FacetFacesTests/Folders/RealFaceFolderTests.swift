import FacetFaces
import FacetImage
import Testing

/// Public research data sets, where they lie beside the package.
@Suite struct RealFaceFolderTests {
  @Test(.enabled(if: RealData.exists("orl_faces"), "shared/data/orl_faces is not here"))
  func orlIsTwentyPeopleOfTenPhotos() throws {
    let set = try FaceSet.load(path: RealData.folder("orl_faces"))
    #expect(set.identities.count == 20 && set.photos.count == 200)
    #expect(set.photos.allSatisfy { $0.width == 92 && $0.height == 112 })
    #expect(set.skipped == [Skip(path: "SOURCE.txt", reason: .notAnImage(looksLike: "text"))])
    let split = try StratifiedSplit(of: set, seed: 0)
    for photos in set.photosByIdentity {
      #expect(photos.contains { split.test.contains($0) })
    }
  }

  @Test(.enabled(if: RealData.exists("caltech_faces"), "shared/data/caltech_faces is not here"))
  func caltechIsTenPeople() throws {
    let set = try FaceSet.load(path: RealData.folder("caltech_faces"))
    #expect(set.identities.count == 10 && set.photos.count == 208)
    #expect(set.findings.duplicates.isEmpty)
  }

  /// Yale's known duplicates: noglasses is normal, byte for byte.
  @Test(.enabled(if: RealData.exists("yale_faces"), "shared/data/yale_faces is not here"))
  func yaleHasDuplicatesInSixSubjects() throws {
    let set = try FaceSet.load(path: RealData.folder("yale_faces"))
    #expect(set.identities.count == 8 && set.photos.count == 82)
    let subjects = set.findings.duplicates.compactMap { $0.first?.split(separator: "/").first }
    #expect(subjects.map { $0.suffix(2) } == ["02", "03", "04", "06", "07", "08"])
  }

  @Test(.enabled(if: RealData.exists("lfw_people"), "shared/data/lfw_people is not here"))
  func lfwIsThirtyOnePeople() throws {
    let set = try FaceSet.load(path: RealData.folder("lfw_people"))
    #expect(set.identities.count == 31 && set.photos.count == 1057)
    #expect(set.photosByIdentity.allSatisfy { $0.count >= 20 })
  }

  @Test(.enabled(if: RealData.exists("objects"), "shared/data/objects is not here"))
  func objectsAreSixClasses() throws {
    let set = try FaceSet.load(path: RealData.folder("objects"))
    #expect(set.identities.count == 6 && set.photos.count == 326)
    #expect(set.findings.duplicates == [["cup/image_0012 6.48.13 PM.jpg", "cup/image_0012.jpg"]])
  }

  @Test(.enabled(if: RealData.exists("images_misc"), "shared/data/images_misc is not here"))
  func aFlatFolderOfPicturesIsNoSet() throws {
    let error = #expect(throws: FaceFolderError.self) {
      try FaceSet.load(path: RealData.folder("images_misc"))
    }
    #expect(error?.description.contains("put it into a folder named after the person") == true)
  }
}
