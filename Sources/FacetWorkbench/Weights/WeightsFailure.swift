import FacetDownload
import FacetFiles
import FacetZoo

/// A failed fetch in the terms of every job: whose move it is, and what can be done without a network.
struct WeightsFailure {
  let weights: PublishedWeights
  let cache: WeightsCache

  func error(_ error: DownloadError) -> any Error {
    switch error {
    case .address:
      WorkbenchError.usage("\(error). A folder that holds \(weights.fileName) will do as well")
    case .unreachable(let url, _), .refused(let url, _), .gaveUp(let url, _, _, _, _):
      FileError.unreadable(path: url, reason: error.reason + "\n" + advice)
    case .busy(let part): FileError.unreadable(path: part, reason: error.reason)
    case .wrongSize: WorkbenchError.badData(error.description + "\n" + advice)
    case .wrongContent: WorkbenchError.badData(error.description + ". Nothing was put in place")
    case .noSpace(let path, _, _): FileError.notWritable(path: path, reason: error.reason)
    case .file(let error): error
    }
  }

  private var advice: String {
    """
    Other ways to get it:
    - facet weights fetch \(weights.architecture) --from PLACE, where PLACE is another server's https
      address or a folder that holds \(weights.fileName); FACET_WEIGHTS_URL says it for good.
    - Copy that file into \(cache.folder) and run: facet weights verify \(weights.architecture)
    """
  }
}
