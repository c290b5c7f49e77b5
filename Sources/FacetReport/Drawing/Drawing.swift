/// A picture as a list of marks in the order of painting, in CSS pixels from the top left.
///
/// Plots are laid out once as a drawing; it is then written as SVG, whose colours follow the
/// reader's theme, or painted by Cairo on white.
struct Drawing {
  var width: Double
  var height: Double
  var marks: [Mark] = []
}

struct Point: Hashable {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

struct Box: Hashable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

struct Fill: Hashable {
  var ink: Ink
  var opacity = 1.0
}

struct Stroke: Hashable {
  var ink: Ink
  var width = 1.0
  var opacity = 1.0
  /// Lengths of dashes and gaps; empty for a whole line.
  var dashes: [Double] = []
}

/// The shape of a point, so that groups differ by more than their colour.
enum Symbol: Int, CaseIterable {
  case circle
  case square
  case diamond
  case triangle

  static subscript(_ index: Int) -> Symbol { allCases[index % allCases.count] }

  /// The corners around `center`; empty for the circle.
  func corners(_ center: Point, _ radius: Double) -> [Point] {
    let offsets: [(Double, Double)] =
      switch self {
      case .circle: []
      case .square: [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]
      case .diamond: [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
      case .triangle: [(0, -1.2), (1.1, 0.85), (-1.1, 0.85)]
      }
    return offsets.map { Point(center.x + radius * $0.0, center.y + radius * $0.1) }
  }
}

struct Label: Hashable {
  enum Anchor: String {
    case start
    case middle
    case end
  }

  var text: String
  /// The baseline's point that `anchor` names.
  var at: Point
  var size = 12.0
  var anchor = Anchor.start
  var ink = Ink.text
  var isBold = false
  /// Degrees, clockwise, about `at`.
  var rotation = 0.0
  /// Whether a rim in the surface's colour keeps the text legible over lines.
  var hasHalo = false
  /// The whole text where `text` was shortened.
  var whole: String?
}

indirect enum Mark {
  case path([Point], isClosed: Bool, stroke: Stroke?, fill: Fill?)
  case rectangle(Box, stroke: Stroke?, fill: Fill?, hint: String? = nil)
  case symbol(Symbol, at: Point, radius: Double, stroke: Stroke?, fill: Fill?, hint: String? = nil)
  case label(Label)
  /// Marks of which only the part inside of a box shows.
  case clipped(Box, [Mark])

  static func line(_ from: Point, _ to: Point, _ stroke: Stroke) -> Mark {
    .path([from, to], isClosed: false, stroke: stroke, fill: nil)
  }
}
