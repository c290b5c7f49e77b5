import FacetFaces
import FacetImage
import Testing

/// A face that has every part: glasses, a beard, moles, hair that leaves the ears free.
private func complete(_ identity: Int, seed: UInt64 = 3) -> FaceCode {
  var code = FaceCode.random(seed: seed, identity: identity)
  code.hair.style = identity % 2 == 0 ? .crop : .sidePart
  code.beard.style = identity % 2 == 0 ? .full : .goatee
  code.glasses.style = identity % 2 == 0 ? .round : .rectangular
  code.moles.moles = [Mole(x: identity % 2 == 0 ? -27 : 27, y: 24, radius: 2.6)]
  return code
}

/// The pixels of a mask and those within `radius` of one, by the definition.
private func dilated(_ mask: [Bool], size: Int, radius: Int) -> [Bool] {
  var result = mask
  for y in 0..<size {
    for x in 0..<size where mask[y * size + x] {
      for v in max(0, y - radius)...min(size - 1, y + radius) {
        for u in max(0, x - radius)...min(size - 1, x + radius) { result[v * size + u] = true }
      }
    }
  }
  return result
}

/// The pixels in which two pictures differ.
private func changed(_ a: Image, _ b: Image) -> [Bool] {
  (0..<a.width * a.height).map { a.pixels[3 * $0..<3 * $0 + 3] != b.pixels[3 * $0..<3 * $0 + 3] }
}

@Suite struct FaceRendererTests {
  let renderer = FaceRenderer()

  @Test func sameSeedGivesTheSameBytesAndOthersOthers() {
    let code = FaceCode.random(seed: 5, identity: 2)
    let variation = FaceVariation.random(seed: 5, identity: 2, index: 7)
    let first = renderer.render(code, variation)
    #expect(
      first
        == renderer.render(
          .random(seed: 5, identity: 2), .random(seed: 5, identity: 2, index: 7)))
    #expect(first.image != renderer.render(.random(seed: 6, identity: 2), variation).image)
    #expect(
      first.image
        != renderer.render(code, .random(seed: 6, identity: 2, index: 7)).image)
    #expect(
      first.image
        != renderer.render(code, .random(seed: 5, identity: 2, index: 8)).image)
  }

  @Test func noiseBelongsToTheSeedOfTheCamera() {
    var variation = FaceVariation.neutral
    let code = complete(0)
    let clean = renderer.render(code, variation).image
    variation.camera.noise = 0.03
    variation.camera.seed = 1
    let noisy = renderer.render(code, variation).image
    variation.camera.seed = 2
    let other = renderer.render(code, variation).image
    #expect(noisy != other)
    // Away from black and white nothing is clipped: the mean is 0, the deviation as asked.
    var sum = 0.0
    var squares = 0.0
    var count = 0.0
    for (a, b) in zip(clean.pixels, noisy.pixels) where 40..<215 ~= a {
      let d = Double(b) - Double(a)
      sum += d
      squares += d * d
      count += 1
    }
    #expect(abs(sum / count) < 0.15)
    #expect(abs((squares / count).squareRoot() - 0.03 * 255) < 0.25)
  }

  @Test(arguments: 0..<6) func labelsArePartsAndMasksArePartition(index: Int) {
    let face = renderer.render(complete(index), .random(seed: 1, identity: index, index: index))
    #expect(face.labels.count == 112 * 112)
    #expect(face.labels.allSatisfy { FacePart(rawValue: $0) != nil })
    var total = 0
    var cover = [Int](repeating: 0, count: face.labels.count)
    for part in FacePart.allCases {
      let mask = face.mask(part)
      for i in mask.indices where mask[i] { cover[i] += 1 }
      #expect(face.area(of: part) == mask.count { $0 })
      total += face.area(of: part)
    }
    #expect(cover.allSatisfy { $0 == 1 })
    #expect(total == face.labels.count)
  }

  @Test(arguments: 0..<6) func neutralFaceShowsEveryPart(index: Int) {
    let face = renderer.render(complete(index))
    let smallest: [FacePart: Int] = [
      .background: 2000, .clothing: 150, .neck: 150, .skin: 800, .ears: 30, .hair: 300,
      .leftBrow: 10, .rightBrow: 10, .leftEye: 40, .rightEye: 40, .nose: 120, .mouth: 50,
      .beard: 100, .moles: 4, .glasses: 60,
    ]
    for (part, pixels) in smallest {
      #expect(face.area(of: part) >= pixels, "\(part.name): \(face.area(of: part)) pixels")
    }
    #expect(face.area(of: .occluder) == 0)
    // Left is the picture's left.
    func middle(_ part: FacePart) -> Double {
      let mask = face.mask(part)
      let columns = mask.indices.filter { mask[$0] }.map { Double($0 % face.size) }
      return columns.reduce(0, +) / Double(columns.count)
    }
    #expect(middle(.leftEye) < 56 && middle(.rightEye) > 56)
    #expect(middle(.leftBrow) < 56 && middle(.rightBrow) > 56)
  }

  @Test(arguments: FaceOccluder.Style.allCases) func occludersAreSeen(style: FaceOccluder.Style) {
    var variation = FaceVariation.neutral
    variation.occluder.style = style
    let area = renderer.render(complete(0), variation).area(of: .occluder)
    #expect(style == .none ? area == 0 : area > 250)
  }

  @Test(arguments: HairStyle.allCases) func hairCanBeRemoved(style: HairStyle) {
    var code = complete(1)
    code.hair.style = style
    let area = renderer.render(code).area(of: .hair)
    #expect(style == .bald ? area == 0 : area > 100)
    let bare = renderer.render(code, removing: [.hair])
    #expect(bare.area(of: .hair) == 0)
    code.hair.style = .bald
    #expect(bare == renderer.render(code))
  }

  @Test(arguments: FacePart.ofIdentity) func swappedPartChangesOnlyItsSurroundings(part: FacePart) {
    var (a, b) = (complete(0), complete(7))
    b.hair.style = .long
    a.ears.ring = nil
    let swapped = a.replacing(part, from: b)
    #expect(a.parts(differingFrom: swapped) == [part])
    for index in 0..<4 {
      var variation = FaceVariation.random(seed: 9, identity: 0, index: index)
      variation.occluder.style = .none
      (variation.expression.leftEye, variation.expression.rightEye) = (1, 1)
      let before = renderer.render(a, variation)
      let after = renderer.render(swapped, variation)
      // The skin colour is also the neck's, the ears', the nose's and the lids'; and hair and beard
      // follow the head's outline.
      let parts: Set<FacePart> =
        part == .skin
        ? [.skin, .neck, .ears, .nose, .leftEye, .rightEye, .hair, .beard, .glasses, .mouth]
        : [part]
      let near = zip(before.mask(parts), after.mask(parts)).map { $0 || $1 }
      let allowed = dilated(near, size: before.size, radius: 5)
      let changes = changed(before.image, after.image)
      #expect(changes.contains(true))
      #expect(!zip(changes, allowed).contains { $0 && !$1 })
    }
  }

  @Test(arguments: FacePart.allCases) func removedPartIsNotSeen(part: FacePart) {
    var variation = FaceVariation.random(seed: 2, identity: 0, index: 0)
    variation.occluder.style = .hat
    variation.camera.blur = 0
    let whole = renderer.render(complete(0), variation)
    let without = renderer.render(complete(0), variation, removing: [part])
    #expect(whole.area(of: part) > 0)
    if part == .background {
      // There is always something behind: an even grey.
      #expect(without.image != whole.image)
    } else {
      #expect(without.area(of: part) == 0)
      #expect(without.image != whole.image)
    }
  }

  @Test func removedEyesBecomeSkin() {
    var code = complete(0)
    code.glasses.style = .none
    let whole = renderer.render(code)
    let without = renderer.render(code, removing: [.leftEye, .rightEye])
    for i in whole.labels.indices
    where [FacePart.leftEye, .rightEye].map(\.rawValue).contains(whole.labels[i]) {
      #expect(without.labels[i] == FacePart.skin.rawValue)
    }
  }

  @Test(arguments: 0..<8) func masksFollowThePose(index: Int) {
    var code = complete(0)
    code.glasses.style = .none
    // A colour nothing else has.
    code.leftEye.iris = FaceColor(20, 230, 20)
    code.rightEye.iris = FaceColor(20, 230, 20)
    var variation = FaceVariation.neutral
    let random = FaceVariation.random(seed: 4, identity: 0, index: index, difficulty: 0.8)
    variation.pose = random.pose
    let face = renderer.render(code, variation, size: 160)
    var inside = 0
    for y in 0..<160 {
      for x in 0..<160 {
        let color = face.image[x, y]
        let isGreen =
          Int(color.green) > Int(color.red) + 60 && Int(color.green) > Int(color.blue) + 60
        guard isGreen else { continue }
        #expect([.leftEye, .rightEye].contains(face.part(x: x, y: y)), "(\(x), \(y))")
        inside += 1
      }
    }
    #expect(inside > 20)
  }

  @Test func poseMovesTheFaceAsSaid() {
    let code = complete(0)
    func middle(_ part: FacePart, _ change: (inout FacePose) -> Void) -> (x: Double, y: Double) {
      var variation = FaceVariation.neutral
      change(&variation.pose)
      let mask = renderer.render(code, variation, size: 200).mask(part)
      let places = mask.indices.filter { mask[$0] }
      let count = Double(places.count)
      return (
        places.reduce(0) { $0 + Double($1 % 200) } / count,
        places.reduce(0) { $0 + Double($1 / 200) } / count
      )
    }
    let still = middle(.nose) { _ in }
    let shifted = middle(.nose) {
      $0.shiftX = 0.1
      $0.shiftY = -0.05
    }
    #expect(abs(shifted.x - still.x - 20) < 0.5)
    #expect(abs(shifted.y - still.y + 10) < 0.5)
    #expect(middle(.nose) { $0.yaw = 12 }.x > still.x + 4)
    #expect(middle(.nose) { $0.pitch = 9 }.y > still.y + 3)
    // Clockwise: the mouth, below the middle, goes left. The middle of the picture is at 99.5.
    let mouth = middle(.mouth) { _ in }
    let rolled = middle(.mouth) { $0.roll = 90 }
    #expect(abs(rolled.x - (199 - mouth.y)) < 0.5)
    #expect(abs(rolled.y - mouth.x) < 0.5)
  }
}
