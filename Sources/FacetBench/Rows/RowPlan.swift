/// How one row is measured: the processes, and what each is given.
public struct RowPlan: Sendable {
  public var key: RowKey
  /// Facet's first.
  public var sides: [SidePlan]
  public var multiplyAdds: Int?
  public var layer: String?

  public init(
    key: RowKey, sides: [SidePlan], multiplyAdds: Int? = nil, layer: String? = nil
  ) {
    self.key = key
    self.sides = sides
    self.multiplyAdds = multiplyAdds
    self.layer = layer
  }
}

/// One process of a row.
public struct SidePlan: Sendable {
  /// `Facet` or the peer's title.
  public var name: String
  public var variant: String?
  /// The worker's program with its arguments.
  public var command: [String]
  public var images: Int
  public var pixels: Int
  public var load: WorkerLoad
  /// What is at work, where the worker itself can't say it.
  public var versions: [String: String]

  public init(
    name: String, variant: String? = nil, command: [String], images: Int, pixels: Int,
    load: WorkerLoad, versions: [String: String] = [:]
  ) {
    self.name = name
    self.variant = variant
    self.command = command
    self.images = images
    self.pixels = pixels
    self.load = load
    self.versions = versions
  }

  /// The side before it is measured.
  var side: BenchSide {
    BenchSide(
      name: name, variant: variant, threads: load.threads, images: images, pixels: pixels)
  }

  /// Threads of the libraries that look for them here, and no progress bars.
  var environment: [String: String] {
    [
      "OMP_NUM_THREADS": "\(load.threads)", "FACET_THREADS": "\(load.threads)",
      "TQDM_DISABLE": "1",
    ]
  }
}
