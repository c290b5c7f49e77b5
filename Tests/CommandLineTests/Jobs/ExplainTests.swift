import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

extension WithNetwork {
  /// `facet explain`: shapes and values in each library's dialect.
  @Suite("Explain") struct ExplainTests {
    private let folder: TemporaryFolder
    private let network: TrainedNetwork

    init() throws {
      folder = try TemporaryFolder()
      network = try TrainedNetwork.shared()
    }

    private func map(_ method: String, _ dialect: String, _ input: String, _ more: String...)
      throws -> Tensor
    {
      let output = folder.file("map.npy")
      let outcome = try FacetProgram.run(
        [
          "explain", "--model", network.model, "--input", input, "--output", output, "--method",
          method, "--dialect", dialect,
        ] + more)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors == "")
      return try NumPyArray.read(output)
    }

    @Test("class activation maps in each dialect")
    func layerMaps() throws {
      let input = network.photos + "/ada"
      let raw = try map("gradcam", "facet", input)
      #expect(raw.shape == [10, 12, 12])
      let captum = try map("gradcam", "captum", input)
      #expect(captum.shape == [10, 1, 12, 12])
      #expect(captum.scalars == raw.scalars)
      let scaled = try map("gradcam", "pytorch-grad-cam", input)
      #expect(scaled.shape == [10, 96, 96])
      #expect(scaled.minimum >= 0)
      for image in 0..<10 where raw.slice(image).maximum > 0 {
        #expect(abs(scaled.slice(image).maximum - 1) < 1e-3)
      }
      #expect(raw.maximum > 0)
    }

    @Test("maps on pixels in each dialect", arguments: ["guided-backprop", "gradient"])
    func inputMaps(_ method: String) throws {
      let raw = try map(method, "facet", network.photo)
      #expect(raw.shape == [1, 3, 96, 96])
      let captum = try map(method, "captum", network.photo)
      #expect(captum.shape == [1, 3, 96, 96])
      #expect(captum == (method == "gradient" ? raw.map(abs) : raw))
      #expect(raw.minimum < 0)
      #expect(raw.maximum > 0)
    }

    @Test("the manifest beside the maps")
    func manifest() throws {
      _ = try map("gradcam", "facet", network.photo)
      let manifest = try JSON(contentsOf: folder.file("map.json"))
      #expect(manifest.command.string == "explain")
      #expect(
        try manifest.provenance.sha256.model.string == SHA256Digest(of: bytes(network.model)).hex)
      #expect(manifest.provenance.sha256.keys == ["input", "model"])
      #expect(manifest.provenance.options.objective.string == "logit of class predicted")
      #expect(manifest.result.method.string == "gradcam")
      #expect(manifest.result.imageHeight.number == 96)
      #expect(manifest.result.largestShift.number != nil)
      #expect(manifest.result.maps.count == 1)
      #expect(manifest.result.maps[0].name.string == network.photo)

      _ = try map("rise", "facet", network.photo, "--samples", "400", "--budget", "0.000001")
      let limited = try JSON(contentsOf: folder.file("map.json"))
      #expect(limited.result.maps[0].samples.number.map { 1..<400 ~= $0 } == true)
      #expect(limited.provenance.options.budget.string == "1e-06 seconds")
      _ = try map("occlusion", "facet", network.photo, "--budget", "0.000001")
      let coarse = try JSON(contentsOf: folder.file("map.json"))
      // 96x96 pixels under windows of 16: side by side in place of every 8 pixels.
      #expect(coarse.result.maps[0].samples.number == 36)
      #expect(coarse.provenance.options["stride"].string == "16x16")
      #expect(coarse.provenance.options["stride asked for"].string == "8x8")
      _ = try map("lrp", "facet", network.photo, "--variant", "gamma")
      let lrp = try JSON(contentsOf: folder.file("map.json"))
      #expect(lrp.result.maps[0].completenessGap.number != nil)
      #expect(lrp.provenance.options.convolutions.string == "gamma 0.25")
    }

    @Test("several layers, flips and the other dialects")
    func forms() throws {
      let input = network.photo
      #expect(try map("gradcam", "torch-cam", input).shape == [1, 12, 12])
      #expect(try map("gradcam", "xplique", input).shape == [1, 96, 96])
      #expect(try map("gradient", "xplique", input).shape == [1, 96, 96])
      let explain = try map("gradcam", "tf-explain", input)
      #expect(explain.shape == [1, 96, 96] && explain.minimum == 0 && explain.maximum == 1)
      let flipped = try map("gradcam", "facet", input, "--flips")
      #expect(flipped.shape == [1, 96, 96])
      let each = try map("saliency", "facet", input, "--variant", "each")
      let strongest = try map("saliency", "facet", input)
      #expect(each.maximum == strongest.maximum && each.mean < strongest.mean)
      for (options, reason) in [
        (["--method", "gradcam", "--budget", "1"], "--budget is for methods"),
        (["--method", "rise", "--budget", "0"], "--budget must be"),
        (["--method", "lrp", "--variant", "delta"], "z-box or gamma or epsilon"),
        (["--method", "gradcam", "--variant", "z-box"], "--variant is for"),
        (["--method", "gradient", "--layer", "a,b"], "maps of gradient lie on pixels"),
        (
          ["--method", "deconvolution", "--variant", "zeiler-fergus", "--flips"],
          "projects a unit"
        ),
      ] {
        let outcome = try FacetProgram.run(
          [
            "explain", "--model", network.model, "--input", input, "--output",
            folder.file("no.npy"),
          ] + options)
        #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(outcome.errors)")
      }
    }

    @Test("a batch of numbers, with a class for each image")
    func batch() throws {
      let input = folder.file("batch.npy")
      let batch = Tensor.random([2, 3, 96, 96], seed: 3)
      try NumPyArray.write(batch, to: input)
      let both = try map("gradcam", "facet", input, "--target", "0,3")
      #expect(both.shape == [2, 12, 12])
      for (index, target) in [(0, "0"), (1, "3")] {
        try NumPyArray.write(
          batch.slice(index).reshaped([1, 3, 96, 96]), to: input)
        let one = try map("gradcam", "facet", input, "--target", target)
        #expect(one.slice(0).zip(both.slice(index)) { abs($0 - $1) }.maximum < 1e-5)
        let other = try map("gradcam", "facet", input, "--target", "1")
        #expect(other != one)
      }
      let logits = folder.file("logits.npy")
      try NumPyArray.write(batch, to: input)
      try FacetProgram.succeed(
        "predict", "--model", network.model, "--input", input, "--output", logits)
      #expect(try NumPyArray.read(logits).shape == [2, 4])
      try NumPyArray.write(Tensor.random([2, 1, 96, 96], seed: 3), to: input)
      #expect(
        try FacetProgram.refuse(65, "predict", "--model", network.model, "--input", input)
          .contains("2x1x96x96"))
      try NumPyArray.write(Tensor.random([1, 3, 32, 32], seed: 3), to: input)
      #expect(
        try FacetProgram.refuse(65, "predict", "--model", network.model, "--input", input)
          .contains("not 192"))
    }

    @Test("the picture of one map", arguments: ["gradcam", "guided-backprop"])
    func picture(_ method: String) throws {
      let output = folder.file("map.png")
      try FacetProgram.succeed(
        "explain", "--model", network.model, "--input", network.photo, "--output", output,
        "--method", method)
      let png = [UInt8](try bytes(output))
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
      // Width and height, the first fields of the first chunk.
      #expect(Array(png[16..<24]) == [0, 0, 0, 96, 0, 0, 0, 96])
      #expect(
        try FacetProgram.refuse(
          64, "explain", "--model", network.model, "--input", network.photos, "--output", output
        ).contains("a picture shows one image, and there are 40"))
    }

    @Test("every method of the help gives finite numbers")
    func methods() throws {
      let help = try FacetProgram.run(["explain", "--help"]).output
      let list = try #require(help.firstMatch(of: /Methods: ([^.]*)\./)?.1)
      let methods = list.split { ", \n".contains($0) }.map(String.init)
      #expect(methods.count == 20)
      for method in methods {
        let sampled = ["smoothgrad", "rise", "integrated-gradients"].contains(method)
        let output = folder.file("\(method).npy")
        let outcome = try FacetProgram.run(
          [
            "explain", "--model", network.model, "--input", network.photo, "--output", output,
            "--method", method,
          ] + (sampled ? ["--samples", "8"] : []))
        #expect(outcome.status == 0, "\(method): \(outcome.errors)")
        let map = try NumPyArray.read(output)
        #expect(map.shape[0] == 1)
        #expect(map.scalars.allSatisfy { $0.isFinite }, "\(method)")
        #expect(map.maximum > map.minimum, "\(method)")
      }
    }
  }
}
