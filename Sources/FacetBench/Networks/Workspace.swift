import FacetFiles
import FacetGraph
import FacetImage
import FacetTensor
import FacetZoo
import Foundation
import Synchronization

/// The folder of one run's files: weights, inputs, results. It goes when the run ends.
public final class Workspace: Sendable {
  private static let folders = Mutex<Set<String>>([])

  public let folder: String

  public init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("facet-bench-\(UUID().uuidString)").path
    try AtomicFile.makeDirectory(folder)
    _ = Self.folders.withLock { [folder] in $0.insert(folder) }
  }

  deinit { remove() }

  /// Removes the folder with all that is in it.
  public func remove() {
    try? FileManager.default.removeItem(atPath: folder)
    _ = Self.folders.withLock { [folder] in $0.remove(folder) }
  }

  /// Removes the folders of all runs: for an interrupted one.
  public static func removeAll() {
    folders.withLock { folders in
      for folder in folders { try? FileManager.default.removeItem(atPath: folder) }
    }
  }

  /// The path of a name inside the folder.
  public func file(_ name: String) -> String { folder + "/" + name }

  /// A new folder inside the folder.
  func emptyFolder(_ name: String) throws -> String {
    try? FileManager.default.removeItem(atPath: file(name))
    try AtomicFile.makeDirectory(file(name))
    return file(name)
  }

  /// Removes the files of a network that was measured to the end.
  func removeFiles(of network: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(network + ".") {
      try? FileManager.default.removeItem(atPath: file(name))
    }
  }

  /// A network's weights, written once.
  func weights(_ network: BenchNetwork, kind: String = "plain") throws -> String {
    let path = file("\(network.name).\(kind).safetensors")
    if !FileManager.default.fileExists(atPath: path) {
      try ModelFile.write(network.model, to: path)
    }
    return path
  }

  /// A network as an ONNX graph, written once.
  func onnx(_ network: BenchNetwork) throws -> String {
    let path = file("\(network.name).onnx")
    if !FileManager.default.fileExists(atPath: path) {
      try ONNXExporter.write(network.model, to: path)
    }
    return path
  }

  /// A batch of images, written once.
  func images(_ network: BenchNetwork, _ count: Int, side: Int? = nil, seed: UInt64) throws
    -> String
  {
    let shape = network.shape(count, side: side)
    let path = file("\(network.name).\(shape).npy")
    if !FileManager.default.fileExists(atPath: path) {
      try NumPyArray.write(network.images(count, side: side, seed: seed), to: path)
    }
    return path
  }

  /// A picture of soft stripes as PNG, 500x400: its shorter side at 256 pixels, an even number of
  /// pixels is cut off, so that both sides cut the same ones.
  func photo() throws -> String {
    var picture = Image(width: 500, height: 400)
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        func wave(_ scale: Double, _ phase: Double) -> UInt8 {
          UInt8(
            (127 + 60 * sin(Double(x) / scale + phase) + 60 * cos(Double(y) / (1.7 * scale) - phase))
              .rounded())
        }
        picture[x, y] = RGB(wave(23, 0), wave(31, 1), wave(41, 2))
      }
    }
    let path = file("photo.png")
    try PNGWriter.write(picture, to: path)
    return path
  }
}
