import FacetFaces

/// `facet faces render`: people who don't exist, with the mask of every part.
public struct RenderFacesJob: Sendable {
  public struct Options: Sendable {
    public var output: String
    public var people: Int
    public var photosPerPerson: Int
    public var size: Int
    public var difficulty: Float
    public var replaces: Bool

    public init(
      output: String, people: Int, photosPerPerson: Int, size: Int = 112, difficulty: Float = 0.6,
      replaces: Bool = false
    ) {
      self.output = output
      self.people = people
      self.photosPerPerson = photosPerPerson
      self.size = size
      self.difficulty = difficulty
      self.replaces = replaces
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Draws the faces; returns what to tell the user.
  public func run(_ context: JobContext) throws -> String {
    let set = try RenderedFaceSet(
      people: options.people, photosPerPerson: options.photosPerPerson, size: options.size,
      seed: context.seed, difficulty: Double(options.difficulty))
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    context.progress.step("drawing \(set.count) faces", 0)
    try set.write(to: folder.file(""))
    try folder.commit()
    return "Drew \(set.count) photos of \(options.people) people.\n"
      + "Photos: \(options.output)/\(RenderedFaceSet.photosFolder)\n"
      + "Masks:  \(options.output)/\(RenderedFaceSet.masksFolder)"
  }
}
