import FacetTensor

extension FaceCode {
  /// The face of person `identity` of the world `seed`.
  ///
  /// People come in fives: three strangers, spread over skin tones and hair styles so that no two
  /// neighbours look alike, and two siblings of the third, who share most of its parts and differ
  /// in three traits each, a large and two small ones, never the same. Telling siblings apart is
  /// what makes a set hard.
  public static func random(seed: UInt64, identity: Int) -> FaceCode {
    precondition(identity >= 0, "identity \(identity)")
    let (family, member) = (identity / 5, identity % 5)
    var code = stranger(seed: seed, number: family * 3 + min(member, 2))
    guard member > 2 else { return code }
    var order = RandomStream(seed: seed, streamOfSiblings, family)
    let large = SiblingTrait.large.shuffled(using: &order)
    let small = SiblingTrait.small.shuffled(using: &order)
    var stream = RandomStream(seed: seed, streamOfSiblings, family, member)
    let sibling = member - 3
    for trait in [large[sibling]] + small[2 * sibling..<2 * sibling + 2] {
      trait.change(&code, &stream)
    }
    return code
  }

  private static let streamOfStrangers = 0xFACE
  private static let streamOfSiblings = 0x51B5
  private static let streamOfSpreads = 0x5BED

  private static func stranger(seed: UInt64, number: Int) -> FaceCode {
    var stream = RandomStream(seed: seed, streamOfStrangers, number)
    let tones = FacePalette.skin
    let toneIndex = spread(seed, 0, number, tones.count)
    let styles = HairStyle.allCases
    let style = styles[spread(seed, 1, number, styles.count)]
    return FaceCode.drawn(
      tone: tones[toneIndex], darkness: Double(toneIndex) / Double(tones.count - 1), style: style,
      &stream)
  }

  /// The `number`-th of a sequence in which each run of `count` is a permutation.
  private static func spread(_ seed: UInt64, _ what: Int, _ number: Int, _ count: Int) -> Int {
    var stream = RandomStream(seed: seed, streamOfSpreads, what, number / count)
    return (0..<count).shuffled(using: &stream)[number % count]
  }
}

/// What siblings differ in. A changed shape is on the other side of the average.
private enum SiblingTrait {
  case glasses
  case eyes
  case brows
  case nose
  case mouth
  case head
  case hairColor
  case moles

  static let large: [Self] = [.hairColor, .head, .glasses]
  static let small: [Self] = [.eyes, .brows, .nose, .mouth, .moles]

  func change(_ code: inout FaceCode, _ stream: inout RandomStream) {
    switch self {
    case .eyes:
      var eye = code.leftEye
      let irises = FacePalette.iris
      let place = irises.firstIndex(of: eye.iris) ?? 0
      eye.iris = irises[(place + 3 + stream.index(irises.count - 5)) % irises.count]
      for path in [\EyeCode.openness, \.tilt, \.spacing] {
        eye[keyPath: path] = stream.opposite(of: eye[keyPath: path])
      }
      (code.leftEye, code.rightEye) = (eye, eye)
    case .brows:
      var brow = code.leftBrow
      for path in [\BrowCode.thickness, \.arch, \.slant, \.height] {
        brow[keyPath: path] = stream.opposite(of: brow[keyPath: path])
      }
      (code.leftBrow, code.rightBrow) = (brow, brow)
    case .nose:
      for path in [\NoseCode.length, \.width, \.tip] {
        code.nose[keyPath: path] = stream.opposite(of: code.nose[keyPath: path])
      }
    case .mouth:
      for path in [\MouthCode.width, \.upperLip, \.lowerLip, \.height] {
        code.mouth[keyPath: path] = stream.opposite(of: code.mouth[keyPath: path])
      }
    case .head:
      for path in [\HeadCode.width, \.length, \.jaw, \.chin] {
        code.head[keyPath: path] = stream.opposite(of: code.head[keyPath: path])
      }
      let tones = FacePalette.skin
      let place = tones.firstIndex(of: code.head.tone) ?? 0
      code.head.tone = tones[place + (place < tones.count / 2 ? 2 : -2)]
    case .hairColor:
      let old = code.hair.color
      code.hair.color = FacePalette.neighbour(ofHair: old, &stream)
      for path in [\FaceCode.leftBrow.color, \.rightBrow.color, \.beard.color]
      where code[keyPath: path] == old {
        code[keyPath: path] = code.hair.color
      }
    case .glasses:
      let worn = code.glasses.style != .none
      code.glasses.style =
        worn
        ? .none : stream.element(of: GlassesStyle.allCases.filter { $0 != .none })
      code.glasses.color = FacePalette.frames[stream.index(2)]
      code.glasses.thickness = stream.number(0.6, 1)
    case .moles: code.moles = .drawn(freckled: code.moles.freckles == 0, &stream)
    }
  }
}

extension FaceCode {
  /// A face of the given skin and hair; the other parts are drawn, in proportions that go together.
  fileprivate static func drawn(
    tone: FaceColor, darkness: Double, style: HairStyle, _ stream: inout RandomStream
  ) -> FaceCode {
    let masculine = stream.happens(style.masculineShare)
    let age = style == .receding || style == .bald ? stream.number(0.35, 1) : stream.number(0, 0.8)
    let greying = stream.happens(Float(max(0, age - 0.45) * 1.6))
    let color =
      greying
      ? stream.element(of: FacePalette.grey)
      : style.isDyedAtTimes && stream.happens(0.15)
        ? stream.element(of: FacePalette.dyed)
        : FacePalette.hair[stream.index(darkness > 0.55 ? 3 : FacePalette.hair.count)]
    let natural =
      FacePalette.dyed.contains(color) ? FacePalette.hair[stream.index(3)] : color
    let lashes = masculine ? stream.number(0, 0.3) : stream.number(0.5, 1)
    let bearded = masculine && stream.happens(0.6)
    return FaceCode(
      head: .drawn(tone: tone, age: age, &stream),
      ears: EarCode(
        size: stream.number(-1, 1), stance: stream.number(-1, 1),
        ring: !masculine && stream.happens(0.4) ? stream.element(of: FacePalette.rings) : nil),
      hair: HairCode(
        style: style, color: color, volume: stream.number(-1, 1), hairline: stream.number(-1, 1),
        mirrored: stream.happens(0.5)),
      brows: .drawn(color: natural, thick: masculine, &stream),
      eyes: .drawn(lashes: lashes, darkness: darkness, &stream),
      nose: .drawn(&stream),
      mouth: .drawn(tone: tone, painted: !masculine && stream.happens(0.5), &stream),
      beard: BeardCode(
        style: bearded
          ? BeardStyle.allCases[1 + stream.index(BeardStyle.allCases.count - 1)] : .none,
        color: natural, length: stream.number(0, 1)),
      moles: .drawn(freckled: darkness < 0.5 && stream.happens(0.35), &stream),
      glasses: GlassesCode(
        style: stream.happens(0.3)
          ? GlassesStyle.allCases[1 + stream.index(GlassesStyle.allCases.count - 1)] : .none,
        color: stream.element(of: FacePalette.frames), size: stream.number(-1, 1),
        thickness: stream.number(0, 1)))
  }
}

extension HairStyle {
  fileprivate var isDyedAtTimes: Bool { [.spikes, .fringe, .bob, .quiff].contains(self) }

  fileprivate var masculineShare: Float {
    switch self {
    case .bald, .receding: 0.95
    case .buzz, .crop, .spikes, .quiff: 0.8
    case .sidePart, .bowl, .curls, .afro: 0.55
    case .bob, .fringe, .long, .waves, .bun, .ponytail: 0.04
    }
  }
}

extension HeadCode {
  fileprivate static func drawn(tone: FaceColor, age: Double, _ stream: inout RandomStream)
    -> HeadCode
  {
    HeadCode(
      tone: tone, width: stream.number(-1, 1), length: stream.number(-1, 1),
      cheek: stream.number(-1, 1), jaw: stream.number(-1, 1), chin: stream.number(-1, 1), age: age,
      blush: stream.number(0, 1))
  }
}

extension BrowCode {
  fileprivate static func drawn(color: FaceColor, thick: Bool, _ stream: inout RandomStream)
    -> BrowCode
  {
    BrowCode(
      color: color, thickness: thick ? stream.number(0, 1) : stream.number(-1, 0),
      arch: stream.number(-1, 1), slant: stream.number(-1, 1), length: stream.number(-1, 1),
      spacing: stream.number(-1, 1), height: stream.number(-1, 1))
  }
}

extension EyeCode {
  fileprivate static func drawn(lashes: Double, darkness: Double, _ stream: inout RandomStream)
    -> EyeCode
  {
    let colors = FacePalette.iris.count
    return EyeCode(
      iris: FacePalette.iris[stream.index(darkness > 0.55 ? 4 : colors)],
      width: stream.number(-1, 1), openness: stream.number(-1, 1), tilt: stream.number(-1, 1),
      spacing: stream.number(-1, 1), crease: stream.number(0, 1), lashes: lashes,
      irisSize: stream.number(-1, 1))
  }
}

extension NoseCode {
  fileprivate static func drawn(_ stream: inout RandomStream) -> NoseCode {
    NoseCode(
      length: stream.number(-1, 1), width: stream.number(-1, 1), bridge: stream.number(-1, 1),
      tip: stream.number(-1, 1))
  }
}

extension MouthCode {
  fileprivate static func drawn(tone: FaceColor, painted: Bool, _ stream: inout RandomStream)
    -> MouthCode
  {
    let rose = Ink(hex: 0xB2545A)
    let natural = tone.ink.mixed(rose, stream.number(0.35, 0.6))
    return MouthCode(
      color: painted ? stream.element(of: FacePalette.lipstick) : FaceColor(natural),
      width: stream.number(-1, 1), upperLip: stream.number(-1, 1), lowerLip: stream.number(-1, 1),
      bow: stream.number(0, 1), height: stream.number(-1, 1))
  }
}

extension MoleCode {
  /// Places where moles are: on the cheeks, the chin, above the mouth and on the forehead.
  private static let places: [FacePoint] = [
    FacePoint(-27, 26), FacePoint(27, 24), FacePoint(14, 29), FacePoint(-15, 31),
    FacePoint(-12, 53), FacePoint(33, 10), FacePoint(-33, 13), FacePoint(16, -36),
    FacePoint(-20, -37), FacePoint(24, 42),
  ]

  fileprivate static func drawn(freckled: Bool, _ stream: inout RandomStream) -> MoleCode {
    let count = stream.happens(0.45) ? 1 + stream.index(2) : 0
    let moles = places.shuffled(using: &stream).prefix(count).map { place in
      Mole(
        x: (place.x + stream.number(-3, 3)).tidy, y: (place.y + stream.number(-3, 3)).tidy,
        radius: stream.number(1.7, 2.6))
    }
    return MoleCode(
      moles: moles, freckles: freckled ? 20 + stream.index(25) : 0,
      freckleSeed: stream.next() >> 40)
  }
}

extension FaceColor {
  init(_ ink: Ink) {
    func byte(_ value: Double) -> UInt8 { UInt8((min(max(value, 0), 1) * 255).rounded()) }
    self.init(byte(ink.red), byte(ink.green), byte(ink.blue))
  }
}

extension Double {
  /// Rounded to thousandths, so that codes read well in JSON and survive it.
  var tidy: Double { (self * 1000).rounded() / 1000 }
}

extension RandomStream {
  mutating func number(_ low: Double, _ high: Double) -> Double {
    (low + (high - low) * Double(uniform())).tidy
  }

  /// A shape parameter clearly on the other side of 0 than `value`.
  mutating func opposite(of value: Double) -> Double {
    value > 0 ? number(-1, -0.3) : number(0.3, 1)
  }

  mutating func index(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

  mutating func element<T>(of values: [T]) -> T { values[index(values.count)] }
}
