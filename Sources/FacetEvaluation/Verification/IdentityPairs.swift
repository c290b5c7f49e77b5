/// Who is on each image of a list of pairs.
///
/// Names tell the identity; genuine pairs of two names join them (files that lie in no folder are
/// told apart only by their names). Where impostor pairs then fall within one identity, the folders
/// are no identities, and images are joined by genuine pairs alone.
struct IdentityIndex: Sendable {
  /// The identities, sorted by Unicode scalar.
  let names: [String]
  /// Of each pair: the identity of probe and of reference.
  let members: [(probe: Int, reference: Int)]
  /// Impostor pairs within one identity.
  let contradictions: Int

  init(_ pairs: [ScoredPair]) {
    let byIdentity = Self.joined(pairs) { ($0.probeIdentity, $0.referenceIdentity) }
    if byIdentity.contradictions > 0 {
      let byImage = Self.joined(pairs) { ($0.probe, $0.reference) }
      // One wrong label is no reason to give up folders: only when most impostor pairs disagree.
      let impostor = pairs.count { !$0.same }
      if byImage.contradictions == 0 && 2 * byIdentity.contradictions > impostor {
        self = byImage
        return
      }
    }
    self = byIdentity
  }

  private init(names: [String], members: [(probe: Int, reference: Int)], contradictions: Int) {
    self.names = names
    self.members = members
    self.contradictions = contradictions
  }

  private static func joined(
    _ pairs: [ScoredPair], _ ends: (ScoredPair) -> (String, String)
  ) -> IdentityIndex {
    var number: [String: Int] = [:]
    var names: [String] = []
    func numbered(_ name: String) -> Int {
      if let known = number[name] { return known }
      number[name] = names.count
      names.append(name)
      return names.count - 1
    }
    let raw = pairs.map { pair in
      let (probe, reference) = ends(pair)
      return (probe: numbered(probe), reference: numbered(reference))
    }
    // Join by genuine pairs; the root is the name that comes first by Unicode scalar.
    var parent = Array(names.indices)
    func root(_ start: Int) -> Int {
      var i = start
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    for (pair, ends) in zip(pairs, raw) where pair.same {
      let a = root(ends.probe)
      let b = root(ends.reference)
      if a == b { continue }
      let first = names[a].unicodeScalars.lexicographicallyPrecedes(names[b].unicodeScalars)
      parent[first ? b : a] = first ? a : b
    }
    let roots = names.indices.filter { root($0) == $0 }.sorted {
      names[$0].unicodeScalars.lexicographicallyPrecedes(names[$1].unicodeScalars)
    }
    var place = [Int](repeating: 0, count: names.count)
    for (index, r) in roots.enumerated() { place[r] = index }
    let members = raw.map { (probe: place[root($0.probe)], reference: place[root($0.reference)]) }
    let contradictions = zip(pairs, members).count { !$0.same && $1.probe == $1.reference }
    return IdentityIndex(
      names: roots.map { names[$0] }, members: members, contradictions: contradictions)
  }
}

extension IdentityIndex {
  /// The warning about identities with pairs in more than one of `folds` (one for each pair), if any.
  func sharedByFolds(_ folds: [Int]) -> EvaluationWarning? {
    var first: [Int: Int] = [:]
    var shared = Set<Int>()
    for (pair, fold) in zip(members, folds) {
      for identity in [pair.probe, pair.reference] where first[identity, default: fold] != fold {
        shared.insert(identity)
      }
      first[pair.probe] = first[pair.probe] ?? fold
      first[pair.reference] = first[pair.reference] ?? fold
    }
    return shared.isEmpty
      ? nil : .identitiesInSeveralFolds(names: shared.sorted().map { names[$0] })
  }
}

/// Pairs sorted by score once, so that the EER of a resample of identities is one pass of weights.
///
/// An identity drawn m times stands for m copies. A genuine pair then counts m times, an impostor
/// pair of identities drawn m and n times m n times; pairs of an identity's copies are dropped.
struct IdentityPairs: Sendable {
  /// First identity; second identity or, for a pair within one identity, a slot that always weighs
  /// 1. Bit 31 of `second`: a genuine pair. Bit 31 of `first`: the last of its tied scores.
  private struct Entry {
    var first: UInt32
    var second: UInt32
  }

  private static let flag: UInt32 = 1 << 31
  private let entries: [Entry]
  let names: [String]

  /// Throws as ``ScoreSet`` does.
  init(_ pairs: [ScoredPair]) throws(EvaluationError) {
    _ = try ScoreSet(pairs)
    self.init(pairs, IdentityIndex(pairs))
  }

  /// `pairs` must have passed ``ScoreSet``.
  init(_ pairs: [ScoredPair], _ index: IdentityIndex) {
    names = index.names
    let scores = pairs.map(\.score)
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    let one = UInt32(names.count)
    entries = order.enumerated().map { place, i in
      let (probe, reference) = index.members[i]
      let last = place == order.count - 1 || scores[order[place + 1]] != scores[i]
      let within = pairs[i].same || probe == reference
      return Entry(
        first: UInt32(probe) | (last ? Self.flag : 0),
        second: (within ? one : UInt32(reference)) | (pairs[i].same ? Self.flag : 0))
    }
  }

  /// The midpoint EER where identity i counts `counts[i]` times; nil when no genuine or no impostor
  /// pair is left.
  ///
  /// - Parameter counts: one entry for each identity and a last one that must be 1.
  func midpoint(_ counts: [Int32]) -> Double? {
    precondition(counts.count == names.count + 1 && counts[names.count] == 1, "bad multiplicities")
    let flag = Self.flag
    return entries.withUnsafeBufferPointer { entries -> Double? in
      counts.withUnsafeBufferPointer { counts -> Double? in
        var genuine = 0
        var all = 0
        for entry in entries {
          let weight = Int(counts[Int(entry.first & ~flag)] &* counts[Int(entry.second & ~flag)])
          all &+= weight
          genuine &+= entry.second & flag != 0 ? weight : 0
        }
        let impostor = all - genuine
        guard genuine > 0, impostor > 0 else { return nil }
        var state = ErrorCounts(
          falseMatches: impostor, falseNonMatches: 0, impostor: impostor, genuine: genuine)
        var before = state
        for entry in entries {
          let weight = Int(counts[Int(entry.first & ~flag)] &* counts[Int(entry.second & ~flag)])
          if entry.second & flag != 0 {
            state.falseNonMatches &+= weight
          } else {
            state.falseMatches &-= weight
          }
          guard entry.first & flag != 0 else { continue }
          if state.isAtOrPastCrossing {
            return EERCrossing(before: state.isExact ? state : before, after: state).midpoint
          }
          before = state
        }
        return nil
      }
    }
  }

  /// The errors where identity i counts `counts[i]` times, when the first `places[k]` scores in
  /// ascending order are rejected and the others accepted; nil when no genuine or no impostor pair is
  /// left.
  ///
  /// - Parameters:
  ///   - counts: as for ``midpoint(_:)``.
  ///   - places: ascending, each in 0...number of pairs.
  func errors(_ counts: [Int32], rejecting places: [Int]) -> [ErrorCounts]? {
    precondition(counts.count == names.count + 1 && counts[names.count] == 1, "bad multiplicities")
    let flag = Self.flag
    var rejected: [(genuine: Int, impostor: Int)] = []
    rejected.reserveCapacity(places.count)
    var (genuine, impostor) = (0, 0)
    entries.withUnsafeBufferPointer { entries in
      counts.withUnsafeBufferPointer { counts in
        var start = 0
        for end in places + [entries.count] {
          for entry in entries[start..<max(start, end)] {
            let weight = Int(counts[Int(entry.first & ~flag)] &* counts[Int(entry.second & ~flag)])
            if entry.second & flag != 0 { genuine &+= weight } else { impostor &+= weight }
          }
          rejected.append((genuine, impostor))
          start = max(start, end)
        }
      }
    }
    guard genuine > 0, impostor > 0 else { return nil }
    return rejected.dropLast().map {
      ErrorCounts(
        falseMatches: impostor - $0.impostor, falseNonMatches: $0.genuine, impostor: impostor,
        genuine: genuine)
    }
  }
}
