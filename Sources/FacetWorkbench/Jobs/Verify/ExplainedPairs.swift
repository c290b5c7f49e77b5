import FacetExplain
import FacetGraph
import FacetTensor

/// The worst pairs of a list with their maps.
struct ExplainedPairs {
  /// One pair.
  struct Entry {
    let pair: HardPair
    /// Of files: `001`.
    let number: String
    let first: PairPhoto
    let second: PairPhoto
    let maps: [PairMaps]

    /// What there is to explain: why it was accepted, or why it was rejected.
    var side: PairSide {
      pair.score >= pair.threshold ?? .infinity ? .similarity : .dissimilarity
    }

    func photo(_ face: PairFace) -> PairPhoto { face == .first ? first : second }

    func mapFile(_ face: PairFace, _ method: PairMethod) -> String {
      "maps/\(number)-\(face.rawValue)-\(method.name).npy"
    }

    func heatmapFile(_ face: PairFace, _ method: PairMethod) -> String {
      "heatmaps/\(number)-\(face.rawValue)-\(method.name)-\(side.rawValue).png"
    }
  }

  /// Of results: where a pair's maps are.
  struct Record: Encodable, Sendable {
    let probe: String
    let reference: String
    let same: Bool
    let score: Double
    let isError: Bool
    let side: PairSide
    /// By method, then by face, relative to the output folder.
    let maps: [String: [String: String]]
  }

  let model: Model
  /// Two people each, the most alike first; errors, or a few of the nearest to one where there is none.
  let impostor: [Entry]
  /// One person each, the least alike first.
  let genuine: [Entry]
  /// Those the network allows.
  let methods: [PairMethod]
  let refused: [PairMethods.Refused]

  /// Shown of a kind without errors.
  private static let fewest = 3

  init(_ hardest: HardPairs, _ photos: PairFiles, _ chosen: PairMethods, _ context: JobContext)
    throws
  {
    let model = photos.model
    self.model = model
    func shown(_ pairs: [HardPair]) -> [HardPair] {
      let errors = pairs.filter(\.isError)
      return errors.isEmpty ? Array(pairs.prefix(Self.fewest)) : errors
    }
    let kinds = [shown(hardest.impostor), shown(hardest.genuine)]
    let total = kinds.map(\.count).reduce(0, +)
    let quiet = JobContext(seed: context.seed, engine: context.engine)
    var entries: [[Entry]] = []
    var refused: [PairMethods.Refused] = []
    var done = 0
    for pairs in kinds {
      var own: [Entry] = []
      for pair in pairs {
        context.progress.step("maps of the worst pairs", Double(done) / Double(total))
        done += 1
        let (first, second) = (try photos.photo(pair.probe), try photos.photo(pair.reference))
        let faces = try FacePairs(
          model, .stack([first.tensor]), .stack([second.tensor]), on: context.engine)
        let found = try chosen.maps(faces, model, quiet)
        refused = found.refused
        let number = String(done)
        own.append(
          Entry(
            pair: pair,
            number: String(repeating: "0", count: max(0, 3 - number.count)) + number,
            first: first, second: second, maps: found.maps))
      }
      entries.append(own)
    }
    (impostor, genuine) = (entries[0], entries[1])
    self.refused = refused
    methods = chosen.methods.filter { method in !refused.contains { $0.method == method } }
  }

  private var all: [Entry] { impostor + genuine }

  var records: [Record] {
    all.map { entry in
      Record(
        probe: entry.pair.probe, reference: entry.pair.reference, same: entry.pair.same,
        score: entry.pair.score, isError: entry.pair.isError, side: entry.side,
        maps: Dictionary(
          uniqueKeysWithValues: methods.map { method in
            (
              method.name,
              Dictionary(
                uniqueKeysWithValues: PairFace.allCases.map {
                  ($0.rawValue, entry.mapFile($0, method))
                })
            )
          }))
    }
  }

  /// The raw maps as `maps/*.npy` and the pictures as `heatmaps/*.png`.
  ///
  /// - Parameter label: what is written into a method's pictures; `nil` for nothing.
  func write(to folder: OutputFolder, label: (PairMethod) -> String?) throws -> [PairMapFile] {
    var files: [PairMapFile] = []
    for entry in all {
      for map in entry.maps {
        for face in PairFace.allCases {
          let photo = entry.photo(face)
          files.append(
            try map.write(face, photo, entry.mapFile(face, map.method), to: folder))
          files.append(
            try map.write(
              face, entry.side, photo, label: map.isFlat(0) ? nil : label(map.method),
              entry.heatmapFile(face, map.method), to: folder))
        }
      }
    }
    return files
  }
}
