import FacetFaces
import FacetImage
import FacetTestSupport
import Foundation
import Testing

@Suite("Regions of a face")
struct FaceRegionTests {
  @Test("every pixel's region follows from its part, and skin is divided by height")
  func parts() {
    let face = FaceRenderer().render(.random(seed: 1, identity: 0), size: 80)
    let regions = face.regions(FacePose())
    #expect(regions.count == 80 * 80)
    for (i, region) in regions.enumerated() {
      let part = FacePart(rawValue: face.labels[i])
      switch part {
      case .mouth: #expect(region == .mouth)
      case .nose: #expect(region == .nose)
      case .leftEye, .rightEye, .glasses: #expect(region == .eyes)
      case .background, .clothing, .neck: #expect(region == .background)
      case .skin:
        // Rows 32 and 49.6 of 80 are the lines.
        let y = i / 80
        if y < 31 { #expect(region == .forehead) }
        if 33..<49 ~= y { #expect(region == .cheeks) }
        if y > 50 { #expect(region == .jaw) }
      default: break
      }
    }
  }

  @Test("the lines turn, move and grow with the head")
  func pose() {
    var pose = FacePose()
    (pose.roll, pose.scale, pose.shiftX, pose.shiftY) = (90, 0.8, 0.05, -0.05)
    let code = FaceCode.random(seed: 1, identity: 0)
    let face = FaceRenderer().render(code, FaceVariation(pose: pose), size: 80)
    let upright = FaceRenderer().render(code, size: 80)
    func middle(_ face: RenderedFace, _ pose: FacePose, _ region: FaceRegion) -> (
      x: Double, y: Double
    ) {
      let places = face.regions(pose).enumerated().filter { $0.element == region }.map(\.offset)
      let count = Double(places.count)
      return (
        places.reduce(0.0) { $0 + Double($1 % 80) } / count,
        places.reduce(0.0) { $0 + Double($1 / 80) } / count
      )
    }
    for region in [FaceRegion.forehead, .jaw] {
      let (a, b) = (middle(upright, FacePose(), region), middle(face, pose, region))
      // A quarter turn clockwise about the middle, at 0.8, moved by 4 pixels each way.
      #expect(abs(b.x - (39.5 + 4 - 0.8 * (a.y - 39.5))) < 2.5)
      #expect(abs(b.y - (39.5 - 4 + 0.8 * (a.x - 39.5))) < 2.5)
    }
  }
}

@Suite("Template of regions")
struct RegionTemplateTests {
  @Test("on drawn photos it finds how they are framed")
  func drawn() {
    var pose = FacePose()
    (pose.scale, pose.shiftY) = (0.8, 0.06)
    let faces = (0..<12).map { person in
      FaceRenderer().render(
        .random(seed: 9, identity: person), FaceVariation(pose: pose), size: 64)
    }
    let template = RegionTemplate(fitting: faces.map(\.image))
    #expect(template.correlation > 0.8)
    #expect(abs(template.placement.height - 0.8) < 0.11)
    #expect(abs(template.placement.shiftY - 0.06) < 0.04)
    let regions = template.regions(width: 64, height: 64)
    let agreement = faces.map { face in
      zip(face.regions(pose), regions).count { $0 == $1 }
    }.reduce(0, +)
    #expect(Double(agreement) > 0.75 * 12 * 64 * 64)
    #expect(Set(regions).isSuperset(of: [.eyes, .nose, .mouth, .hair, .background]))
  }

  @Test("what is no face fits badly")
  func noise() {
    let stripes = (0..<4).map { shift in
      var image = Image(width: 48, height: 48)
      for y in 0..<48 {
        for x in 0..<48 {
          let value = UInt8((x / 3 + shift) % 2 * 255)
          image[x, y] = RGB(value, value, value)
        }
      }
      return image
    }
    #expect(RegionTemplate(fitting: stripes).correlation < RegionTemplate.leastCorrelation)
  }

  @Test(
    "on real photos eyes and mouth are where they are",
    .enabled(if: SharedData.has("data/caltech_faces"), "no shared/data/caltech_faces"))
  func real() throws {
    let set = try FaceSet.load(path: #require(SharedData.path("data/caltech_faces")))
    let photos = try set.photos.prefix(60).map { try $0.load().resized(width: 96, height: 96) }
    let template = RegionTemplate(fitting: photos)
    #expect(template.correlation > RegionTemplate.leastCorrelation)
    let regions = template.regions(width: 96, height: 96)
    func middle(_ region: FaceRegion) -> Double {
      let rows = regions.indices.filter { regions[$0] == region }.map { Double($0 / 96) / 96 }
      return rows.reduce(0, +) / Double(rows.count)
    }
    // By eye, on twenty of these photos.
    #expect(0.36...0.52 ~= middle(.eyes))
    #expect(0.58...0.76 ~= middle(.mouth))
  }
}
