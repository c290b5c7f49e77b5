import Foundation

/// How values are spread along an axis.
public enum AxisScale: String, Codable, Hashable, Sendable {
  case linear
  /// Base 10; only positive values are on it.
  case logarithmic
  /// The normal deviate (probit) of a rate in the open interval (0, 1): the axes of a DET plot, on
  /// which two normal distributions of one variance give a straight line of slope -1.
  ///
  /// A. Martin et al., "The DET curve in assessment of detection task performance", Eurospeech
  /// 1997.
  case normalDeviate

  /// Where `value` lies, up to an affine map. An end the scale never reaches is infinite (0 on a
  /// logarithmic scale is `-inf`); a value beyond it is NaN.
  public func position(_ value: Double) -> Double {
    switch self {
    case .linear: value
    case .logarithmic: value < 0 ? .nan : log10(value)
    case .normalDeviate: NormalDeviate.quantile(value)
    }
  }

  /// The value at `position`: the inverse of ``position(_:)``.
  public func value(_ position: Double) -> Double {
    switch self {
    case .linear: position
    case .logarithmic: pow(10, position)
    case .normalDeviate: NormalDeviate.probability(position)
    }
  }
}

/// The standard normal distribution and its quantile function.
public enum NormalDeviate {
  /// The probability that a standard normal variable is below `deviate`.
  public static func probability(_ deviate: Double) -> Double {
    0.5 * erfc(-deviate / 2.0.squareRoot())
  }

  /// The deviate below which a standard normal variable falls with probability `p`; `-inf` at 0,
  /// `+inf` at 1, NaN outside of [0, 1]. Relative error below 1e-15.
  ///
  /// M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
  /// Statistics 37 (1988), routine PPND16.
  public static func quantile(_ p: Double) -> Double {
    guard p >= 0 && p <= 1 else { return .nan }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    let q = p - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(central.numerator, r) / polynomial(central.denominator, r)
    }
    let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let (part, s) = r <= 5 ? (middle, r - 1.6) : (far, r - 5)
    let deviate = polynomial(part.numerator, s) / polynomial(part.denominator, s)
    return q < 0 ? -deviate : deviate
  }

  private typealias Rational = (numerator: [Double], denominator: [Double])

  /// Horner's scheme; coefficients from the constant up.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  private static let central: Rational = (
    [
      3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ],
    [
      1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
      21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ]
  )
  private static let middle: Rational = (
    [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
      3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
      0.0227238449892691845833, 7.74545014278341407640e-4,
    ],
    [
      1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
      0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ]
  )
  private static let far: Rational = (
    [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
      0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860,
      2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    [
      1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ]
  )
}
