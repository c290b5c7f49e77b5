/// Draws faces from their codes.
///
/// A picture is a pure function of code, variation, size and the removed parts: the same bytes on
/// every call, whatever else is drawn at the same time. Geometry is in units of the face: the
/// neutral picture spans -100...100 both ways, x to the right and y down, with the middle of the
/// head at the origin, the eyes at y = -6 and the mouth at about y = 40.
public struct FaceRenderer: Sendable {
  /// The sides, in pixels, that can be drawn.
  public static let sizes = 16...4096

  public init() {}

  /// The photo of `code` under `variation`.
  ///
  /// Under one variation, two codes that differ in one part give pictures that differ only where
  /// that part is in one of them, or within the blur and the soft shadow beside it (about 4 % of
  /// the side). The head's skin colour is also the neck's, the ears', the nose's and the eyelids'.
  ///
  /// - Parameters:
  ///   - size: the side of the square picture in pixels, in ``sizes``.
  ///   - removing: parts that are not drawn. What is behind them is seen: without eyes there is
  ///     skin, without hair a bald head. A removed background is an even grey.
  public func render(
    _ code: FaceCode, _ variation: FaceVariation = .neutral, size: Int = 112,
    removing: Set<FacePart> = []
  ) -> RenderedFace {
    precondition(Self.sizes ~= size, "a face of \(size) pixels; sizes are \(Self.sizes)")
    let pose = variation.pose
    let canvas = FaceCanvas(
      size: size,
      light: FacePoint.direction(variation.light.angle),
      turn: FacePoint(FacePoint.direction(pose.yaw).y, FacePoint.direction(pose.pitch).y))
    FaceScene(code: code, variation: variation, canvas: canvas).draw(removing: removing)
    let darkroom = Darkroom(light: variation.light, camera: variation.camera)
    return RenderedFace(image: darkroom.develop(canvas.colors), labels: canvas.labelMap())
  }
}
