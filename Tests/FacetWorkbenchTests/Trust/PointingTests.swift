import FacetEvaluation
import FacetExplain
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// The pointing game on whole scenes with true face boxes.
@Suite("Pointing at real faces")
struct PointingTests {
  private struct Scene {
    let path: String
    /// In pixels of the scene.
    let box: (x0: Double, y0: Double, x1: Double, y1: Double)
  }

  /// The scenes whose files are there.
  private func scenes() throws -> [Scene] {
    let folder = try #require(SharedData.path("data/caltech_scenes"))
    let table = try String(contentsOfFile: folder + "/boxes.csv", encoding: .utf8)
    return table.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let fields = line.split(separator: ",").map(String.init)
      let numbers = fields.suffix(4).compactMap(Double.init)
      let path = "\(folder)/\(fields[1])/\(fields[0])"
      guard numbers.count == 4, FileManager.default.fileExists(atPath: path) else { return nil }
      return Scene(path: path, box: (numbers[0], numbers[1], numbers[2], numbers[3]))
    }
  }

  /// A quarter of the scenes' size.
  private let width = 112
  private let height = 74

  private func mask(_ scene: Scene) -> [Bool] {
    (0..<width * height).map { i in
      let (x, y) = (Double(i % width) * 4 + 2, Double(i / width) * 4 + 2)
      return scene.box.x0...scene.box.x1 ~= x && scene.box.y0...scene.box.y1 ~= y
    }
  }

  private func hits(_ scenes: [Scene], tolerance: Double = 0, _ map: (Int) -> [Float]) throws -> Int
  {
    try scenes.indices.count {
      try PointingGame.isHit(
        map($0), width: width, mask: mask(scenes[$0]), tolerance: tolerance)
    }
  }

  @Test(
    "the truth always points at the face, its opposite never, the centre as often as it lies in a box",
    .enabled(if: SharedData.has("data/caltech_scenes/boxes.csv"), "no shared/data/caltech_scenes"))
  func boxes() throws {
    let scenes = try scenes()
    try #require(scenes.count > 50)
    let masks = scenes.map { mask($0).map { $0 ? Float(1) : 0 } }
    #expect(try hits(scenes) { masks[$0] } == scenes.count)
    #expect(try hits(scenes) { masks[$0].map { 1 - $0 } } == 0)
    let centre = ControlMap.centre.maps(of: .zeros([1, 3, height, width])).scalars
    let inBox = scenes.count { scene in
      // The first of the four middle cells.
      scene.box.x0...scene.box.x1 ~= 222 && scene.box.y0...scene.box.y1 ~= 146
    }
    let found = try hits(scenes) { _ in centre }
    #expect(found == inBox && 0 < found && found < scenes.count)
    #expect(try hits(scenes, tolerance: 40) { _ in centre } > found)
  }
}
