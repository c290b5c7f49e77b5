/// Photos of one identity that must not be separated by a split.
enum PhotoGroups {
  /// `photos` (indices into the set) in groups: two are in one group when a chain of identical or
  /// near-duplicate photos links them. Groups and their members are in ascending order.
  static func together(_ photos: [Int], in set: FaceSet) -> [[Int]] {
    var leader = Array(photos.indices)
    func root(_ place: Int) -> Int {
      var place = place
      while leader[place] != place { place = leader[place] }
      return place
    }
    for second in photos.indices {
      for first in 0..<second where isLinked(set.photos[photos[first]], set.photos[photos[second]])
      {
        let (a, b) = (root(first), root(second))
        leader[max(a, b)] = min(a, b)
      }
    }
    let members = Dictionary(grouping: photos.indices, by: root)
    return members.keys.sorted().map { key in (members[key] ?? []).map { photos[$0] } }
  }

  private static func isLinked(_ a: Photo, _ b: Photo) -> Bool {
    a.sha256 == b.sha256
      || a.perceptualHash.distance(to: b.perceptualHash) <= PerceptualHash.nearDuplicateDistance
  }
}
