import Foundation

/// A real browser without a window, for tests of pages; they are skipped by name where there is none.
public enum Browser {
  /// The first Chromium on the PATH.
  public static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.flatMap { folder in
      ["chromium", "chromium-browser", "google-chrome"].map { "\(folder)/\($0)" }
    }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// What a page became.
  public struct Visit: Sendable {
    /// The lines that the script said.
    public let said: [String]
    /// The console's messages.
    public let messages: [String]
  }

  public enum Failure: Error {
    case notThere
    case noBody
    case noAnswer(document: String)
  }

  /// Opens a page from a file and runs `script` in it, which tells what it finds with `say(text)`.
  public static func visit(_ page: String, script: String) throws -> Visit {
    guard let path else { throw Failure.notThere }
    guard let end = page.range(of: "</body>", options: .backwards) else { throw Failure.noBody }
    let folder = try TemporaryFolder()
    let probe = """
      <pre id="result"></pre><script>{const say=(t)=>{document.getElementById('result').textContent\
      +=t+'\\n'};\(script)}</script>
      """
    let file = URL(fileURLWithPath: folder.file("report.html"))
    try Data((page[..<end.lowerBound] + probe + page[end.lowerBound...]).utf8).write(to: file)
    let (out, log) = (
      URL(fileURLWithPath: folder.file("out")), URL(fileURLWithPath: folder.file("log"))
    )
    for url in [out, log] { try Data().write(to: url) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0",
      "--user-data-dir=\(folder.path)/profile", "--virtual-time-budget=3000", "--dump-dom",
      "--window-size=1100,900", file.absoluteString,
    ]
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    process.waitUntilExit()
    let messages = String(decoding: try Data(contentsOf: log), as: UTF8.self)
    return Visit(
      said: try said(in: String(decoding: try Data(contentsOf: out), as: UTF8.self)),
      messages: messages.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init))
  }

  private static func said(in document: String) throws -> [String] {
    guard let start = document.range(of: "<pre id=\"result\">", options: .backwards),
      let end = document.range(of: "</pre>", range: start.upperBound..<document.endIndex)
    else { throw Failure.noAnswer(document: document) }
    return document[start.upperBound..<end.lowerBound].split(separator: "\n").map(String.init)
  }
}
