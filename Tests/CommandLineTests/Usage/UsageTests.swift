import FacetTestSupport
import Testing

/// What can't be meant: exit code 64, and what was probably meant.
@Suite("Usage") struct UsageTests {
  @Test("a command that doesn't exist", arguments: [("trian", "train"), ("ensembl", "ensemble")])
  func unknownCommand(_ name: String, _ meant: String) throws {
    let message = try FacetProgram.refuse(64, name)
    #expect(message.contains("there is no command '\(name)'; did you mean '\(meant)'?"))
    #expect(message.contains("demo, train, report"))
  }

  @Test("an option that doesn't exist")
  func unknownOption() throws {
    let message = try FacetProgram.refuse(
      64, "report", "--model", "m", "--data", "d", "--output", "o", "--metods", "gradcam")
    #expect(message.contains("Unknown option '--metods'. Did you mean '--methods'?"))
    #expect(message.contains("Usage: facet report"))
  }

  @Test("a value that isn't one of the option's")
  func unknownValue() throws {
    let message = try FacetProgram.refuse(
      64, "train", "--data", "d", "--output", "o", "--strategy", "finetun")
    #expect(message.contains("'scratch', 'features' or 'finetune'"))
    #expect(
      try FacetProgram.refuse(
        64, "train", "--data", "d", "--output", "o", "--augment", "flp"
      ).contains("there is no augmentation 'flp'; did you mean 'flip'?"))
    #expect(
      try FacetProgram.refuse(64, "train", "--data", "d", "--output", "o", "--threads", "0")
        .contains("--threads must be at least 1"))
  }

  @Test("an architecture that doesn't exist")
  func unknownArchitecture() throws {
    let message = try FacetProgram.refuse(
      64, "train", "--data", "d", "--output", "o.safetensors", "--arch", "squeezenet10")
    #expect(
      message.contains("no architecture 'squeezenet10'; did you mean 'squeezenet1_0'?"))
    #expect(message.contains("small, reference, alexnet, alexnet-fconv, vgg11"))
  }

  @Test("a method that doesn't exist, before anything is read")
  func unknownMethod() throws {
    let folder = try TemporaryFolder()
    let meant = "there is no method 'gradcamm'; did you mean 'gradcam'?"
    #expect(
      try FacetProgram.refuse(
        64, "explain", "--model", "m", "--input", "i", "--output", "o.npy", "--method", "gradcamm"
      ).contains(meant))
    #expect(
      try FacetProgram.refuse(
        64, "report", "--model", "m", "--data", "d", "--output", folder.file("r"), "--methods",
        "gradient, gradcamm"
      ).contains(meant))
    #expect(try names(in: folder.path) == [])
    #expect(
      try FacetProgram.refuse(
        64, "report", "--model", "m", "--data", "d", "--output", folder.file("r"), "--methods", ","
      ).contains("names no method"))
  }

  @Test("where a model comes from is said once")
  func modelSource() throws {
    let rest = ["--data", "d", "--output", "o"]
    for given in [[], ["--model", "m", "--arch", "small"], ["--arch", "small"]] {
      let outcome = try FacetProgram.run(["report"] + given + rest)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("--arch"))
    }
    #expect(
      try FacetProgram.refuse(
        64, "train", "--data", "d", "--output", "o", "--strategy", "finetune"
      ).contains("give its weights with --weights FILE"))
    #expect(
      try FacetProgram.refuse(64, "train", "--data", "d", "--output", "o", "--weights", "w")
        .contains("did you mean --strategy finetune?"))
  }

  @Test("numbers out of range")
  func ranges() throws {
    for arguments in [
      ["ensemble", "--data", "d", "--output", "o", "--candidates", "1"],
      ["ensemble", "--data", "d", "--output", "o", "--candidates", "3", "--members", "4"],
      ["ensemble", "--data", "d", "--output", "o", "--epochs", "0"],
      ["demo", "--people", "0"], ["demo", "--epochs", "0"],
      ["faces", "render", "--output", "o", "--size", "1"],
      ["faces", "render", "--output", "o", "--difficulty", "nan"],
      ["train", "--data", "d", "--output", "o", "--rate", "0"],
    ] {
      let outcome = try FacetProgram.run(arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      #expect(outcome.output == "")
    }
  }

  @Test("an output of the wrong kind")
  func outputKinds() throws {
    #expect(
      try FacetProgram.refuse(64, "predict", "--model", "m", "--input", "i", "--output", "o.txt")
        .contains(".npy, not 'o.txt'"))
    #expect(
      try FacetProgram.refuse(64, "explain", "--model", "m", "--input", "i", "--output", "o.jpg")
        .contains(".npy or .png, not 'o.jpg'"))
  }
}
