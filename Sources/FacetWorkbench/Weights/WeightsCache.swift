import FacetDownload
import FacetFiles
import FacetZoo
import Foundation

/// The folder that fetched weights are kept in.
public struct WeightsCache: Hashable, Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// `$FACET_CACHE`, or `$XDG_CACHE_HOME/facet/weights`, or `~/.cache/facet/weights`.
  ///
  /// An empty variable counts as none, and so does an XDG_CACHE_HOME that isn't absolute, as the
  /// XDG base directory specification wants it.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let given = environment["FACET_CACHE"], !given.isEmpty {
      folder = given
    } else if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
      folder = URL(fileURLWithPath: caches).appendingPathComponent("facet/weights").path
    } else {
      let home =
        environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
        ?? FileManager.default.homeDirectoryForCurrentUser.path
      folder = URL(fileURLWithPath: home).appendingPathComponent(".cache/facet/weights").path
    }
  }

  /// Where a published file is, or will be.
  public func path(of weights: PublishedWeights) -> String {
    URL(fileURLWithPath: folder).appendingPathComponent(weights.fileName).path
  }

  /// How a published file is to be fetched to here.
  func file(_ weights: PublishedWeights) -> PublishedFile {
    PublishedFile(
      path: path(of: weights), sha256Prefix: weights.sha256Prefix, bytes: weights.bytes)
  }

  /// What is here of a file, by its name and size alone.
  public enum Presence: Hashable, Sendable {
    case whole
    /// The bytes that a fetch got before it broke off.
    case part(Int)
    case missing
  }

  public func presence(of weights: PublishedWeights) -> Presence {
    func size(_ path: String) -> Int? { (try? FileBytes(path: path))?.count }
    let path = path(of: weights)
    if size(path) != nil { return .whole }
    if let bytes = size(path + ".part"), bytes > 0 { return .part(bytes) }
    return .missing
  }
}

/// The file of published weights for a design.
///
/// - Parameter set: what it was trained on, such as `imagenet`.
/// - Returns: a path in the cache. The digest was checked when the file was fetched.
/// - Throws: when nothing is published under these names, or when it hasn't been fetched: nothing is
///   ever downloaded unless a user asks for that.
public func publishedWeights(
  architecture: String, set: String, cache: WeightsCache = WeightsCache()
) throws -> String {
  let weights = try PublishedWeights.named(architecture, set: set)
  let path = cache.path(of: weights)
  guard cache.presence(of: weights) == .whole else {
    throw FileError.unreadable(
      path: path,
      reason: "these weights have not been fetched; 'facet weights fetch \(architecture)' does it")
  }
  return path
}
