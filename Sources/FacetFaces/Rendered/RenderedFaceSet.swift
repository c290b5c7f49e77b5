import FacetFiles
import FacetImage
import FacetThreads
import Foundation

/// A data set of rendered people: no licence, no download, and the truth about every pixel.
///
/// Nothing is kept: each photo is drawn when asked for and depends only on the seed, the person and
/// its number, so photos can be asked for in any order and from many tasks at once.
public struct RenderedFaceSet: Hashable, Sendable {
  public let people: Int
  public let photosPerPerson: Int
  /// The side of a photo in pixels.
  public let size: Int
  public let seed: UInt64
  /// 0 (neutral photos) ... 1; see ``FaceVariation/random(seed:identity:index:difficulty:)``.
  public let difficulty: Double

  /// - Throws: ``RenderedFaceError/outOfRange(name:got:range:)``.
  public init(
    people: Int = 15, photosPerPerson: Int = 50, size: Int = 112, seed: UInt64 = 0,
    difficulty: Double = 0.6
  ) throws(RenderedFaceError) {
    func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>)
      throws(RenderedFaceError)
    {
      guard range ~= value else { throw .outOfRange(name: name, got: value, range: range) }
    }
    let sizes = FaceRenderer.sizes
    try check("people", Double(people), 1...10_000)
    try check("photosPerPerson", Double(photosPerPerson), 1...9_999)
    try check("size", Double(size), Double(sizes.lowerBound)...Double(sizes.upperBound))
    try check("difficulty", difficulty, 0...1)
    self.people = people
    self.photosPerPerson = photosPerPerson
    self.size = size
    self.seed = seed
    self.difficulty = difficulty
  }

  /// The number of photos.
  public var count: Int { people * photosPerPerson }

  /// The people's names, which are also the names of their folders.
  public var names: [String] { (0..<people).map(PeopleNames.name(of:)) }

  /// The face of person `person`.
  public func code(_ person: Int) -> FaceCode {
    precondition(0..<people ~= person, "person \(person) of \(people)")
    return .random(seed: seed, identity: person)
  }

  /// The conditions of photo `photo` of person `person`.
  public func variation(_ person: Int, _ photo: Int) -> FaceVariation {
    precondition(0..<photosPerPerson ~= photo, "photo \(photo) of \(photosPerPerson)")
    return .random(seed: seed, identity: person, index: photo, difficulty: difficulty)
  }

  /// Photo `photo` of person `person`.
  public func face(_ person: Int, _ photo: Int) -> RenderedFace {
    FaceRenderer().render(code(person), variation(person, photo), size: size)
  }

  /// All photos, person by person, drawn on all cores; each is what ``face(_:_:)`` gives.
  public func allFaces() -> [RenderedFace] { Parallel().map(count) { face($0) } }

  private func face(_ index: Int) -> RenderedFace {
    face(index / photosPerPerson, index % photosPerPerson)
  }
}

// MARK: - Files

extension RenderedFaceSet {
  /// The folder of the identity folders within a written set.
  public static let photosFolder = "photos"
  /// The folder of the label maps within a written set.
  public static let masksFolder = "masks"

  /// Writes the set to `folder`, which is made if need be:
  ///
  /// - `photos/ada/0001.png`: the photos, RGB, a folder for each person;
  /// - `masks/ada/0001.png`: their label maps, 8-bit grey, of the same extents;
  /// - `parts.json`: the name of the part of each grey level of a label map;
  /// - `codes.json`: seed, difficulty and the code of each person.
  ///
  /// - Throws: ``FileError`` when `folder` is a file or something can't be written.
  public func write(to folder: String) throws(FileError) {
    try AtomicFile.makeDirectory(folder)
    let root = URL(fileURLWithPath: folder)
    @Sendable func path(_ parts: String...) -> String {
      parts.reduce(root) { $0.appendingPathComponent($1) }.path
    }
    let results: [Result<Void, FileError>] = Parallel().map(count) { index in
      Result { () throws(FileError) in
        let face = face(index)
        let person = PeopleNames.name(of: index / photosPerPerson)
        let number = String(index % photosPerPerson + 1)
        let file = String(repeating: "0", count: max(0, 4 - number.count)) + number + ".png"
        try AtomicFile.write(face.image.cairoPNG(), to: path(Self.photosFolder, person, file))
        try AtomicFile.write(face.labelPNG(), to: path(Self.masksFolder, person, file))
      }
    }
    for result in results { try result.get() }
    let parts = FacePart.allCases.map { PartRecord(value: $0.rawValue, part: $0.name) }
    try writeJSON(parts, to: path("parts.json"))
    let codes = (0..<people).map { CodeRecord(name: PeopleNames.name(of: $0), code: code($0)) }
    try writeJSON(
      SetRecord(seed: seed, difficulty: difficulty, size: size, people: codes),
      to: path("codes.json"))
  }

  private struct PartRecord: Encodable {
    let value: UInt8
    let part: String
  }

  private struct CodeRecord: Encodable {
    let name: String
    let code: FaceCode
  }

  private struct SetRecord: Encodable {
    let seed: UInt64
    let difficulty: Double
    let size: Int
    let people: [CodeRecord]
  }

  private func writeJSON(_ value: some Encodable, to path: String) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data: Data
    do {
      data = try encoder.encode(value)
    } catch {
      throw .notWritable(path: path, reason: "\(error)")
    }
    try AtomicFile.write(data, to: path)
  }
}
