import FacetEvaluation
import FacetReport

/// What a reader of the page has to know before its figures.
extension TrustPage {
  var warnings: [String] {
    (budgetUse?.warning.map { [$0] } ?? []) + peopleWarnings + drawnWarnings + answerWarnings
      + templateWarnings
  }

  private var peopleWarnings: [String] {
    [("The drawn faces", result.drawn.people), ("Your photos", result.real?.people)]
      .compactMap { what, people in
        guard let people, people < 10 else { return nil }
        if people >= MapScore.leastPeople {
          return "\(what): \(EvaluationWarning.fewIdentities(count: people).description)."
        }
        return "\(what) are of \(counted(people, "person", "people")); at least "
          + "\(MapScore.leastPeople) are needed. With fewer, chance often looks like an effect, so "
          + "nothing is decided on them and no interval is shown."
      }
  }

  private var drawnWarnings: [String] {
    var warnings: [String] = []
    if let recognised = result.drawn.recognised {
      if study.drawn.areStrangersUnderKnownNames {
        warnings.append(
          "The network knows the drawn people's names but not their faces: it names \(recognised) of "
            + "\(study.drawn.photos.count), no more than guessing would. They were drawn from seed "
            + "\(result.drawn.world); people of another seed have other faces under the same names. Give "
            + "--seed the number its training faces were drawn with. Until then the ground truth tells "
            + "how its answers on strangers are explained.")
      }
    } else {
      warnings.append(
        "The network wasn't trained on drawn people, so the ground truth tells how its answers on "
          + "drawings are explained, whoever it takes the drawings for.")
    }
    if result.drawn.swaps == 0 {
      let searched = study.truth.swaps.searched
      warnings.append(
        "No swapped part changed an answer"
          + (searched < study.drawn.photos.count
            ? " on the \(counted(searched, "face")) tried" : "")
          + ", so there is no swap game.")
    }
    return warnings
  }

  /// Of maps that are not numbers.
  private var answerWarnings: [String] {
    let own = result.methods.filter { $0.unanswered > 0 }
    let random = result.methods.filter { $0.randomisation.unanswered > 0 }
    return [
      own.isEmpty
        ? nil
        : "Some maps hold NaN or infinity; they count as no answer: "
          + listed(own.map { "\($0.title) on \(counted($0.unanswered, "photo"))" }) + ".",
      random.isEmpty
        ? nil
        : "Under random weights some maps hold NaN or infinity, whose likeness is left out: "
          + listed(
            random.map { "\($0.title) on \(counted($0.randomisation.unanswered, "photo"))" })
          + ".",
    ].compactMap { $0 }
  }

  private var templateWarnings: [String] {
    guard let real = result.real, !real.templateIsUsed else { return [] }
    let fit = NumberFormat.decimals(2).string(real.templateCorrelation)
    return [
      "The photos are not framed alike enough to say where eyes or backgrounds are (correlation with the "
        + "drawn mean face \(fit))."
    ]
  }
}
