import Foundation

/// The machine's Python, as an independent witness; tests that ask it are skipped by name where it or a
/// library is missing.
public enum Python {
  /// `python3` on the PATH.
  private static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { $0 + "/python3" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Whether these libraries can be imported.
  public static func has(_ libraries: String...) -> Bool {
    guard path != nil else { return false }
    return (try? run("import " + libraries.joined(separator: ", ")))?.status == 0
  }

  /// Whether ONNX Runtime and NumPy are there.
  public static let hasONNXRuntime = has("onnxruntime", "numpy")

  public enum Failure: Error {
    case notThere
    case failed(output: String)
  }

  /// Runs a script and waits; the end of both of its outputs.
  public static func run(_ script: String, _ arguments: [String] = []) throws -> (
    status: Int32, output: String
  ) {
    guard let path else { throw Failure.notThere }
    let folder = try TemporaryFolder()
    let out = URL(fileURLWithPath: folder.file("out"))
    try Data().write(to: out)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["-c", script] + arguments
    let handle = try FileHandle(forWritingTo: out)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: out), as: UTF8.self))
  }

  /// What ONNX Runtime gives for a `.npy` input, as a `.npy` at `output`.
  public static func runONNX(_ model: String, input: String, output: String) throws {
    let script = """
      import sys, numpy, onnxruntime
      options = onnxruntime.SessionOptions()
      options.log_severity_level = 4
      session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
      name = session.get_inputs()[0].name
      numpy.save(sys.argv[3], session.run(None, {name: numpy.load(sys.argv[2])})[0])
      """
    let outcome = try run(script, [model, input, output])
    guard outcome.status == 0 else { throw Failure.failed(output: outcome.output) }
  }
}
