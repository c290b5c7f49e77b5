import FacetDownload
import FacetZoo
import Foundation

/// Where published weights are fetched from.
enum WeightsSource: Hashable, Sendable {
  /// A server that has the files under their names.
  case server(URL)
  /// A folder that holds them, such as a mounted disk.
  case folder(String)

  /// - Parameters:
  ///   - given: what the user gave for this fetch; an address or a folder.
  ///   - environment: `FACET_WEIGHTS_URL` stands in for it.
  init(given: String?, environment: [String: String]) throws(DownloadError) {
    let standing = environment["FACET_WEIGHTS_URL"].flatMap { $0.isEmpty ? nil : $0 }
    let text = given ?? standing ?? PublishedWeights.base
    self = text.contains("://") ? .server(try DownloadAddress.parse(text)) : .folder(text)
  }
}
