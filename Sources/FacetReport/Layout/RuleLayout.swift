extension CartesianFrame {
  /// The lines of `rules`, clipped to the frame.
  func addRules(_ rules: [PlotRule], to layout: inout PlotLayout) {
    let stroke = Stroke(ink: .muted, width: 1.25, dashes: [5, 4])
    var lines: [Mark] = []
    for rule in rules {
      switch rule {
      case .vertical(let value, _):
        let x = column(value)
        if x.isFinite { lines.append(.line(Point(x, box.y), Point(x, box.bottom), stroke)) }
      case .horizontal(let value, _):
        let y = row(value)
        if y.isFinite { lines.append(.line(Point(box.x, y), Point(box.right, y), stroke)) }
      case .diagonal:
        // Two axes of one scale have a straight diagonal; in general it is traced.
        let steps = x.scale == y.scale ? 1 : 64
        let (low, high) = (x.scale.position(xRange.lowerBound), x.scale.position(xRange.upperBound))
        let points = (0...steps).compactMap { step -> Point? in
          let position = low + (high - low) * Double(step) / Double(steps)
          let value = step == 0 ? xRange.lowerBound : x.scale.value(position)
          let point = Point(column(value), row(value))
          return point.x.isFinite && point.y.isFinite ? point : nil
        }
        lines.append(.path(points, isClosed: false, stroke: stroke, fill: nil))
      }
    }
    if !lines.isEmpty { layout.add(.clipped(box, lines)) }
  }

  /// The room above the data that the labels of vertical rules take.
  static func headroom(for rules: [PlotRule]) -> Double {
    let verticals = rules.count { if case .vertical = $0 { true } else { false } }
    return verticals == 0 ? 0 : 15 * Double(min(verticals, 4)) + 4
  }

  /// The labels of `rules`, drawn last so that they stay legible over curves; the label of a
  /// horizontal rule stands at the end where fewer of `points` are in its way. Labels of vertical
  /// rules stand at the top of the frame, or above it.
  func addRuleLabels(
    _ rules: [PlotRule], to layout: inout PlotLayout, avoiding points: [Point] = [],
    isAbove: Bool = false
  ) {
    var verticals = 0
    for rule in rules {
      var label = Label(
        text: "", at: Point(0, 0), size: PlotLayout.smallTextSize, ink: .muted, hasHalo: true)
      switch rule {
      case .vertical(let value, let text):
        let x = column(value)
        guard x >= box.x - 0.5 && x <= box.right + 0.5 else { continue }
        let isRoomy = x + 5 + layout.width(text, size: label.size) <= box.right
        label.text = text
        label.anchor = isRoomy ? .start : .end
        label.at = Point(x + (isRoomy ? 5 : -5), box.y + 13 + 15 * Double(verticals))
        if isAbove {
          label.anchor = isRoomy ? .middle : .end
          label.at = Point(isRoomy ? x : box.right, box.y - 6 - 15 * Double(verticals))
        }
        verticals += 1
      case .horizontal(let value, let text):
        let y = row(value)
        guard y >= box.y - 0.5 && y <= box.bottom + 0.5 else { continue }
        label.text = text
        let baseline = y - 5 < box.y + 9 ? y + 13 : y - 5
        let width = layout.width(text, size: label.size) + 12
        let near = points.filter { abs($0.y - baseline + 4) < 11 }
        let isLeft =
          near.count { $0.x < box.x + width } < near.count { $0.x > box.right - width }
        label.anchor = isLeft ? .start : .end
        label.at = Point(isLeft ? box.x + 5 : box.right - 4, baseline)
      case .diagonal(let text):
        let (low, high) = (x.scale.position(xRange.lowerBound), x.scale.position(xRange.upperBound))
        let value = x.scale.value(low + (high - low) * 0.72)
        let y = row(value)
        guard y >= box.y && y <= box.bottom else { continue }
        label.text = text
        label.at = Point(column(value) + 8, y + 14)
      }
      layout.add(label, fitting: box.width - 10)
    }
  }
}
