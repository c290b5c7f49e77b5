import FacetTestSupport
import Foundation
import Testing

extension WithNetwork {
  /// A folder as people have them: with damaged files, duplicates and names full of signs.
  @Suite("A damaged set") struct DamagedSetTests {
    /// The skipped files and what the page says of each.
    static let skips = [
      ("ada/half.jpg", "a truncated JPEG"), ("ada/notes.txt", "it looks like text"),
      ("ada/dot.ppm", "1x1 pixels; at least 16 a side"), ("ada/empty.png", "an empty file"),
      ("ada/0001.png", "the same bytes under another identity: bruno/copy.png"),
      ("bruno/copy.png", "the same bytes under another identity: ada/0001.png"),
      ("bruno/twice.png", "the same bytes as bruno/0001.png"),
      ("outside.jpg", "outside the identity folders"),
    ]

    /// Fills a folder: two people of the trained set, one with a single photo, one named `<script>`.
    private func fill(_ folder: String) throws {
      let photos = try TrainedNetwork.shared().photos
      for name in ["ada", "bruno"] { try copy("\(photos)/\(name)", to: "\(folder)/\(name)") }
      try copy("\(photos)/chika", to: "\(folder)/<script>")
      try FileManager.default.removeItem(atPath: folder + "/<script>/0010.png")
      try copy("\(photos)/chika/0010.png", to: folder + "/only one/1.png")
      let jpeg = try bytes(SharedData.fixture("images/colour.jpg"))
      try write(jpeg.prefix(jpeg.count / 2), to: folder + "/ada/half.jpg")
      try write("Dear diary, today", to: folder + "/ada/notes.txt")
      try write(Data("P6 1 1 255\n".utf8) + [1, 2, 3], to: folder + "/ada/dot.ppm")
      try write("", to: folder + "/ada/empty.png")
      try copy(folder + "/ada/0001.png", to: folder + "/bruno/copy.png")
      try copy(folder + "/bruno/0001.png", to: folder + "/bruno/twice.png")
      try copy(SharedData.fixture("images/palette.gif"), to: folder + "/bruno/gif.png")
      try copy(SharedData.fixture("images/colour.jpg"), to: folder + "/outside.jpg")
    }

    @Test("is trained on and reported, with every skipped file and why")
    func skipped() throws {
      let folder = try TemporaryFolder()
      let set = folder.file("Ada's \"best\" & <b>faces</b>, süß")
      try fill(set)
      let model = folder.file("the model's file.safetensors")
      let said = try FacetProgram.succeed(
        "train", "--data", set, "--output", model, "--epochs", "1", "--seed", "1")
      #expect(said.contains("\(Self.skips.count) files skipped"))
      #expect(said.contains("of 4 people"))
      #expect(said.contains("only one is in training only: it has one photo"))
      let report = folder.file("a report's \"folder\"")
      let text = try FacetProgram.succeed(
        "report", "--model", model, "--data", set, "--output", report, "--methods", "gradcam")
      #expect(text.contains("Open \(report)/report.html"))
      #expect(
        try JSON(contentsOf: report + "/results.json").result.skipped.number
          == Double(Self.skips.count))
      try check(page: CommandLineTests.text(report + "/report.html"))
      #expect(try names(in: folder.path).count == 3)
    }

    private func check(page: String) throws {
      let shown = page.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
      for (path, reason) in Self.skips {
        #expect(shown.contains(path), "\(path)")
        #expect(shown.contains(reason), "\(path): \(reason)")
      }
      #expect(!shown.contains("bruno/gif.png</"), "a GIF is read whatever it is called")
      #expect(page.contains("&lt;script&gt;"))
      #expect(page.contains("&lt;b&gt;faces&lt;/b&gt;"))
      // The page's own script, and no other.
      let plain = try CommandLineTests.text(TrainedNetwork.shared().report + "/report.html")
      func scripts(_ page: String) -> Int { page.split(separator: "<script").count - 1 }
      #expect(scripts(page) == scripts(plain))
      #expect(!page.contains("<b>faces"))
    }

    @Test("a GIF named .png and a picture of one pixel are predicted", arguments: [true, false])
    func odd(_ isGIF: Bool) throws {
      let folder = try TemporaryFolder()
      let picture = folder.file("odd.png")
      if isGIF {
        try copy(SharedData.fixture("images/palette.gif"), to: picture)
      } else {
        try write(Data("P6 1 1 255\n".utf8) + [1, 2, 3], to: picture)
      }
      let model = try TrainedNetwork.shared().model
      let said = try FacetProgram.succeed("predict", "--model", model, "--input", picture)
      #expect(said.contains("odd.png"))
      #expect(said.contains("%"))
    }

    @Test("a damaged picture by itself, and among good ones")
    func damaged() throws {
      let network = try TrainedNetwork.shared()
      let folder = try TemporaryFolder()
      let jpeg = try bytes(SharedData.fixture("images/colour.jpg"))
      try write(jpeg.prefix(jpeg.count / 2), to: folder.file("set/half.jpg"))
      let message = try FacetProgram.refuse(
        65, "predict", "--model", network.model, "--input", folder.file("set/half.jpg"))
      #expect(message.contains("half.jpg is a truncated JPEG"))
      #expect(
        try FacetProgram.refuse(
          65, "predict", "--model", network.model, "--input", folder.file("set")
        ).contains("has no picture (1 other files; for example"))
      try copy(network.photo, to: folder.file("set/whole.png"))
      let said = try FacetProgram.succeed(
        "predict", "--model", network.model, "--input", folder.file("set"))
      #expect(said.contains(#/(?m)^whole\.png +\S/#))
      #expect(said.contains("\nSkipped "))
      #expect(said.contains("half.jpg is a truncated JPEG"))
    }
  }
}
