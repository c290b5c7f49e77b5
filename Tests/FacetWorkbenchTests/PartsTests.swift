import FacetFaces
import FacetWorkbench
import Testing

/// Which photos a model may be judged on.
@Suite("Parts") struct PartsTests {
  private let set = PhotoSets.set([3, 3])

  private func hashes(_ places: [Int]) -> [String] { places.map { set.photos[$0].sha256 } }

  @Test("photos it was trained or stopped on are left out, whatever their names")
  func recorded() {
    let record = PhotoSets.record(
      train: hashes([0, 3]) + ["gone"], calibration: hashes([1]), test: hashes([2, 4]))
    let parts = Parts(of: set, for: PhotoSets.card(record))
    #expect(parts.test == [2, 4, 5])
    #expect(parts.calibration == [1])
    #expect(parts.trainedOn == 2)
    #expect(parts.description.contains("Of 6 photos the model was trained on 2, and 1 chose"))
    #expect(parts.description.contains("the other 3, 1 of them new since training."))
  }

  @Test("nothing is new when the test part is the record's")
  func same() {
    let record = PhotoSets.record(
      train: hashes([0, 1, 3]), calibration: hashes([4]), test: hashes([2, 5]))
    let parts = Parts(of: set, for: PhotoSets.card(record))
    #expect(parts.test == [2, 5])
    #expect(!parts.description.contains("new since"))
    #expect(parts.description.hasSuffix("the other 2."))
  }

  @Test("without a record all are used, and the reader is warned")
  func unrecorded() {
    let parts = Parts(of: set, for: PhotoSets.card(nil))
    #expect(parts.test == Array(0..<6))
    #expect(parts.calibration == [])
    #expect(parts.trainedOn == 0)
    #expect(parts.description.contains("no record"))
    #expect(parts.description.contains("too good"))
  }

  @Test("parts share no photo and cover all, for random records")
  func partition() {
    let set = PhotoSets.set([5, 9, 2, 7])
    for seed in 0..<20 {
      // Each photo by a number of its own: train, calibration, test, or unknown to the record.
      func part(_ i: Int) -> Int { (i &* 7 &+ seed &* (i + 3)) % 4 }
      func hashes(_ wanted: Int) -> [String] {
        set.photos.indices.filter { part($0) == wanted }.map { set.photos[$0].sha256 }
      }
      let record = PhotoSets.record(train: hashes(0), calibration: hashes(1), test: hashes(2))
      let parts = Parts(of: set, for: PhotoSets.card(record))
      #expect(parts.test == set.photos.indices.filter { part($0) >= 2 })
      #expect(parts.calibration == set.photos.indices.filter { part($0) == 1 })
      #expect(parts.trainedOn + parts.test.count + parts.calibration.count == set.photos.count)
    }
  }
}

/// The split of an ensemble's photos into four.
@Suite("Ensemble split") struct EnsembleSplitTests {
  @Test(
    "parts share no photo and cover all", arguments: [[8, 8, 8], [4, 12, 30, 7], [20, 3, 2, 1]])
  func partition(_ counts: [Int]) throws {
    let set = PhotoSets.set(counts)
    for seed in 0..<10 as Range<UInt64> {
      let split = try EnsembleSplit(of: set, seed: seed)
      let all = split.train + split.selection + split.calibration + split.test
      #expect(all.sorted() == Array(set.photos.indices))
      for part in [split.train, split.selection, split.calibration, split.test] {
        #expect(part == part.sorted())
      }
      let again = try EnsembleSplit(of: set, seed: seed)
      #expect(again.train == split.train)
      #expect(again.selection == split.selection)
      #expect(again.calibration == split.calibration)
    }
  }

  @Test("everybody with photos enough is in every part, in its proportion")
  func proportions() throws {
    let set = PhotoSets.set([48, 24, 36])
    let split = try EnsembleSplit(of: set, seed: 5)
    for (identity, count) in [48, 24, 36].enumerated() {
      func share(_ part: [Int]) -> Int { part.count { set.photos[$0].identity == identity } }
      #expect(share(split.train) == count / 2)
      #expect(share(split.selection) == count / 6)
      #expect(share(split.calibration) == count / 12)
      #expect(share(split.test) == count / 4)
    }
  }

  @Test("the seed decides")
  func seeds() throws {
    let set = PhotoSets.set([12, 12])
    let tests = try (0..<8).map { try EnsembleSplit(of: set, seed: $0).test }
    #expect(Set(tests).count > 1)
  }

  @Test("with a photo each there is nothing to choose on")
  func tooFew() {
    #expect {
      try EnsembleSplit(of: PhotoSets.set([1, 1]), seed: 0)
    } throws: {
      guard case .badData(let text) = $0 as? WorkbenchError else { return false }
      return text.contains("2 photos of 2 people there are 0 and 0")
    }
  }
}
