import FacetImage

/// Small pictures in rows and columns, divided by white lines.
enum TileGrid {
  /// Pixels between tiles.
  static let gap = 2

  /// Tiles of one size, row by row; a row that isn't full ends white.
  static func picture(_ tiles: [Image], columns: Int, gap: Int = gap) -> Image {
    guard let first = tiles.first else {
      return Image(width: 1, height: 1, filledWith: RGB(255, 255, 255))
    }
    let columns = max(1, min(columns, tiles.count))
    let rows = (tiles.count + columns - 1) / columns
    var picture = Image(
      width: columns * (first.width + gap) - gap, height: rows * (first.height + gap) - gap,
      filledWith: RGB(255, 255, 255))
    for (index, tile) in tiles.enumerated() {
      picture.paste(
        tile, x: index % columns * (first.width + gap), y: index / columns * (first.height + gap))
    }
    return picture
  }
}

extension Image {
  /// Puts another picture over a part of this one, which holds it whole.
  fileprivate mutating func paste(_ tile: Image, x: Int, y: Int) {
    precondition(x + tile.width <= width && y + tile.height <= height, "a tile beyond the picture")
    for row in 0..<tile.height {
      let from = 3 * row * tile.width
      let to = 3 * ((y + row) * width + x)
      pixels.replaceSubrange(
        to..<to + 3 * tile.width, with: tile.pixels[from..<from + 3 * tile.width])
    }
  }

  /// The picture as large as fits a square, in the middle of grey: pixels stay squares where it is
  /// enlarged.
  func onTile(_ side: Int) -> Image {
    let longer = max(width, height)
    let (w, h) = (max(1, width * side / longer), max(1, height * side / longer))
    let scaled = longer > side ? resized(width: w, height: h) : enlarged(width: w, height: h)
    var tile = Image(width: side, height: side, filledWith: RGB(128, 128, 128))
    tile.paste(scaled, x: (side - w) / 2, y: (side - h) / 2)
    return tile
  }

  private func enlarged(width newWidth: Int, height newHeight: Int) -> Image {
    var image = Image(width: newWidth, height: newHeight)
    for y in 0..<newHeight {
      for x in 0..<newWidth { image[x, y] = self[x * width / newWidth, y * height / newHeight] }
    }
    return image
  }
}
