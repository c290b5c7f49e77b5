import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetGraph

/// How much the maps of methods and controls can change when photos change imperceptibly.
package struct SensitivityCheck {
  /// Photo by photo, in the order of the methods.
  package private(set) var ofMethods: [[Double]]
  /// In the order of the controls.
  package private(set) var ofControls: [[Double]]
  /// Photos measured: the first ones.
  package private(set) var count = 0
  private let controls: [ControlMap]
  private let people: [Int]
  private let bootstrap: IdentityBootstrap

  /// Changes of each photo: a few, since each is every method again.
  static let samples = 4
  /// Photos between two looks at the clock, where there is an end.
  private static let block = 2

  /// - Parameter deadline: no photos are begun that would go beyond it; the first ones are always
  ///   measured.
  package init(
    _ model: Model, _ faces: WatchedFaces, _ methods: [MapMethod], _ controls: [ControlMap],
    within deadline: Deadline, _ context: JobContext
  ) throws {
    self.controls = controls
    people = faces.people
    bootstrap = IdentityBootstrap(seed: context.seed)
    ofMethods = methods.map { _ in [] }
    ofControls = controls.map { _ in [] }
    let measure = MaxSensitivity(samples: Self.samples, noise: .seeded(context.seed))
    for block in deadline.blocks(of: faces.count, byIfLimited: Self.block) {
      let part = faces.subset(block)
      let x = part.batch
      for (index, method) in methods.enumerated() {
        let done = Double(count) + Double(part.count * index) / Double(methods.count)
        context.progress.step("sensitivity", done / Double(faces.count))
        ofMethods[index] += try measure.values(
          method.explainer, model, x, LogitObjective(.perImage(part.targets)),
          on: context.engine)
      }
      for (index, control) in controls.enumerated() {
        ofControls[index] += try measure.values(control, x, seed: context.seed)
      }
      count = block.upperBound
    }
  }

  package func score(ofMethod index: Int) -> MapScore? { score(ofMethods[index]) }

  package func score(ofControl index: Int) -> MapScore? { score(ofControls[index]) }

  /// By how much less than each control's a method's maps change, by the control's name.
  package func belowControls(method index: Int) -> [String: MapScore] {
    var below: [String: MapScore] = [:]
    for (control, values) in zip(controls, ofControls) {
      below[control.rawValue] = MapScore.difference(
        values, ofMethods[index], identities: Array(people.prefix(count)), bootstrap)
    }
    return below
  }

  private func score(_ values: [Double]) -> MapScore? {
    MapScore(values, identities: Array(people.prefix(count)), bootstrap)
  }
}
