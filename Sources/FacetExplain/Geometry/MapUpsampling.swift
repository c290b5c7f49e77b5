import FacetGraph
import FacetTensor

/// How a layer's map is brought to the image's size.
public enum MapUpsampling: Hashable, Sendable {
  /// Every cell at the centre of what it sees, bilinear between centres, the border repeated.
  case receptiveField(ReceptiveField)
  /// The map stretched over the image, bilinear with half-pixel centres: what most libraries do,
  /// though cells then lie off what they saw.
  case stretch
}

extension Tensor {
  /// Maps `[..., h, w]` at `height` x `width` pixels.
  public func upsampled(height: Int, width: Int, by upsampling: MapUpsampling) -> Tensor {
    guard case .receptiveField(let field) = upsampling else {
      return resampled(height: height, width: width, by: .bilinear)
    }
    precondition(shape.rank >= 2 && count > 0, "upsampling maps of shape \(shape)")
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let down = (0..<height).map { field.vertical.cells(around: $0, of: rows) }
    let across = (0..<width).map { field.horizontal.cells(around: $0, of: columns) }
    let planes = count / (rows * columns)
    let leading = Array(shape.extents.dropLast(2))
    return Tensor(Shape(leading + [height, width])) { out in
      withUnsafeBufferPointer { source in
        for plane in 0..<planes {
          let cells = source.baseAddress! + plane * rows * columns
          let pixels = out.baseAddress! + plane * height * width
          for y in 0..<height {
            let (top, bottom) = (cells + down[y].low * columns, cells + down[y].high * columns)
            for x in 0..<width {
              let (left, right, part) = across[x]
              let above = top[left] + (top[right] - top[left]) * part
              let below = bottom[left] + (bottom[right] - bottom[left]) * part
              (pixels + y * width + x).initialize(to: above + (below - above) * down[y].part)
            }
          }
        }
      }
    }
  }
}

extension ReceptiveField.Axis {
  /// The two cells whose centres a pixel lies between, and how far it is from the first to the second.
  fileprivate func cells(around pixel: Int, of count: Int) -> (low: Int, high: Int, part: Float) {
    let place = min(max((Double(pixel) - centre) / Double(stride), 0), Double(count - 1))
    let low = Int(place)
    return (low, min(low + 1, count - 1), Float(place - Double(low)))
  }
}

/// Where a layer's cells are put on the image.
public enum MapPlacement: String, CaseIterable, Hashable, Codable, Sendable {
  /// At the centres of what they see.
  case receptiveField = "receptive-field"
  /// Evenly over the image, as most libraries do; see ``PlacementShift`` for how far off that is.
  case stretch
}

extension Explanation {
  /// The map at the images' size: `[N, H, W]` for a layer's map, `[N, C, H, W]` for one on pixels,
  /// which is returned as it is.
  ///
  /// - Parameter graph: the explained model's, for the layer's geometry; a layer that has none
  ///   (one cell that sees all) is stretched.
  public func upsampled(in graph: Graph, by placement: MapPlacement = .receptiveField) -> Tensor {
    space == .layer ? upsampled(map, in: graph, by: placement) : map
  }

  /// Where the cells really go when `placement` is asked for: without a common grid they are stretched,
  /// and a map that lies on pixels already (of several layers, of flips) was placed when it was made.
  public func placement(_ placement: MapPlacement, in graph: Graph) -> MapPlacement {
    layer.map { (try? ReceptiveField.of($0, in: graph)) == nil } ?? false ? .stretch : placement
  }

  /// Values on the cells of the map's layer, `[N, h, w]`, at the images' size, `[N, H, W]`.
  func upsampled(
    _ cells: Tensor, in graph: Graph, by placement: MapPlacement = .receptiveField
  ) -> Tensor {
    let field =
      placement == .stretch ? nil : layer.flatMap { try? ReceptiveField.of($0, in: graph) }
    return cells.upsampled(
      height: imageSize.height, width: imageSize.width,
      by: field.map { .receptiveField($0) } ?? .stretch)
  }
}
