import FacetTensor

/// EigenCAM (Muhammad and Yeasin 2020): the projection of the centred feature vectors of all cells
/// on their first principal axis. It knows no class.
///
/// An axis has no sign; the one is taken whose map's largest value is at least as far from 0 as its
/// smallest (Chung and Ying 2025, equation 13).
public struct EigenCAMWeighting: ChannelWeighting {
  public static let name = "eigencam"
  public static let usesGradient = false

  public init() {}

  public func weights(_ context: CAMContext) -> CAMWeights {
    let means = context.channelSums { a, _ in a }.map { $0 / Double(context.cells) }
    let centred = context.activation.scalars.indices.map {
      Double(context.activation.scalars[$0]) - means[$0 / context.cells]
    }
    var axis = PrincipalAxis.ofColumns(centred, rows: context.channels, columns: context.cells)
    let map = CAMWeights.centredChannels(axis.map { Float($0) }).map(of: context.activation)
    if -map.minimum > map.maximum { axis = axis.map { -$0 } }
    return .centredChannels(axis.map { Float($0) })
  }
}
