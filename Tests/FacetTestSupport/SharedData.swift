import Foundation

/// Real data and reference tensors that lie beside a checkout, in a folder `shared`, and are not part
/// of the project. Tests that need them are skipped by name where they are absent.
public enum SharedData {
  /// The package's own folder.
  public static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a file or folder in `shared`; `nil` when it isn't there.
  public static func path(_ relative: String) -> String? {
    let url = packageFolder.deletingLastPathComponent().appendingPathComponent("shared")
      .appendingPathComponent(relative)
    return FileManager.default.fileExists(atPath: url.path) ? url.path : nil
  }

  /// Whether `shared` holds this; for `.enabled(if:)`.
  public static func has(_ relative: String) -> Bool { path(relative) != nil }

  /// The path of a file in the project's own Tests/Fixtures.
  public static func fixture(_ relative: String) -> String {
    packageFolder.appendingPathComponent("Tests/Fixtures").appendingPathComponent(relative).path
  }
}
