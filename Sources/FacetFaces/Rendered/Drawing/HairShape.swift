/// The outlines of a hair style on a given head.
struct HairShape {
  enum Texture {
    /// Strands run beside the silhouette, from the parting to the ends.
    case along
    /// Strands run from the hairline to the silhouette.
    case across
    case curly
    case cropped
  }

  /// What is behind the head and the neck.
  var behind: FacePath?
  /// What is on the head, over the ears.
  var front: FacePath?
  /// Front pieces with strands: silhouette and inner edge, both from left to right.
  var flow: (outer: [FacePoint], inner: [FacePoint])?
  var texture = Texture.along
  /// Strands drawn instead of those that follow the flow.
  var strands: [FacePath] = []
  /// 0...1: how much skin shows through.
  var sheer = 0.0

  init(_ hair: HairCode, on head: HeadGeometry) {
    let builder = HairBuilder(head: head, volume: hair.volume, rise: 2.5 * hair.hairline)
    self = builder.shape(hair.style)
    if hair.mirrored {
      func flip(_ p: FacePoint) -> FacePoint { FacePoint(-p.x, p.y) }
      behind = behind?.mapped(flip)
      front = front?.mapped(flip)
      flow = flow.map { ($0.outer.map(flip), $0.inner.map(flip)) }
      strands = strands.map { $0.mapped(flip) }
    }
  }

  init(
    behind: FacePath? = nil, front: FacePath? = nil,
    flow: (outer: [FacePoint], inner: [FacePoint])? = nil, texture: Texture = .along,
    sheer: Double = 0
  ) {
    self.behind = behind
    self.front = front
    self.flow = flow
    self.texture = texture
    self.sheer = sheer
  }
}
