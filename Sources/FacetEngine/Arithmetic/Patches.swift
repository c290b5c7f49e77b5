import FacetGraph

/// The patches a convolution's kernel sees, as a matrix: a row for each tap (channel, y, x), a column
/// for each output pixel ("im2col"), and the sum back from there ("col2im").
struct Patches {
  let kernel: Extent
  let stride: Extent
  let padding: Extent
  let isPadded: Bool
  let dilation: Extent
  let height: Int
  let width: Int
  let outHeight: Int
  let outWidth: Int

  init(_ convolution: Convolution, height: Int, width: Int, outHeight: Int, outWidth: Int) {
    kernel = convolution.kernel
    stride = convolution.stride
    padding = convolution.padding
    isPadded = padding != Extent(0) || convolution.trailingPadding != Extent(0)
    dilation = convolution.dilation
    self.height = height
    self.width = width
    self.outHeight = outHeight
    self.outWidth = outWidth
  }

  var taps: Int { kernel.height * kernel.width }
  var pixels: Int { outHeight * outWidth }

  /// Whether the patches of a map are the map itself: a 1x1 kernel that visits every pixel.
  var areTheMap: Bool {
    kernel == Extent(1) && stride == Extent(1) && !isPadded && height == outHeight
      && width == outWidth
  }

  /// Writes the columns `columns` of the patches of `channels` planes that begin at `planes`.
  func gather(
    _ planes: UnsafePointer<Float>, channels: Int, columns: Range<Int>,
    into matrix: UnsafeMutablePointer<Float>
  ) {
    var row = matrix
    for channel in 0..<channels {
      let plane = planes + channel * height * width
      for ky in 0..<kernel.height {
        for kx in 0..<kernel.width {
          gatherRow(plane, ky * dilation.height, kx * dilation.width, columns, row)
          row += columns.count
        }
      }
    }
  }

  private func gatherRow(
    _ plane: UnsafePointer<Float>, _ dy: Int, _ dx: Int, _ columns: Range<Int>,
    _ row: UnsafeMutablePointer<Float>
  ) {
    let inside = insideColumns(dx)
    var out = row
    var y = columns.lowerBound / outWidth
    var x = columns.lowerBound % outWidth
    var left = columns.count
    while left > 0 {
      let run = min(outWidth - x, left)
      let iy = y * stride.height + dy - padding.height
      if 0..<height ~= iy {
        let line = plane + iy * width
        let from = min(max(inside.lowerBound, x), x + run)
        let to = max(min(inside.upperBound, x + run), from)
        out.update(repeating: 0, count: from - x)
        let start = from * stride.width + dx - padding.width
        if stride.width == 1 {
          (out + (from - x)).update(from: line + max(start, 0), count: to - from)
        } else {
          var source = start
          for i in from - x..<to - x {
            out[i] = line[source]
            source += stride.width
          }
        }
        (out + (to - x)).update(repeating: 0, count: x + run - to)
      } else {
        out.update(repeating: 0, count: run)
      }
      out += run
      left -= run
      x = 0
      y += 1
    }
  }

  /// Adds the rows of a whole patch matrix back onto the planes they were read from.
  func scatter(
    _ matrix: UnsafePointer<Float>, channels: Int, onto planes: UnsafeMutablePointer<Float>
  ) {
    var row = matrix
    for channel in 0..<channels {
      let plane = planes + channel * height * width
      for ky in 0..<kernel.height {
        for kx in 0..<kernel.width {
          scatterRow(row, ky * dilation.height, kx * dilation.width, plane)
          row += pixels
        }
      }
    }
  }

  private func scatterRow(
    _ row: UnsafePointer<Float>, _ dy: Int, _ dx: Int, _ plane: UnsafeMutablePointer<Float>
  ) {
    let inside = insideColumns(dx)
    guard !inside.isEmpty else { return }
    for y in 0..<outHeight {
      let iy = y * stride.height + dy - padding.height
      guard 0..<height ~= iy else { continue }
      let line = plane + iy * width + (dx - padding.width)
      let source = row + y * outWidth
      if stride.width == 1 {
        for x in inside { line[x] += source[x] }
      } else {
        for x in inside { line[x * stride.width] += source[x] }
      }
    }
  }

  /// The output columns whose tap at offset `dx` falls inside the input.
  private func insideColumns(_ dx: Int) -> Range<Int> {
    let offset = padding.width - dx
    let from = offset > 0 ? (offset + stride.width - 1) / stride.width : 0
    let room = width - 1 + offset
    let to = room < 0 ? 0 : min(outWidth, room / stride.width + 1)
    return from < to ? from..<to : 0..<0
  }
}
