import FacetFaces
import FacetImage
import FacetTensor
import Foundation

/// A folder of faces made for one test and removed after it.
final class FaceFolderFixture {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("facet faces \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file; its folders are made.
  func write(_ data: Data, _ name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// A picture unlike that of any other seed.
  static func png(_ seed: Int, side: Int = 24) throws -> Data {
    try PNGWriter.data(picture(seed, side: side))
  }

  /// Coarse random blocks, so that perceptual hashes of different seeds are far apart.
  static func picture(_ seed: Int, side: Int = 24) -> Image {
    var random = RandomStream(seed: UInt64(seed), 5)
    let coarse = Image(
      width: 9, height: 8,
      pixels: (0..<216).map { _ in UInt8.random(in: 0...255, using: &random) })
    return coarse.resized(width: side, height: side)
  }

  /// `counts[name]` different pictures for each identity, numbered in the order of names.
  func fill(_ counts: [(name: String, count: Int)]) throws {
    var seed = 100
    for (name, count) in counts {
      for i in 0..<count {
        try write(try FaceFolderFixture.png(seed), "\(name)/\(i).png")
        seed += 1
      }
    }
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path + "/" + name, withDestinationPath: target)
  }
}

/// Real data, which lies in `shared/data` beside the package when it is there at all.
enum RealData {
  static func folder(_ name: String) -> String {
    (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
      .deletingLastPathComponent().appendingPathComponent("shared/data/\(name)").path
  }

  static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder(name))
  }
}
