import FacetFiles
import Foundation

/// The file beside a target that a download grows in, `NAME.part`.
///
/// It is held by one process at a time (`flock`), and it is valid whenever the program ends: its bytes
/// are the first of the file that its record names.
final class PartFile {
  let path: String
  private(set) var size: Int
  /// Whose bytes they are; `nil` when that isn't known, and they can't be used.
  private(set) var record: ResumeRecord?
  private let descriptor: Int32
  /// Whether the path is no longer this part's; it may be another process's by now.
  private var isGone = false

  private var recordPath: String { Self.recordPath(path) }

  static func path(for target: String) -> String { target + ".part" }
  static func recordPath(_ part: String) -> String { part + ".json" }

  /// Opens or makes the part for a target and waits until no other process holds it.
  ///
  /// - Parameter waiting: called once, when there is something to wait for.
  static func open(
    for target: String, timeout: Duration, waiting: () -> Void
  ) throws(DownloadError) -> PartFile {
    let path = path(for: target)
    let deadline = ContinuousClock.now + timeout
    var told = false
    while true {
      let descriptor = try openRegularFile(path)
      switch lock(descriptor, path) {
      case .held:
        return PartFile(path: path, descriptor: descriptor)
      case .gone:
        // The other process put it in place or removed it in between.
        close(descriptor)
      case .busy:
        close(descriptor)
        if !told { waiting() }
        told = true
        guard ContinuousClock.now < deadline else { throw .busy(part: path) }
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  private static func openRegularFile(_ path: String) throws(DownloadError) -> Int32 {
    // Never through a link: it could lead a fetch to any file of the user.
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let descriptor = Glibc.open(path, flags, 0o644)
    guard descriptor >= 0 else {
      let reason =
        errno == ELOOP ? "it is a link; remove it" : String(cString: strerror(errno))
      throw .file(.notWritable(path: path, reason: reason))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .file(.notWritable(path: path, reason: "it is a device or a pipe, not a file"))
    }
    return descriptor
  }

  private enum Lock { case held, busy, gone }

  private static func lock(_ descriptor: Int32, _ path: String) -> Lock {
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK || errno == EINTR { return .busy }
      // Some network file systems have no locks; the digest still guards against a mixture.
    }
    var opened = stat()
    var named = stat()
    guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0,
      opened.st_ino == named.st_ino, opened.st_dev == named.st_dev
    else { return .gone }
    return .held
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    var status = stat()
    size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    record = size > 0 ? ResumeRecord.read(Self.recordPath(path)) : nil
  }

  deinit { close(descriptor) }

  /// Empties the part for the bytes of another answer, which `record` describes.
  func begin(_ record: ResumeRecord) throws(DownloadError) {
    // In this order, so that old bytes never stand beside a new record.
    try empty()
    try record.write(to: recordPath)
    self.record = record
  }

  /// Drops all bytes; the next request asks for the whole file.
  func empty() throws(DownloadError) {
    guard ftruncate(descriptor, 0) == 0 else { throw failure() }
    size = 0
    record = nil
  }

  /// Writes bytes at the end.
  func append(_ data: Data) throws(DownloadError) {
    var done = 0
    while done < data.count {
      let written = data.withUnsafeBytes { buffer in
        pwrite(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(size))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      done += written
      size += written
    }
  }

  /// The digest of what is on the disk.
  func digest(_ report: (Double) -> Void) throws(DownloadError) -> SHA256Digest {
    do {
      let file = try FileBytes(path: path)
      return try SHA256Digest(of: file) { report(Double($0) / Double(max(1, file.count))) }
    } catch {
      throw .file(error)
    }
  }

  /// Puts the whole file in place of whatever is at `target`.
  func commit(to target: String) throws(DownloadError) {
    // The bytes have to be on the disk before the name says that they are.
    guard fsync(descriptor) == 0 else { throw failure() }
    guard rename(path, target) == 0 else {
      throw .file(.notWritable(path: target, reason: String(cString: strerror(errno))))
    }
    isGone = true
    unlink(recordPath)
    let folder = Glibc.open(
      URL(fileURLWithPath: target).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Deletes the part and its record.
  func remove() {
    guard !isGone else { return }
    isGone = true
    unlink(recordPath)
    unlink(path)
  }

  private func failure() -> DownloadError {
    let number = errno
    if number == ENOSPC || number == EDQUOT { return .noSpace(path: path, needed: nil, free: nil) }
    return .file(.notWritable(path: path, reason: String(cString: strerror(number))))
  }
}
