import FacetEvaluation
import FacetFiles
import FacetImage
import FacetTensor
import Foundation

/// Whole scenes with the boxes of the faces on them, as a network sees them: a folder with a
/// `boxes.csv` (``BoxList``), pictures beside it or in a folder for each identity.
struct SceneShelf {
  struct Scene {
    let name: String
    let identity: String
    /// `[C, H, W]`.
    let tensor: Tensor
    /// Whether the face's box is at each pixel of the input.
    let box: [Bool]
  }

  let scenes: [Scene]
  /// Pictures of the table that aren't there or can't be read, and why.
  let skipped: [String]

  init(folder: String, _ preprocessing: Preprocessing) throws {
    let table = folder + "/boxes.csv"
    let list: BoxList
    do {
      list = try BoxList(csv: String(decoding: FileReading.data(at: table), as: UTF8.self))
    } catch let error as EvaluationError {
      throw WorkbenchError.badData("\(table): \(error)")
    }
    var scenes: [Scene] = []
    var skipped: [String] = []
    for box in list.boxes {
      do {
        scenes.append(try Self.scene(box, folder, preprocessing))
      } catch {
        skipped.append("\(error)")
      }
    }
    guard !scenes.isEmpty else {
      throw WorkbenchError.badData(
        "none of the \(list.boxes.count) pictures named in \(table) can be read"
          + (skipped.first.map { " (for example \($0))" } ?? ""))
    }
    self.scenes = scenes
    self.skipped = skipped
  }

  private static func scene(
    _ box: BoxList.Box, _ folder: String, _ preprocessing: Preprocessing
  ) throws -> Scene {
    let inFolder = "\(folder)/\(box.identity)/\(box.file)"
    let path =
      FileManager.default.fileExists(atPath: inFolder) ? inFolder : "\(folder)/\(box.file)"
    let picture = try ImageDecoder.decode(path: path)
    // The box goes the way the picture goes, whatever is stretched and cut there.
    let drawn = preprocessing.fitted(box.drawn(width: picture.width, height: picture.height))
    return Scene(
      name: "\(box.identity)/\(box.file)", identity: box.identity,
      tensor: preprocessing.tensor(picture),
      box: (0..<drawn.width * drawn.height).map { drawn.pixels[3 * $0] > 127 })
  }

  /// The mean share of a picture that its face's box takes.
  var boxArea: Double {
    scenes.reduce(0) { $0 + MapShare.area($1.box) } / Double(scenes.count)
  }
}

extension BoxList.Box {
  /// White on black.
  fileprivate func drawn(width: Int, height: Int) -> Image {
    var image = Image(width: width, height: height, filledWith: RGB(0, 0, 0))
    for y in max(0, Int(top))..<max(0, min(height, Int(bottom) + 1)) {
      for x in max(0, Int(left))..<max(0, min(width, Int(right) + 1)) {
        image[x, y] = RGB(255, 255, 255)
      }
    }
    return image
  }
}
