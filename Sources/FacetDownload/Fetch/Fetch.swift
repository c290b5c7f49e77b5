import FacetFiles
import Foundation

/// One file from one address: attempts until it is whole, each going on where the last one ended.
struct Fetch {
  let file: PublishedFile
  let url: URL
  let options: DownloadOptions
  let part: PartFile
  let report: (DownloadEvent) -> Void

  /// Attempts in a row that brought nothing to speak of.
  private var failures = 0
  private var attempts = 0
  /// How often the part was thrown away because the server said so.
  private var restarts = 0
  /// The most bytes that the part ever had.
  private var furthest = 0
  private var newBytes = 0
  /// Whether the part's bytes came in more than one answer, perhaps of different files.
  private var isPatched = false
  /// Whether a wrong digest has cost a new beginning already.
  private var hasDoubted = false
  private var hasAnswered = false

  init(
    file: PublishedFile, url: URL, options: DownloadOptions, part: PartFile,
    report: @escaping (DownloadEvent) -> Void
  ) {
    self.file = file
    self.url = url
    self.options = options
    self.part = part
    self.report = report
  }

  private var address: String { url.absoluteString }

  mutating func run() throws(DownloadError) -> DownloadReceipt {
    try takeUp()
    while true {
      attempts += 1
      switch try attempt() {
      case .complete:
        if let receipt = try finish() { return receipt }
      case .startOver(let reason):
        restarts += 1
        guard restarts <= 3 else { throw gaveUp(reason) }
        report(.startingOver(reason: reason))
        try part.empty()
        isPatched = false
      case .broken(let reason, let pause): try pauseOrGiveUp(reason, pause)
      case .unreachable(let reason):
        // A host that has answered before may come back; one that never did is a matter of names.
        guard hasAnswered else { throw .unreachable(url: address, reason: reason) }
        try pauseOrGiveUp(reason, nil)
      case .overrun:
        // The disk is behind, which is no fault of the connection as long as something was written.
        if part.size <= furthest { try pauseOrGiveUp("the disk is too slow", nil) }
        furthest = max(furthest, part.size)
      }
    }
  }

  /// Keeps what an earlier fetch left, if it is of this address, and makes sure there is room.
  private mutating func takeUp() throws(DownloadError) {
    if part.size > 0 {
      let total = part.record?.total ?? file.bytes?.upperBound ?? Int.max
      if part.record?.url != address {
        report(.startingOver(reason: "what is there came from another address"))
        try part.empty()
      } else if part.size > total {
        report(.startingOver(reason: "what is there is larger than the file"))
        try part.empty()
      } else {
        isPatched = true
        furthest = part.size
        report(.resuming(at: part.size))
      }
    }
    if let bytes = file.bytes { try checkSpace(total: bytes.lowerBound) }
  }

  private func checkSpace(total: Int) throws(DownloadError) {
    let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
    let needed = max(0, total - part.size)
    guard let free = options.freeSpace(folder), free < needed else { return }
    throw .noSpace(path: part.path, needed: needed, free: free)
  }

  // MARK: - One attempt

  private enum Outcome {
    case complete
    case startOver(String)
    case broken(String, pause: Duration?)
    case unreachable(String)
    case overrun
  }

  /// Asks for what is missing, through redirects, and writes what comes.
  private mutating func attempt() throws(DownloadError) -> Outcome {
    if let total = part.record?.total, part.size == total { return .complete }
    var headers = ["Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "facet"]
    if part.size > 0, let record = part.record {
      headers["Range"] = "bytes=\(part.size)-"
      if let validator = record.validator { headers["If-Range"] = validator }
    }
    var target = url
    for _ in 0..<Self.mostRedirects {
      let transfer = Transfer(target, headers: headers, backlogLimit: options.backlogLimit)
      defer { transfer.stop() }
      switch transfer.next(within: options.answerTimeout) {
      case .silence:
        let reason = "no answer for \(Self.text(options.answerTimeout))"
        return hasAnswered ? .broken(reason, pause: nil) : .unreachable(reason)
      case .end(let end): return try outcome(of: end, bytes: nil)
      case .bytes: return .broken("bytes came without an answer", pause: nil)
      case .answer(let answer):
        hasAnswered = true
        let verdict = Verdict(answer, url: address, offset: part.size, record: part.record)
        guard case .redirect(let location) = verdict else {
          return try follow(verdict, transfer)
        }
        target = try redirect(location, from: target)
      }
    }
    throw .refused(url: address, reason: "more than \(Self.mostRedirects) redirects")
  }

  private func redirect(_ location: String, from url: URL) throws(DownloadError) -> URL {
    guard let target = URL(string: location, relativeTo: url)?.absoluteURL else {
      throw .refused(url: address, reason: "the server redirects to what is no address")
    }
    do {
      try DownloadAddress.check(target)
    } catch {
      throw .refused(url: address, reason: "the server redirects elsewhere: \(error)")
    }
    return target
  }

  private mutating func follow(
    _ verdict: Verdict, _ transfer: Transfer
  ) throws(DownloadError) -> Outcome {
    switch verdict {
    case .whole(let record):
      try checkSize(record.total)
      if part.size > 0 { report(.startingOver(reason: "the server sends the whole file")) }
      try part.begin(record)
      isPatched = false
      return try receive(transfer, total: record.total)
    case .next(let record):
      try checkSize(record.total)
      isPatched = true
      return try receive(transfer, total: record.total)
    case .complete: return .complete
    case .startOver(let reason): return .startOver(reason)
    case .retry(let reason, let pause):
      if let pause, pause > options.longestRequestedPause {
        throw .refused(
          url: address, reason: "\(reason) and asks to wait \(Self.text(pause)); try again then")
      }
      return .broken(reason, pause: pause)
    case .refuse(let reason): throw .refused(url: address, reason: reason)
    case .redirect: return .broken("too many redirects", pause: nil)
    }
  }

  /// Refuses a size that the file can't have, before any of it is written, and a full disk.
  private func checkSize(_ total: Int?) throws(DownloadError) {
    guard let total else { return }
    if let expected = file.bytes, !expected.contains(total) {
      throw .wrongSize(url: address, expected: expected, got: total)
    }
    try checkSpace(total: total)
  }

  /// Writes an answer's bytes until it ends, breaks or goes silent.
  private mutating func receive(
    _ transfer: Transfer, total: Int?
  ) throws(DownloadError) -> Outcome {
    let start = ContinuousClock.now
    let first = part.size
    var rate = TransferRate()
    var told = -1.0
    func tell(_ always: Bool) {
      let seconds = (ContinuousClock.now - start).inSeconds
      guard always || seconds - told >= 0.1 else { return }
      told = seconds
      rate.add(bytes: part.size, at: seconds)
      report(
        .received(
          DownloadProgress(
            bytes: part.size, total: total, bytesPerSecond: rate.bytesPerSecond)))
    }
    tell(true)
    while true {
      switch transfer.next(within: options.stallTimeout) {
      case .bytes(let data):
        try checkGrowth(by: data.count, total: total)
        try part.append(data)
        newBytes += data.count
        tell(false)
      case .answer: return .broken("a second answer came", pause: nil)
      case .silence: return .broken("no bytes for \(Self.text(options.stallTimeout))", pause: nil)
      case .end(let end):
        tell(true)
        return try outcome(of: end, bytes: (part.size - first, total))
      }
    }
  }

  /// A server that tells no size must not fill the disk.
  private func checkGrowth(by count: Int, total: Int?) throws(DownloadError) {
    let limit = total ?? file.bytes?.upperBound ?? Self.mostBytes
    guard count > limit - part.size else { return }
    part.remove()
    try part.empty()
    throw .wrongSize(url: address, expected: file.bytes ?? 0...limit, got: limit + 1)
  }

  private func outcome(
    of end: TransferEnd, bytes: (come: Int, total: Int?)?
  ) throws(DownloadError) -> Outcome {
    switch end {
    case .finished:
      guard let bytes else { return .broken("the answer can't be understood", pause: nil) }
      guard let total = bytes.total, part.size < total else { return .complete }
      return .broken("the answer ended at byte \(part.size) of \(total)", pause: nil)
    case .broken(let reason): return .broken(reason, pause: nil)
    case .unreachable(let reason): return .unreachable(reason)
    case .untrusted(let reason): throw .unreachable(url: address, reason: reason)
    case .backlog: return .overrun
    }
  }

  // MARK: - Between attempts

  private mutating func pauseOrGiveUp(
    _ reason: String, _ requested: Duration?
  ) throws(DownloadError) {
    // Against the furthest point: a server that always begins anew makes no progress.
    if part.size - furthest >= options.progressThatCounts { failures = 0 }
    furthest = max(furthest, part.size)
    failures += 1
    guard failures <= options.retries else { throw gaveUp(reason) }
    let pause = max(requested ?? .zero, options.pause(before: failures))
    report(.retrying(reason: reason, attempt: attempts, pause: pause))
    Thread.sleep(forTimeInterval: pause.inSeconds)
  }

  private func gaveUp(_ reason: String) -> DownloadError {
    .gaveUp(url: address, attempts: attempts, reason: reason, part: part.path, bytes: part.size)
  }

  /// Checks the whole file and puts it in place; `nil` when it has to be fetched anew.
  private mutating func finish() throws(DownloadError) -> DownloadReceipt? {
    let digest = try part.digest { report(.checking(fraction: $0)) }
    if file.matches(digest) {
      let receipt = DownloadReceipt(sha256: digest, bytes: part.size, newBytes: newBytes)
      try part.commit(to: file.path)
      return receipt
    }
    let size = part.size
    try part.empty()
    if isPatched, !hasDoubted {
      hasDoubted = true
      isPatched = false
      report(.startingOver(reason: "the pieces of several attempts don't make the file"))
      return nil
    }
    part.remove()
    throw .wrongContent(
      source: address, expectedPrefix: file.sha256Prefix, got: digest, bytes: size)
  }

  private static let mostRedirects = 8
  /// When nobody says how large a file may be.
  private static let mostBytes = 16 << 30

  private static func text(_ duration: Duration) -> String {
    let seconds = duration.inSeconds
    return seconds >= 1 || seconds == 0
      ? "\(Int(min(seconds.rounded(), 1e15))) s" : "\(Int((1000 * seconds).rounded())) ms"
  }
}
