import Foundation
import FoundationNetworking
import Synchronization

/// Where a transfer's events wait for the thread that handles them.
///
/// URLSession calls its delegate on a queue of its own, however slow the delegate is; here the calls
/// only line up, so their number in memory is known and bounded, and silence can be noticed.
final class TransferInbox: NSObject, URLSessionDataDelegate, Sendable {
  private struct State {
    var events: [TransferEvent] = []
    /// Bytes in `events`.
    var waiting = 0
    /// The last head that came; heads of 1xx and of a proxy's tunnel come before the true one, so
    /// it counts only when a body or the end follows.
    var head: Answer?
    var isClosed = false
  }

  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)
  private let backlogLimit: Int

  init(backlogLimit: Int) { self.backlogLimit = backlogLimit }

  /// All events that wait, in their order; none when nothing comes for `duration`.
  func take(within duration: Duration) -> [TransferEvent] {
    let deadline = DispatchTime.now() + duration.inSeconds
    while true {
      let events = state.withLock { state in
        defer { (state.events, state.waiting) = ([], 0) }
        return state.events
      }
      if !events.isEmpty { return events }
      // A signal may be of events that were taken already.
      guard arrived.wait(timeout: deadline) == .success else { return [] }
    }
  }

  /// Nothing more is kept.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.events = []
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse {
      let answer = Answer(status: response.statusCode) { response.value(forHTTPHeaderField: $0) }
      state.withLock { $0.head = answer }
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooMuch = state.withLock { state in
      guard !state.isClosed else { return false }
      Self.deliverHead(&state)
      state.events.append(.bytes(data))
      state.waiting += data.count
      guard state.waiting > backlogLimit else { return false }
      state.events.append(.end(.backlog))
      state.isClosed = true
      return true
    }
    arrived.signal()
    if isTooMuch { dataTask.cancel() }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    state.withLock { state in
      guard !state.isClosed else { return }
      Self.deliverHead(&state)
      state.events.append(.end(error.map(TransferEnd.init) ?? .finished))
      state.isClosed = true
    }
    arrived.signal()
  }

  /// Redirects are followed by the download, which keeps its own rules and headers.
  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  /// No credentials are sent anywhere; the answer (401) stands.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    completionHandler(.cancelAuthenticationChallenge, nil)
  }

  private static func deliverHead(_ state: inout State) {
    guard let head = state.head else { return }
    state.events.append(.answer(head))
    state.head = nil
  }
}
