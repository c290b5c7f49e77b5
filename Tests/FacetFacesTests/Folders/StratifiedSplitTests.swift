import FacetFaces
import FacetImage
import FacetTensor
import Foundation
import Testing

@Suite struct StratifiedSplitTests {
  /// A set without files; `hashes[i]` are the perceptual hashes of identity i's photos.
  private func faceSet(_ hashes: [[UInt64]], names: [String]? = nil) -> FaceSet {
    let identities = names ?? hashes.indices.map { "person \($0)" }
    let photos = hashes.enumerated().flatMap { identity, bits in
      bits.enumerated().map { place, bits in
        let path = "\(identities[identity])/\(place)"
        return Photo(
          identity: identity, path: path, file: path, sha256: path,
          perceptualHash: PerceptualHash(bits: bits), width: 20, height: 20)
      }
    }
    return FaceSet(path: "set", identities: identities, photos: photos)
  }

  /// Hashes that are far apart.
  private func distinct(_ count: Int, seed: UInt64) -> [UInt64] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in random.next() }
  }

  @Test func partsShareNothingAndCoverAll() throws {
    let set = faceSet((0..<30).map { distinct(1 + $0 % 13, seed: UInt64($0)) })
    for seed in 0..<5 as Range<UInt64> {
      let split = try StratifiedSplit(of: set, seed: seed)
      let all = split.train + split.calibration + split.test
      #expect(all.sorted() == Array(set.photos.indices))
      for (identity, photos) in set.photosByIdentity.enumerated() {
        let counts = [split.train, split.calibration, split.test].map { part in
          part.count { photos.contains($0) }
        }
        let name = set.identities[identity]
        switch photos.count {
        case 1:
          #expect(counts == [1, 0, 0])
          #expect(split.notes.contains(.trainOnly(identity: name, photos: 1)))
        case 2:
          #expect(counts == [1, 0, 1])
          #expect(split.notes.contains(.notInAllParts(identity: name, photos: 2)))
        default:
          #expect(counts.allSatisfy { $0 >= 1 })
          for (count, fraction) in zip(counts, [0.6, 0.15, 0.25]) {
            #expect(abs(Double(count) - fraction * Double(photos.count)) < 1.3)
          }
        }
      }
    }
  }

  /// Ten photos are 6, 1.5 and 2.5: the odd one goes to either, so neither part gains over many.
  @Test func fractionsHoldOverManyIdentities() throws {
    let set = faceSet((0..<200).map { distinct(10, seed: UInt64($0)) })
    let split = try StratifiedSplit(of: set, seed: 3)
    #expect(split.train.count == 1200)
    #expect(abs(split.calibration.count - 300) < 30)
    #expect(abs(split.test.count - 500) < 30)
    #expect(split.notes.isEmpty)
  }

  @Test func theSeedDecidesAndOtherIdentitiesDoNot() throws {
    let hashes = (0..<6).map { distinct(12, seed: UInt64($0)) }
    let names = (0..<6).map { "p\($0)" }
    let set = faceSet(hashes, names: names)
    let split = try StratifiedSplit(of: set, seed: 1)
    #expect(try StratifiedSplit(of: set, seed: 1) == split)
    #expect(try StratifiedSplit(of: set, seed: 2).test != split.test)
    let fewer = faceSet(Array(hashes.dropFirst(2)), names: Array(names.dropFirst(2)))
    let other = try StratifiedSplit(of: fewer, seed: 1)
    #expect(
      other.test.map { fewer.photos[$0].path }
        == split.test.filter { $0 >= 24 }.map { set.photos[$0].path })
  }

  /// Copies and near-copies on two sides would let a network be tested on what it was trained on.
  @Test func nearDuplicatesStayOnOneSide() throws {
    // A chain 0 - 1 - 2 of photos two bits apart (its ends four), a pair, and others.
    let chain: [UInt64] = [0b0000, 0b0011, 0b1111]
    let hashes = chain + [.max, .max ^ 1] + distinct(6, seed: 4)
    let set = faceSet([hashes, distinct(9, seed: 5)])
    for seed in 0..<40 as Range<UInt64> {
      let split = try StratifiedSplit(of: set, seed: seed)
      let parts = [split.train, split.calibration, split.test]
      func side(_ photo: Int) -> Int? { parts.firstIndex { $0.contains(photo) } }
      #expect(side(0) == side(1) && side(1) == side(2))
      #expect(side(3) == side(4))
      #expect(parts.allSatisfy { part in part.contains { $0 < 11 } })
      #expect(
        split.notes == [
          .keptTogether(
            identity: "person 0", paths: ["person 0/0", "person 0/1", "person 0/2"]),
          .keptTogether(identity: "person 0", paths: ["person 0/3", "person 0/4"]),
        ])
    }
  }

  @Test func anIdentityOfCopiesIsForTrainingOnly() throws {
    let set = faceSet([[1, 1, 1, 3], [0, 0, .max], distinct(5, seed: 1)])
    let split = try StratifiedSplit(of: set, seed: 0)
    #expect([0, 1, 2, 3].allSatisfy(split.train.contains))
    #expect(split.notes.contains(.trainOnly(identity: "person 0", photos: 4)))
    // Two groups: the pair trains, the single one is tested.
    #expect(split.train.contains(4) && split.train.contains(5) && split.test.contains(6))
    #expect(split.notes.contains(.notInAllParts(identity: "person 1", photos: 3)))
  }

  @Test func aFractionOfZeroLeavesAPartEmpty() throws {
    let set = faceSet((0..<4).map { distinct(8, seed: UInt64($0)) })
    let halves = try StratifiedSplit(
      of: set, seed: 0, fractions: .init(train: 0.5, calibration: 0, test: 0.5))
    #expect(halves.calibration.isEmpty && halves.train.count == 16 && halves.test.count == 16)
    #expect(halves.notes.isEmpty)
    let all = try StratifiedSplit(
      of: set, seed: 0, fractions: .init(train: 1, calibration: 0, test: 0))
    #expect(all.train.count == 32 && all.notes.isEmpty)
  }

  @Test(arguments: [(0.5, 0.5, 0.5), (1.2, -0.1, -0.1), (0, 0.5, 0.5), (.nan, 0, 1)])
  func fractionsThatMakeNoSenseAreRefused(train: Double, calibration: Double, test: Double) {
    let set = faceSet([distinct(4, seed: 0)])
    #expect(throws: FaceFolderError.self) {
      try StratifiedSplit(
        of: set, seed: 0,
        fractions: .init(train: train, calibration: calibration, test: test))
    }
  }
}
