import FacetFaces
import FacetImage
import Foundation
import Testing

@Suite struct RenderedFaceSetTests {
  @Test func photosDoNotDependOnTheOrder() throws {
    let set = try RenderedFaceSet(people: 4, photosPerPerson: 3, size: 48, seed: 8)
    let all = set.allFaces()
    #expect(all.count == 12 && set.count == 12)
    for person in (0..<4).reversed() {
      for photo in [1, 0, 2] { #expect(all[person * 3 + photo] == set.face(person, photo)) }
    }
    // A larger set begins with the same people and photos.
    let larger = try RenderedFaceSet(people: 9, photosPerPerson: 7, size: 48, seed: 8)
    #expect(larger.face(3, 2) == set.face(3, 2))
    #expect(Set(all.map(\.image)).count == 12)
  }

  @Test func identitiesDifferAndSiblingsShareParts() {
    for seed in UInt64(0)..<4 {
      let codes = (0..<30).map { FaceCode.random(seed: seed, identity: $0) }
      #expect(Set(codes).count == 30)
      for family in 0..<6 {
        let elder = codes[5 * family + 2]
        for sibling in [codes[5 * family + 3], codes[5 * family + 4]] {
          let parts = elder.parts(differingFrom: sibling)
          #expect(2...8 ~= parts.count, "\(parts)")
          #expect(elder.hair.style == sibling.hair.style)
        }
        #expect(codes[5 * family].parts(differingFrom: codes[5 * family + 1]).count >= 8)
      }
    }
    // The first people are spread over hair styles and skin tones.
    let strangers = [0, 1, 2, 5, 6, 7, 10, 11, 12].map { FaceCode.random(seed: 0, identity: $0) }
    #expect(Set(strangers.map(\.hair.style)).count == 9)
    #expect(Set(strangers.map(\.head.tone)).count == 9)
  }

  @Test func difficultyScalesTheRanges() {
    func photos(_ difficulty: Double) -> [FaceVariation] {
      (0..<400).map { .random(seed: 1, identity: 0, index: $0, difficulty: difficulty) }
    }
    let medium = photos(0.6)
    #expect(medium.allSatisfy { abs($0.pose.roll) <= 20 && 0.8...1.2 ~= $0.pose.scale })
    #expect(medium.allSatisfy { abs($0.pose.shiftX) <= 0.1 && abs($0.pose.shiftY) <= 0.1 })
    #expect(medium.contains { $0.pose.roll > 18 } && medium.contains { $0.pose.roll < -18 })
    let occluded = medium.count { $0.occluder.style != .none }
    #expect(70...130 ~= occluded, "\(occluded) of 400")
    let easy = photos(0)
    #expect(easy.allSatisfy { $0.pose == FacePose() && $0.occluder.style == .none })
    let hard = photos(1)
    #expect(hard.contains { abs($0.pose.roll) > 25 })
    #expect(hard.allSatisfy { $0.light.contrast <= 1 && $0.expression.mouthOpen <= 1 })
  }

  @Test func namesAreDistinct() {
    #expect(PeopleNames.all.count >= 60)
    #expect(Set(PeopleNames.all).count == PeopleNames.all.count)
    #expect(PeopleNames.all.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isLowercase } })
    #expect(PeopleNames.name(of: 0) == "ada")
    #expect(PeopleNames.name(of: 64) == "person-65")
  }

  @Test func badDescriptionsAreRefused() {
    #expect(throws: RenderedFaceError.self) { try RenderedFaceSet(people: 0) }
    #expect(throws: RenderedFaceError.self) { try RenderedFaceSet(photosPerPerson: 0) }
    #expect(throws: RenderedFaceError.self) { try RenderedFaceSet(difficulty: 1.5) }
    #expect(throws: RenderedFaceError.self) { try RenderedFaceSet(difficulty: .nan) }
    #expect(throws: RenderedFaceError.outOfRange(name: "size", got: 4, range: 16...4096)) {
      try RenderedFaceSet(size: 4)
    }
    #expect(
      RenderedFaceError.outOfRange(name: "size", got: 4, range: 16...4096).description
        == "size is 4; it must be from 16 to 4096")
  }

  @Test func codesSurviveJSON() throws {
    for identity in 0..<10 {
      let code = FaceCode.random(seed: 1, identity: identity)
      let data = try JSONEncoder().encode(code)
      #expect(try JSONDecoder().decode(FaceCode.self, from: data) == code)
      let variation = FaceVariation.random(seed: 1, identity: identity, index: 3)
      let again = try JSONDecoder().decode(
        FaceVariation.self, from: JSONEncoder().encode(variation))
      #expect(FaceRenderer().render(code, again) == FaceRenderer().render(code, variation))
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([FaceColor].self, from: Data("[\"#12345g\"]".utf8))
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([FaceColor].self, from: Data("[\"123456\"]".utf8))
    }
  }

  @Test func writtenSetCanBeReadByOthers() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rendered-faces-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let set = try RenderedFaceSet(people: 2, photosPerPerson: 3, size: 40, seed: 1)
    try set.write(to: folder.path)
    func names(_ path: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent(path).path
      ).sorted()
    }
    #expect(try names("") == ["codes.json", "masks", "parts.json", "photos"])
    for kind in ["photos", "masks"] {
      #expect(try names(kind) == ["ada", "bruno"])
      #expect(try names(kind + "/bruno") == ["0001.png", "0002.png", "0003.png"])
    }
    let photo = try Data(contentsOf: folder.appendingPathComponent("photos/ada/0002.png"))
    let mask = try Data(contentsOf: folder.appendingPathComponent("masks/ada/0002.png"))
    for (data, colorType) in [(photo, UInt8(2)), (mask, 0)] {
      // PNG specification, 5.2 and 11.2.2: signature; IHDR with extents, depth, colour type.
      #expect(Array(data.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      #expect(Array(data[16..<26]) == [0, 0, 0, 40, 0, 0, 0, 40, 8, colorType])
    }
    let parts = try JSONDecoder().decode(
      [PartRecord].self, from: Data(contentsOf: folder.appendingPathComponent("parts.json")))
    #expect(parts.count == FacePart.allCases.count)
    for record in parts { #expect(FacePart(rawValue: record.value)?.name == record.part) }
    let codes = try JSONDecoder().decode(
      SetRecord.self, from: Data(contentsOf: folder.appendingPathComponent("codes.json")))
    #expect(codes.people.map(\.name) == ["ada", "bruno"])
    #expect(codes.people.map(\.code) == [set.code(0), set.code(1)])
    #expect(codes.seed == 1)
    // Writing again gives the same bytes.
    try set.write(to: folder.path)
    #expect(
      try Data(contentsOf: folder.appendingPathComponent("photos/ada/0002.png")) == photo)
  }

  @Test func filePathIsRefused() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("rendered-faces-\(UUID().uuidString).txt")
    try Data("keep".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let set = try RenderedFaceSet(people: 1, photosPerPerson: 1, size: 16)
    #expect(throws: (any Error).self) { try set.write(to: file.path) }
    #expect(try Data(contentsOf: file) == Data("keep".utf8))
  }

  private struct PartRecord: Decodable {
    let value: UInt8
    let part: String
  }

  private struct SetRecord: Decodable {
    struct Person: Decodable {
      let name: String
      let code: FaceCode
    }

    let seed: UInt64
    let people: [Person]
  }
}
