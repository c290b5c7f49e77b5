import FacetFiles
import Foundation

/// Fetches published files: from a server, or from a folder that somebody brought.
///
/// A file appears at its place only when its digest is right. Until then it grows in `NAME.part`
/// beside it, and a fetch that was broken off, by whatever, goes on from there, in another process
/// too. Nothing in a file is looked into or executed.
public struct Downloader: Sendable {
  public let options: DownloadOptions

  public init(_ options: DownloadOptions = DownloadOptions()) { self.options = options }

  /// Fetches `file` from `url` unless it is there with the right digest.
  ///
  /// Blocks until it is done. A file at the place with another digest is replaced when the new one
  /// has come.
  ///
  /// - Throws: see ``DownloadError``.
  @discardableResult
  public func fetch(
    _ file: PublishedFile, from url: URL, report: @escaping (DownloadEvent) -> Void = { _ in }
  ) throws(DownloadError) -> DownloadReceipt {
    try DownloadAddress.check(url)
    return try place(file, report) { (part) throws(DownloadError) in
      var fetch = Fetch(file: file, url: url, options: options, part: part, report: report)
      return try fetch.run()
    }
  }

  /// Copies `file` from a folder that holds it under the same name, unless it is there already.
  ///
  /// A source with another digest is left alone, and so is what was at the place.
  @discardableResult
  public func copy(
    _ file: PublishedFile, fromFolder folder: String,
    report: @escaping (DownloadEvent) -> Void = { _ in }
  ) throws(DownloadError) -> DownloadReceipt {
    guard FileReading.isDirectory(folder) else {
      throw .file(
        FileManager.default.fileExists(atPath: folder)
          ? .notADirectory(path: folder) : .notFound(path: folder))
    }
    let source = URL(fileURLWithPath: folder)
      .appendingPathComponent(URL(fileURLWithPath: file.path).lastPathComponent).path
    return try place(file, report) { (part) throws(DownloadError) in
      do {
        return try copy(file, try FileBytes(path: source), part, report)
      } catch let error as DownloadError {
        throw error
      } catch let error as FileError {
        throw .file(error)
      } catch {
        throw .file(.unreadable(path: source, reason: "\(error)"))
      }
    }
  }

  private func copy(
    _ file: PublishedFile, _ source: FileBytes, _ part: PartFile, _ report: (DownloadEvent) -> Void
  ) throws -> DownloadReceipt {
    // Before anything is written: a wrong source must not cost what has come from a server.
    let digest = try SHA256Digest(of: source) {
      report(.checking(fraction: Double($0) / Double(max(1, source.count))))
    }
    guard file.matches(digest) else {
      throw DownloadError.wrongContent(
        source: source.path, expectedPrefix: file.sha256Prefix, got: digest, bytes: source.count)
    }
    try part.empty()
    let free = options.freeSpace(URL(fileURLWithPath: file.path).deletingLastPathComponent().path)
    if let free, free < source.count {
      throw DownloadError.noSpace(path: part.path, needed: source.count, free: free)
    }
    do {
      while part.size < source.count {
        let end = part.size + min(1 << 20, source.count - part.size)
        try part.append(try source.read(part.size..<end))
      }
      // What was written is checked, not only what was read.
      guard try part.digest({ _ in }) == digest else {
        throw DownloadError.file(
          .unreadable(path: source.path, reason: "it changed while it was copied"))
      }
      try part.commit(to: file.path)
    } catch {
      // A half copy is of no use to a later fetch, which would know no server for it.
      part.remove()
      throw error
    }
    return DownloadReceipt(sha256: digest, bytes: source.count, newBytes: source.count)
  }

  /// Calls `fill` with the part in hand, unless the file is there.
  private func place(
    _ file: PublishedFile, _ report: (DownloadEvent) -> Void,
    _ fill: (PartFile) throws(DownloadError) -> DownloadReceipt
  ) throws(DownloadError) -> DownloadReceipt {
    if let receipt = present(file, report) { return receipt }
    guard !FileReading.isDirectory(file.path) else { throw .file(.isADirectory(path: file.path)) }
    do {
      try AtomicFile.makeDirectory(URL(fileURLWithPath: file.path).deletingLastPathComponent().path)
    } catch {
      throw .file(error)
    }
    let wasThere = FileManager.default.fileExists(atPath: file.path)
    var hasWaited = false
    let part = try PartFile.open(for: file.path, timeout: options.otherProcessTimeout) {
      hasWaited = true
      report(.waitingForOtherProcess)
    }
    // Another process may have been quicker.
    if hasWaited || !wasThere, let receipt = present(file, report) {
      if part.size == 0 { part.remove() }
      return receipt
    }
    do {
      return try fill(part)
    } catch {
      // An empty part is only litter.
      if part.size == 0 { part.remove() }
      throw error
    }
  }

  /// The receipt of a file that is in its place with the right digest.
  private func present(
    _ file: PublishedFile, _ report: (DownloadEvent) -> Void
  ) -> DownloadReceipt? {
    guard let bytes = try? FileBytes(path: file.path),
      let digest = try? SHA256Digest(
        of: bytes,
        report: { report(.checking(fraction: Double($0) / Double(max(1, bytes.count)))) }),
      file.matches(digest)
    else { return nil }
    return DownloadReceipt(sha256: digest, bytes: bytes.count, newBytes: 0)
  }
}
