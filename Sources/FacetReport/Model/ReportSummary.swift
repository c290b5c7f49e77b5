/// What a hurried reader takes away: a few figures, what they mean, and what to beware of.
public struct ReportSummary: Codable, Equatable, Sendable {
  public var figures: [HeadlineFigure]
  /// Whole sentences generated from the results, "no effect shown" included.
  public var verdicts: [Verdict]
  /// Whole sentences about what weakens the results.
  public var warnings: [String]

  public init(
    figures: [HeadlineFigure] = [], verdicts: [Verdict] = [], warnings: [String] = []
  ) {
    self.figures = figures
    self.verdicts = verdicts
    self.warnings = warnings
  }
}

/// A number with all that is needed to judge it: interval, count and definition.
public struct HeadlineFigure: Codable, Equatable, Sendable {
  public var name: String
  public var value: Double
  public var format: NumberFormat
  public var interval: ReportInterval?
  /// What the number was computed from, for example `231 of 240 photos`; may be empty.
  public var count: String
  /// The definition the number was computed by; it goes to the glossary under `name`.
  public var definition: String?
  public var tone: Tone

  public init(
    _ name: String, _ value: Double, _ format: NumberFormat = .percent(1),
    interval: ReportInterval? = nil, count: String = "", definition: String? = nil,
    tone: Tone = .neutral
  ) {
    self.name = name
    self.value = value
    self.format = format
    self.interval = interval
    self.count = count
    self.definition = definition
    self.tone = tone
  }
}

/// A conclusion in one sentence.
public struct Verdict: Codable, Hashable, Sendable {
  public var sentence: String
  public var tone: Tone

  public init(_ sentence: String, tone: Tone = .neutral) {
    self.sentence = sentence
    self.tone = tone
  }
}

/// A confidence interval, in the unit of the number it belongs to.
public struct ReportInterval: Codable, Hashable, Sendable {
  public var low: Double
  public var high: Double
  /// The nominal coverage, a fraction: 0.95.
  public var level: Double
  /// How it was computed, for example `Clopper-Pearson`; may be empty.
  public var method: String

  public init(_ low: Double, _ high: Double, level: Double = 0.95, method: String = "") {
    self.low = low
    self.high = high
    self.level = level
    self.method = method
  }
}
