import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetTensor

/// The part of `facet trust` on the user's own photos.
struct RealPhotos {
  /// The photos that are measured with time enough, with their answers.
  let chosen: WatchedFaces
  /// The photos measured: the first of them.
  let faces: WatchedFaces
  let check: FaithfulnessCheck
  let template: RegionTemplate
  private let available: Int
  private let regions: [[FaceRegion]]?

  /// A seeded choice of the photos that the model hasn't seen, spread over people.
  init(
    _ bench: TestBench, _ methods: [MapMethod], images: Int, deadline: Deadline,
    _ context: JobContext
  ) throws {
    available = bench.test.count
    let places = PhotoChoice.spread(bench.test.identities, count: images, seed: context.seed)
    let predictions = bench.answers.predictions
    chosen = WatchedFaces(bench.test.subset(places), targets: places.map { predictions[$0] })
    check = try FaithfulnessCheck(
      bench.model, chosen, methods, .withoutInversion, phase: "faithfulness on your photos",
      deadline: deadline, context)
    faces = chosen.prefix(check.count)
    // All photos: a mean of a few is a person.
    template = RegionTemplate(fitting: bench.test.entries.prefix(400).map(\.image))
    let fits = template.correlation >= RegionTemplate.leastCorrelation
    let input = bench.model.card.input
    let one = fits ? template.regions(width: input.width, height: input.height) : nil
    let count = check.count
    regions = one.map { Array(repeating: $0, count: count) }
  }

  func scores(ofMethod index: Int, _ bootstrap: IdentityBootstrap) -> FaithfulnessScores {
    check.scores(ofMethod: index, people: faces.people, bootstrap)
  }

  func regionShares(method index: Int, _ bootstrap: IdentityBootstrap) -> RegionShares? {
    regions.map {
      RegionShares(check.ranking(ofMethod: index), $0, people: faces.people, bootstrap)
    }
  }

  func result(_ bootstrap: IdentityBootstrap) -> TrustResult.Real {
    TrustResult.Real(
      photos: faces.count, available: available, people: Set(faces.people).count,
      templateCorrelation: template.correlation, templateIsUsed: regions != nil,
      shortcuts: ShortcutCheck.adjusted(
        check.methods.enumerated().map { index, method in
          ShortcutCheck(
            method.name, check.ranking(ofMethod: index), faces, regions: regions, bootstrap)
        }))
  }
}
