import FacetFaces
import FacetImage
import Foundation
import Synchronization
import Testing

@Suite struct FaceSetTests {
  private func reasons(_ set: FaceSet) -> [String: Skip.Reason] {
    Dictionary(uniqueKeysWithValues: set.skipped.map { ($0.path, $0.reason) })
  }

  @Test func loadsIdentitiesAndPhotosInOrder() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("zoe", 2), ("Bob O'Hara", 3), ("<script>\"x\"&", 2), ("änne", 1)])
    let set = try FaceSet.load(path: folder.path)
    #expect(set.identities == ["<script>\"x\"&", "Bob O'Hara", "zoe", "änne"])
    #expect(
      set.photos.map(\.path) == [
        "<script>\"x\"&/0.png", "<script>\"x\"&/1.png", "Bob O'Hara/0.png", "Bob O'Hara/1.png",
        "Bob O'Hara/2.png", "zoe/0.png", "zoe/1.png", "änne/0.png",
      ])
    #expect(set.photosByIdentity == [[0, 1], [2, 3, 4], [5, 6], [7]])
    #expect(set.skipped.isEmpty)
    #expect(set.findings.identitiesWithOnePhoto == ["änne"])
    for photo in set.photos {
      let image = try photo.load()
      #expect(image.width == photo.width && image.height == photo.height && photo.width == 24)
      #expect(PerceptualHash(of: image) == photo.perceptualHash)
    }
    #expect(Set(set.photos.map(\.sha256)).count == 8)
    let again = try FaceSet.load(path: folder.path)
    #expect(again.photos == set.photos)
  }

  @Test func everyFileThatIsNotUsedIsCountedWithAReason() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("a", 2), ("b", 2)])
    let png = try FaceFolderFixture.png(1)
    try folder.write(Data("notes".utf8), "README.txt")
    try folder.write(png, "stray.png")
    try folder.write(png, ".hidden.png")
    try folder.write(png, "a/.DS_Store")
    try folder.write(png, "a/nested/deep.png")
    try folder.write(png.prefix(png.count / 2), "a/cut.png")
    try folder.write(Data(), "a/empty.jpg")
    try folder.write(Data("<html>".utf8), "a/page.jpg")
    try folder.write(try FaceFolderFixture.png(2, side: 15), "b/small.png")
    try folder.write(try FaceFolderFixture.png(3, side: 1), "b/one.png")
    try folder.write(Data("text".utf8), "nobody/text.txt")
    try folder.link("b/broken.png", to: "/does/not/exist")
    let set = try FaceSet.load(path: folder.path)
    #expect(set.identities == ["a", "b"] && set.photos.count == 4)
    #expect(set.findings.identitiesWithoutPhotos == ["nobody"])
    let skipped = reasons(set)
    #expect(skipped.count == 12)
    #expect(skipped["README.txt"] == .notAnImage(looksLike: "text"))
    #expect(skipped["stray.png"] == .outsideIdentityFolder)
    #expect(skipped[".hidden.png"] == .hidden && skipped["a/.DS_Store"] == .hidden)
    #expect(skipped["a/nested"] == .nestedFolder)
    #expect(skipped["a/empty.jpg"] == .notAnImage(looksLike: "an empty file"))
    #expect(skipped["a/page.jpg"] == .notAnImage(looksLike: "an HTML page"))
    #expect(skipped["b/small.png"] == .tooSmall(width: 15, height: 15))
    #expect(skipped["b/one.png"] == .tooSmall(width: 1, height: 1))
    #expect(skipped["b/broken.png"] == .unreadable("a link to nothing"))
    guard case .undecodable(let text) = skipped["a/cut.png"] else {
      Issue.record("\(String(describing: skipped["a/cut.png"]))")
      return
    }
    #expect(text.hasPrefix("a truncated PNG"))
    #expect(set.skipped.map(\.path) == set.skipped.map(\.path).sorted())
    #expect(set.skipCounts.first?.count == 4)  // not a picture
    #expect(set.skipCounts.reduce(0) { $0 + $1.count } == 12)
  }

  @Test func filesThatCannotBeOpenedAreSkippedUnlessTheReaderMayReadAll() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("a", 2), ("b", 2)])
    let sealed = folder.path + "/a/0.png"
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: sealed)
    let set = try FaceSet.load(path: folder.path)
    if FileManager.default.isReadableFile(atPath: sealed) {
      #expect(set.photos.count == 4)
    } else {
      #expect(set.photos.count == 3)
      guard case .unreadable = reasons(set)["a/0.png"] else {
        Issue.record("not counted as unreadable")
        return
      }
    }
  }

  @Test func duplicatesOfAnIdentityAreUsedOnce() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("a", 2), ("b", 2)])
    let copy = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a/1.png"))
    try folder.write(copy, "a/2.png")
    try folder.write(copy, "a/9.jpg")
    let set = try FaceSet.load(path: folder.path)
    #expect(set.photos.map(\.path) == ["a/0.png", "a/1.png", "b/0.png", "b/1.png"])
    #expect(set.findings.duplicates == [["a/1.png", "a/2.png", "a/9.jpg"]])
    #expect(reasons(set)["a/9.jpg"] == .duplicate(of: "a/1.png"))
    #expect(set.findings.nearDuplicates.isEmpty)
  }

  @Test func bytesUnderTwoIdentitiesAreUsedForNeither() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("a", 2), ("b", 2), ("c", 1)])
    let copy = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a/1.png"))
    try folder.write(copy, "a/2.png")
    try folder.write(copy, "c/x.png")
    let set = try FaceSet.load(path: folder.path)
    #expect(set.photos.map(\.path) == ["a/0.png", "b/0.png", "b/1.png", "c/0.png"])
    #expect(set.findings.sharedAcrossIdentities == [["a/1.png", "a/2.png", "c/x.png"]])
    #expect(set.findings.duplicates.isEmpty)
    #expect(reasons(set)["c/x.png"] == .sharedAcrossIdentities(["a/1.png", "a/2.png"]))
  }

  @Test func nearDuplicatesAreFlaggedAndKept() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("a", 2), ("b", 2)])
    let picture = FaceFolderFixture.picture(100)
    var brighter = picture
    brighter.pixels = picture.pixels.map { UInt8(min(255, Int($0) / 2 + 60)) }
    try folder.write(try PNGWriter.data(brighter.resized(width: 48, height: 48)), "a/7.png")
    try folder.write(try PNGWriter.data(picture.resized(width: 30, height: 30)), "b/7.png")
    let set = try FaceSet.load(path: folder.path)
    #expect(set.photos.count == 6)
    let pairs = set.findings.nearDuplicates.map {
      [set.photos[$0.first].path, set.photos[$0.second].path]
    }
    #expect(pairs == [["a/0.png", "a/7.png"], ["a/0.png", "b/7.png"], ["a/7.png", "b/7.png"]])
    #expect(set.findings.nearDuplicates.map(\.isWithinIdentity) == [true, false, false])
    #expect(set.findings.nearDuplicates.allSatisfy { $0.distance <= 2 })
  }

  @Test func linksAreFollowedAndLoopsEnd() throws {
    let folder = try FaceFolderFixture()
    let elsewhere = try FaceFolderFixture()
    try folder.fill([("a", 1)])
    try elsewhere.write(try FaceFolderFixture.png(7), "1.png")
    try folder.link("b", to: elsewhere.path)
    try folder.link("loop", to: folder.path)
    try folder.link("a/up", to: folder.path)
    try folder.link("self", to: folder.path + "/self")
    let set = try FaceSet.load(path: folder.path)
    #expect(set.identities == ["a", "b"])
    #expect(reasons(set)["a/up"] == .nestedFolder && reasons(set)["loop/a"] == .nestedFolder)
    #expect(set.findings.identitiesWithoutPhotos == ["loop"])
    guard case .unreadable = reasons(set)["self"] else {
      Issue.record("\(String(describing: reasons(set)["self"]))")
      return
    }
  }

  @Test func progressCountsEveryFile() throws {
    let folder = try FaceFolderFixture()
    try folder.fill([("a", 4), ("b", 5)])
    try folder.write(Data("x".utf8), "b/x.txt")
    let seen = Mutex<[FaceSet.Progress]>([])
    _ = try FaceSet.load(path: folder.path) { step in seen.withLock { $0.append(step) } }
    #expect(seen.withLock { $0.map(\.done) } == Array(1...10))
    #expect(seen.withLock { $0.allSatisfy { $0.total == 10 } })
  }

  @Test func foldersThatAreNoSetSayWhy() throws {
    let folder = try FaceFolderFixture()
    func problem(_ path: String) -> String {
      do throws(FaceFolderError) {
        _ = try FaceSet.load(path: path)
        return "loaded"
      } catch {
        return error.description
      }
    }
    #expect(problem(folder.path + "/none").contains("no such file or folder"))
    #expect(throws: FaceFolderError.empty(path: folder.path)) {
      try FaceSet.load(path: folder.path)
    }
    try folder.write(Data("a".utf8), "list.txt")
    #expect(problem(folder.path + "/list.txt").contains("is a file"))
    #expect(problem(folder.path).contains("1 files looked at; for example list.txt: no picture"))
    try folder.write(try FaceFolderFixture.png(1), "photo.png")
    #expect(problem(folder.path).contains("2 files looked at; for example photo.png"))
    try folder.write(try FaceFolderFixture.png(2), "sets/ann/1.png")
    #expect(problem(folder.path).contains("no usable picture"))
    try folder.write(try FaceFolderFixture.png(3), "ann/1.png")
    #expect(
      throws: FaceFolderError.singleIdentity(path: folder.path, identity: "ann", photos: 1)
    ) {
      try FaceSet.load(path: folder.path)
    }
  }
}

@Suite struct PerceptualHashTests {
  @Test func bitsAreRisesFromLeftToRight() {
    // Brightness rises along rows 0 to 3 and falls along the others.
    var ramp = Image(width: 9, height: 8)
    for y in 0..<8 {
      for x in 0..<9 {
        let value = UInt8(20 * (y < 4 ? x : 8 - x))
        ramp[x, y] = RGB(value, value, value)
      }
    }
    #expect(PerceptualHash(of: ramp).bits == 0xFFFF_FFFF_0000_0000)
    #expect(PerceptualHash(of: ramp.flippedHorizontally()).bits == 0x0000_0000_FFFF_FFFF)
    #expect(PerceptualHash(of: Image(width: 40, height: 40)).bits == 0)
  }

  @Test func distancesCountBits() {
    #expect(PerceptualHash(bits: 0b1011).distance(to: PerceptualHash(bits: 0b0110)) == 3)
    #expect(PerceptualHash(bits: 0).distance(to: PerceptualHash(bits: .max)) == 64)
    #expect(PerceptualHash(bits: 255).description == "00000000000000ff")
  }
}
