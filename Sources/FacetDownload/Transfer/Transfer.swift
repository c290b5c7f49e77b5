import Foundation
import FoundationNetworking

/// What comes of a request, in this order: an answer, bytes, the end.
enum TransferEvent: Sendable {
  case answer(Answer)
  case bytes(Data)
  case end(TransferEnd)
  /// Nothing came for as long as was waited.
  case silence
}

/// How a transfer ended.
enum TransferEnd: Sendable, Equatable {
  /// All that was announced has come.
  case finished
  /// The connection broke.
  case broken(String)
  /// There was no connection.
  case unreachable(String)
  /// The server could not prove who it is.
  case untrusted(String)
  /// Bytes came faster than they were written.
  case backlog

  init(_ error: any Error) {
    let reason = error.localizedDescription
    switch (error as? URLError)?.code {
    case .cannotFindHost?, .dnsLookupFailed?, .cannotConnectToHost?, .notConnectedToInternet?:
      self = .unreachable(reason)
    case .secureConnectionFailed?, .serverCertificateUntrusted?, .serverCertificateHasBadDate?,
      .serverCertificateHasUnknownRoot?, .serverCertificateNotYetValid?,
      .clientCertificateRejected?:
      self = .untrusted(reason)
    default:
      // On Linux the code is lost (-1), and only libcurl's words tell a certificate from a cable.
      let isTrust = ["SSL", "certificate"].contains { reason.contains($0) }
      self = isTrust ? .untrusted(reason) : .broken(reason)
    }
  }
}

/// One request and its answer, by URLSession (libcurl on Linux, which honours the proxy variables).
///
/// Each has a session of its own that keeps no cookies, credentials or cache: nothing is remembered
/// from one fetch to the next but the part and its record.
///
/// Swift 6.3's URLSession ends the program itself ("Transfer completed, but there's no response")
/// when a connection closes in the middle of an answer's head, or after a chunked body's trailers.
/// That can't be caught here; the part is valid then as after every other end.
final class Transfer {
  private let session: URLSession
  private let task: URLSessionDataTask
  private let inbox: TransferInbox
  /// Events taken from the inbox, the next one last.
  private var taken: [TransferEvent] = []

  /// Begins at once.
  init(_ url: URL, headers: [String: String], backlogLimit: Int) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCredentialStorage = nil
    // Silence is noticed by the inbox, so that its kinds can be told apart.
    configuration.timeoutIntervalForRequest = 24 * 3600
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    inbox = TransferInbox(backlogLimit: backlogLimit)
    session = URLSession(configuration: configuration, delegate: inbox, delegateQueue: nil)
    task = session.dataTask(with: request)
    task.resume()
  }

  deinit { stop() }

  /// The next event; `silence` when there is none for `duration`.
  func next(within duration: Duration) -> TransferEvent {
    if taken.isEmpty { taken = inbox.take(within: duration).reversed() }
    return taken.popLast() ?? .silence
  }

  /// Ends the transfer, wherever it is.
  func stop() {
    inbox.close()
    task.cancel()
    // The session holds its delegate until it is told that no more will come.
    session.finishTasksAndInvalidate()
  }
}
