import FacetImage
import FacetTensor

/// Where the regions of a face lie on real photos that are all framed alike: the average drawn face,
/// placed so that it looks most like the photos' mean.
///
/// It knows no single photo: a head that is turned or off the middle is divided wrongly. So the fit is
/// given with its correlation, and a report shows it.
public struct RegionTemplate: Sendable {
  /// How the drawn face lies on the photos: its heights and breadths are multiplied by these, and it is
  /// moved by fractions of the photo's sides.
  public struct Placement: Hashable, Codable, Sendable {
    public var height: Double
    public var width: Double
    public var shiftX: Double
    public var shiftY: Double

    /// The drawn face as it is drawn.
    public static let neutral = Placement(height: 1, width: 1, shiftX: 0, shiftY: 0)
  }

  public let placement: Placement
  /// The correlation of the photos' mean with the drawn mean, in -1...1.
  public let correlation: Double

  /// Below this the drawn face looks like something else than the photos' mean, and the regions should
  /// not be used.
  public static let leastCorrelation = 0.6

  private static let drawn = AverageFace()

  /// The template for photos framed like `photos`.
  ///
  /// - Parameter photos: fitted to one size; at least one.
  public init(fitting photos: [Image]) {
    let side = AverageFace.searchSide
    let mean = Self.meanLuma(photos, side: side)
    var best: (placement: Placement, correlation: Double) = (.neutral, -1)
    for height in stride(from: 0.65, through: 1.6, by: 0.05) {
      for aspect in [0.85, 1, 1.15] {
        for shiftY in stride(from: -0.12, through: 0.121, by: 0.03) {
          for shiftX in [-0.04, 0, 0.04] {
            let placement = Placement(
              height: height, width: height * aspect, shiftX: shiftX, shiftY: shiftY)
            let correlation = Self.drawn.correlation(with: mean, placement)
            if correlation > best.correlation { best = (placement, correlation) }
          }
        }
      }
    }
    (placement, correlation) = best
  }

  /// The region of each pixel of a photo of this size, rows from the top.
  public func regions(width: Int, height: Int) -> [FaceRegion] {
    (0..<width * height).map { i in
      Self.drawn.region(
        at: placement.source(
          x: (Double(i % width) + 0.5) / Double(width),
          y: (Double(i / width) + 0.5) / Double(height)))
    }
  }

  /// The mean of the photos' grey values at `side` x `side` pixels.
  private static func meanLuma(_ photos: [Image], side: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: side * side)
    for photo in photos {
      let small = photo.resized(width: side, height: side)
      for i in sums.indices { sums[i] += small.luma(i) }
    }
    return sums.map { $0 / Float(max(photos.count, 1)) }
  }
}

extension RegionTemplate.Placement {
  /// Where on the drawn picture a place of the photo is; both in fractions of the sides.
  fileprivate func source(x: Double, y: Double) -> (x: Double, y: Double) {
    (0.5 + (x - 0.5 - shiftX) / width, 0.5 + (y - 0.5 - shiftY) / height)
  }
}

/// The mean of some drawn faces in the neutral pose, and at each place the region that most of them
/// have there.
private struct AverageFace: Sendable {
  /// The side at which placements are tried, in pixels.
  static let searchSide = 40
  private static let side = 100
  private static let people = 24

  private let luma: [Float]
  private let regions: [FaceRegion]

  init() {
    let side = Self.side
    var sums = [Float](repeating: 0, count: side * side)
    var votes = [[Int]](
      repeating: .init(repeating: 0, count: FaceRegion.allCases.count), count: side * side)
    for person in 0..<Self.people {
      // A world of its own, so that nobody's test faces are in the template.
      let face = FaceRenderer().render(.random(seed: 0x7E3A, identity: person), size: side)
      for (i, region) in face.regions(FacePose()).enumerated() {
        votes[i][FaceRegion.allCases.firstIndex(of: region) ?? 0] += 1
        sums[i] += face.image.luma(i)
      }
    }
    luma = sums.map { $0 / Float(Self.people) }
    regions = votes.map { votes in
      FaceRegion.allCases[votes.firstIndex(of: votes.max() ?? 0) ?? 0]
    }
  }

  /// Beyond the drawn picture there is background.
  func region(at place: (x: Double, y: Double)) -> FaceRegion {
    index(place).map { regions[$0] } ?? .background
  }

  private func index(_ place: (x: Double, y: Double)) -> Int? {
    guard 0..<1 ~= place.x, 0..<1 ~= place.y else { return nil }
    return Int(place.y * Double(Self.side)) * Self.side + Int(place.x * Double(Self.side))
  }

  /// Pearson's r of a mean photo with the placed face, over the places where there is face: backgrounds
  /// differ from set to set.
  func correlation(with mean: [Float], _ placement: RegionTemplate.Placement) -> Double {
    let side = Self.searchSide
    var (count, a, b, aa, bb, ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for i in mean.indices {
      let x = (Double(i % side) + 0.5) / Double(side)
      let y = (Double(i / side) + 0.5) / Double(side)
      guard let place = index(placement.source(x: x, y: y)), regions[place] != .background
      else { continue }
      let (p, q) = (Double(mean[i]), Double(luma[place]))
      count += 1
      a += p
      b += q
      aa += p * p
      bb += q * q
      ab += p * q
    }
    // A face of a few cells would fit anything.
    guard count > 200 else { return -1 }
    let spread = (aa - a * a / count) * (bb - b * b / count)
    return spread > 0 ? (ab - a * b / count) / spread.squareRoot() : -1
  }
}

extension Image {
  /// The grey value of pixel `index` in row-major order, 0...255.
  fileprivate func luma(_ index: Int) -> Float {
    (Float(pixels[3 * index]) + Float(pixels[3 * index + 1]) + Float(pixels[3 * index + 2])) / 3
  }
}
