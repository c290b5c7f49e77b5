/// What was measured on the maps of one method or control, photo by photo; `nil` where the map is no
/// answer.
package struct MapFigures: Sendable {
  /// Areas under the curves, in 0...1.
  package var deletion: [Double?] = []
  package var insertion: [Double?] = []
  /// In -0.5...0.5; empty where it wasn't asked for, as are the others below.
  var road: [Double?] = []
  /// Insertion minus deletion of the map turned upside down.
  package var inverted: [Double?] = []
  /// The part of the score's changes that the map doesn't explain.
  var unexplained: [Double?] = []
  var gini: [Double?] = []

  /// Insertion minus deletion, in -1...1: single pixels do well in the one and smooth maps in the
  /// other, so a map is judged by both.
  package var combined: [Double?] { insertion.minus(deletion) }

  mutating func append(_ other: MapFigures) {
    deletion += other.deletion
    insertion += other.insertion
    road += other.road
    inverted += other.inverted
    unexplained += other.unexplained
    gini += other.gini
  }
}

extension [Double?] {
  /// The differences where both are known.
  func minus(_ other: [Double?]) -> [Double?] {
    zip(self, other).map { a, b in
      guard let a, let b else { return nil }
      return a - b
    }
  }
}
