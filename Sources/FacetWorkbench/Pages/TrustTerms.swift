import FacetEvaluation
import FacetExplain
import FacetReport

/// How pages define the figures of maps.
enum TrustTerms {
  static let deletion =
    "Area under the curve of the probability of the named class while the pixels are painted over by "
    + "falling saliency, equals together (Petsiuk et al. 2018). Smaller is better."
  static let insertion =
    "The same while the pixels are uncovered in a blurred copy (11x11, deviation 5). Larger is better."
  static let removal =
    "The pixels that the map calls strongest are painted over first (deletion), and in another run "
    + "uncovered first (insertion); a map that is right makes the answer go early and come early. "
    + "Measured is insertion minus deletion, so that neither single pixels nor smooth maps win by their "
    + "looks."
  static let aboveCentre =
    "Insertion minus deletion, minus the same of a Gaussian blob on the middle of the photo, paired over "
    + "photos, with a 95% interval over people. Above 0, the map knows more than that faces are in the "
    + "middle. What is shown hangs on the sign-flip test, adjusted by Holm over the methods."
  static let control =
    "A map that knows nothing of the network: random pixels, a random map as coarse as a late layer's, a "
    + "blob on the middle of the photo, and the photo's edges; where pixels are taken away on drawn "
    + "faces also the map upside down, and for the order of parts the parts' area alone."
  static let hardest =
    "Method minus the control that it is least above, paired over photos, with a 95% interval over people."
  static let win =
    "The method is above every control of the test. The p-value is the largest of the controls', so it is "
    + "no use to beat a weak one (intersection-union test, Berger 1982)."
  static let loss =
    "The method is below at least one control. The p-value is the smallest of those it is below, times "
    + "the number of controls (Bonferroni)."
  static let p =
    "How often chance alone would show as much: the difference of each person is averaged over the "
    + "person's photos, then all choices of signs are tried (up to \(SignFlipTest.exactPeople) people) or "
    + "\(NumberFormat.integer.string(Double(SignFlipTest.draws))) of them, and those counted whose mean is at least as far from 0 "
    + "(sign-flip randomisation test, two-sided). With fewer than \(MapScore.leastPeople) people nothing "
    + "is decided."
  static let adjusted =
    "Among many comparisons some look good by chance. Holm's correction over the methods makes the chance of "
    + "a single false claim in a test at most 5%: a win or a loss counts when this is at most 0.05."
  static let believe =
    "A method may be believed when its maps change with random weights, when it beats every control both "
    + "where pixels are taken away (on your photos, where there are any) and in a test against the "
    + "truth, and when it loses to no control in any test."
  static let road =
    "ROAD (Rong et al. 2022): pixels are removed by rank and filled in from those around them, plus noise; "
    + "mean over removed shares of 10, 30, 50, 70 and 90% of half the difference between removing the "
    + "least and the most relevant first. Above 0 is better than the inverted map, whose figure is the "
    + "same negated. Smooth maps do better here than they deserve."
  static let infidelity =
    "Squares of a sixth of the photo's side go to 0; the part of the score's changes that the map, scaled "
    + "at best on each photo, doesn't explain (Yeh et al. 2019, captum's normalize). 0 is best, 1 is as "
    + "good as a map of zeros. Controls are scaled alike."
  static let inverted =
    "Insertion minus deletion, minus the same of the map turned upside down. Below 0 the map's weakest "
    + "pixels count more than its strongest."
  static let sensitivity =
    "The largest relative change of the map over 4 changes of the photo by up to 0.02 in network space "
    + "(Yeh et al. 2019). 0 is steady."
  static let belowControl =
    "The control's figure minus the map's, paired over photos, with a 95% interval over people. Above 0 "
    + "the map is better than the control; an interval that holds 0 shows nothing."
  /// The tests in words for whoever has never heard of a correlation.
  static let partGame =
    "Every part of a drawn face is left out in turn, and the answer shows what it was worth. Measured is "
    + "whether the map holds the parts in that order of worth (rank correlation over the parts of a "
    + "face; 1 is the true order)."
  static let swapGame =
    "A part of a drawn face is swapped for another person's, and the network changes its answer. From the "
    + "top of the map of the new answer pixels are put back to what they were, until 5% of the unchanged "
    + "pixels are among them. Measured is the part of the change that this undoes, 0 to 100%."
  static let partOrder =
    "Spearman's rank correlation, over the parts of a drawn face, of the share of the map on the part "
    + "with what the score loses when the part isn't drawn; mean over faces. 1 is the true order."
  static let inside =
    "The share of the map on the pixels that the swap changed: the only ones that can explain the new "
    + "answer."
  static let restored =
    "The share of swaps in which putting back the map's strongest pixels, until 5% of the unchanged "
    + "pixels are among them, brings back the first answer."
  static let recovered =
    "The part of the change of the margin (new answer over old) that those pixels carry, from 0 to 100%; "
    + "100% is a map that selects all that explains the new answer."
  static let sparseness =
    "The Gini index of the map's magnitudes: 0 all pixels alike, 1 one pixel alone. Neither is better."
}

extension Table.Cell {
  /// A score with its interval, where it has one, and no number where there are too few people for one.
  package static func score(_ score: MapScore?, _ format: NumberFormat = .decimals(2)) -> Table.Cell
  {
    guard let score else { return .missing }
    guard score.people >= MapScore.leastPeople else { return .text("too few") }
    return .number(score.value, format, interval: score.interval.map(ReportInterval.init))
  }

  /// A p-value.
  static func p(_ value: Double?) -> Table.Cell {
    value.map { .number($0, .significant(2)) } ?? .missing
  }
}
