import Foundation

/// Programs that were built with the tests: they lie beside the test bundle.
public enum BuiltProgram {
  public struct NotBuilt: Error, CustomStringConvertible {
    let name: String
    let folders: [String]

    public var description: String { "no program '\(name)' in \(folders.joined(separator: ", "))" }
  }

  /// Where a program is.
  public static func path(_ name: String) throws -> String {
    let running = [
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      CommandLine.arguments.first, Bundle.main.executablePath,
    ].compactMap { $0 }
    let folders = running.flatMap { file -> [String] in
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
      // A bundle may be a folder with the test program deep inside.
      return (0..<4).map { up in
        (0..<up).reduce(folder) { folder, _ in folder.deletingLastPathComponent() }.path
      }
    }
    guard let found = folders.map({ $0 + "/" + name }).first(where: isProgram)
    else { throw NotBuilt(name: name, folders: folders) }
    return found
  }

  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
  }
}
