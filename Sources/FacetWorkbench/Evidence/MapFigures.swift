/// What was measured on the maps of one method or control, photo by photo.
struct MapFigures: Sendable {
  /// Areas under the curves, in 0...1.
  var deletion: [Double] = []
  var insertion: [Double] = []
  /// In -0.5...0.5; empty where it wasn't asked for, as are the others below.
  var road: [Double?] = []
  /// Insertion minus deletion of the map turned upside down.
  var inverted: [Double?] = []
  /// The part of the score's changes that the map doesn't explain.
  var unexplained: [Double?] = []
  var gini: [Double?] = []

  /// Insertion minus deletion, in -1...1: single pixels do well in the one and smooth maps in the
  /// other, so a map is judged by both.
  var combined: [Double] { zip(insertion, deletion).map { $0 - $1 } }

  mutating func append(_ other: MapFigures) {
    deletion += other.deletion
    insertion += other.insertion
    road += other.road
    inverted += other.inverted
    unexplained += other.unexplained
    gini += other.gini
  }
}
