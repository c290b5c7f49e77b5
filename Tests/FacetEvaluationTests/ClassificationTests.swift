import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct ClassificationTests {
  @Test func smallTableByHand() throws {
    let report = try ClassificationReport(
      labels: [0, 0, 0, 1, 1, 2], predictions: [0, 0, 1, 1, 0, 2],
      classes: ["ann", "bob", "cid", "dee"])
    #expect(report.confusion == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    #expect(report.accuracy.successes == 4 && report.accuracy.trials == 6)
    #expect(report.classes.map { $0.accuracy?.value } == [2.0 / 3, 0.5, 1, nil])
    #expect(report.classes.map { $0.precision?.value } == [2.0 / 3, 0.5, 1, nil])
    #expect(abs(report.meanClassAccuracy - (2.0 / 3 + 0.5 + 1) / 3) < 1e-15)
    #expect(report.majorityBaseline.name == "ann" && report.majorityBaseline.accuracy == 0.5)
    let interval = try #require(report.identityInterval)
    #expect(interval.contains(report.accuracy.value) && interval.resamples == 1000)
    let trained = try ClassificationReport(
      labels: [0, 0, 1], predictions: [0, 0, 1], classes: ["a", "b"], trainingLabels: [1, 1, 0])
    #expect(trained.majorityBaseline.name == "b")
    #expect(trained.majorityBaseline.accuracy == 1.0 / 3)
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ClassificationReport.self, from: data) == report)
  }

  @Test func badInput() {
    #expect(throws: EvaluationError.nothingToEvaluate(what: "images")) {
      try ClassificationReport(labels: [], predictions: [], classes: ["a"])
    }
    #expect(throws: EvaluationError.self) {
      try ClassificationReport(labels: [0], predictions: [], classes: ["a"])
    }
    #expect(
      throws: EvaluationError.outOfRange(what: "label of image", index: 1, got: 2, count: 2)
    ) {
      try ClassificationReport(labels: [0, 2], predictions: [0, 0], classes: ["a", "b"])
    }
    #expect(throws: EvaluationError.self) {
      try ClassificationReport(labels: [0], predictions: [-1], classes: ["a", "b"])
    }
  }

  @Test func decisionsTakeTheLowestOfEqual() throws {
    #expect(try Decisions.ofRows(Tensor([3, 3], [0, 2, 2, 5, 5, 5, -3, -2, -1])) == [1, 0, 2])
    #expect(throws: EvaluationError.self) { try Decisions.ofRows(Tensor([3], [0, 1, 2])) }
  }
}
