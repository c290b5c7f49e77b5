/// Free pieces of addresses, in order, no two of them neighbours.
package struct FreeRanges {
  package private(set) var pieces: [Range<UInt>] = []

  package init() {}

  /// Cuts so many bytes off the smallest piece that has them; of equal ones off the first. `nil` where none
  /// is large enough. Linear in the number of pieces.
  package mutating func take(_ bytes: Int) -> UInt? {
    var best: Int?
    for (index, piece) in pieces.enumerated()
    where piece.count >= bytes && piece.count < best.map({ pieces[$0].count }) ?? .max {
      best = index
    }
    guard let best else { return nil }
    let start = pieces[best].lowerBound
    let rest = start + UInt(bytes)..<pieces[best].upperBound
    if rest.isEmpty {
      pieces.remove(at: best)
    } else {
      pieces[best] = rest
    }
    return start
  }

  /// Takes a piece back, joined with its neighbours.
  package mutating func give(_ piece: Range<UInt>) {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].lowerBound < piece.lowerBound { low = middle + 1 } else { high = middle }
    }
    precondition(
      (low == 0 || pieces[low - 1].upperBound <= piece.lowerBound)
        && (low == pieces.count || piece.upperBound <= pieces[low].lowerBound),
      "memory was given back twice")
    pieces.insert(piece, at: low)
    if low + 1 < pieces.count, pieces[low + 1].lowerBound == piece.upperBound {
      pieces[low] = pieces[low].lowerBound..<pieces.remove(at: low + 1).upperBound
    }
    if low > 0, pieces[low - 1].upperBound == piece.lowerBound {
      pieces[low - 1] = pieces[low - 1].lowerBound..<pieces.remove(at: low).upperBound
    }
  }
}
