import FacetGraph
import FacetReport
import FacetTensor
import FacetZoo

/// `facet predict`: a network's answers for scripts.
public struct PredictJob: Sendable {
  public let model: ModelSource
  public let input: String
  /// A `.npy` of logits `[N, classes]`; `nil` prints names and probabilities.
  public let output: String?
  /// A folder of photos of people, who become the network's classes.
  public let gallery: String?

  public init(model: ModelSource, input: String, output: String?, gallery: String? = nil) {
    self.model = model
    self.input = input
    self.output = output
    self.gallery = gallery
  }

  /// Runs the network; returns what to tell the user.
  public func run(_ context: JobContext) throws -> String {
    if let output {
      guard output.lowercased().hasSuffix(".npy") else {
        throw WorkbenchError.usage(
          "predict writes logits: --output must end in .npy, not '\(output)'")
      }
      try OutputPlace.checkFile(output)
    }
    var loaded = try model.load()
    let input = try ScriptInput(input, loaded.model.card.input.preprocessing)
    let enrolment = try gallery.map {
      try Enrolment(gallery: $0, into: loaded.model, asked: input.tensors, context)
    }
    loaded.model = enrolment?.model ?? loaded.model
    let model = loaded.model
    let classes = ClassNames(model)
    let answers = try Predictor(model, engine: context.engine)
      .answers(input.tensors, progress: context.progress)
    let notes =
      input.skipped.map { "\nSkipped \($0)" }.joined()
      + (enrolment.map { "\n" + $0.description }
        ?? (model.onlyCompares ? "\nWarning: \(Enrolment.missing)" : ""))
      + (try input.notes(loaded, on: context.engine))
    if let output {
      try NumPyArray.write(answers.logits, to: output)
      return "Logits of \(input.names.count) images, \(answers.logits.shape): \(output)" + notes
    }
    let probabilities = answers.probabilities
    let table = Table(
      columns: ["Image", "Answer", "Probability", "Next"],
      rows: input.names.indices.map { row in
        let ranked = (0..<probabilities.shape[1]).sorted {
          (probabilities[row, $1], $0) < (probabilities[row, $0], $1)
        }
        return [
          .name(input.names[row]), .text(classes.name(ranked[0])),
          .percentage(Double(probabilities[row, ranked[0]])),
          ranked.count > 1
            ? .text(
              "\(classes.name(ranked[1])) "
                + NumberFormat.percent(1).string(Double(probabilities[row, ranked[1]])))
            : .missing,
        ]
      })
    return try TextRenderer.render(table) + notes
  }
}
