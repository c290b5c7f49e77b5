import Foundation

/// The bytes of a file, read piece by piece where they are asked for.
///
/// A weights file is opened to look at its header, and only the tensors that are wanted are read. What
/// a file claims about itself is checked against ``count``, so nothing larger than the file is ever
/// allocated; a file that shrinks while it is open gives an error.
public final class FileBytes: Sendable {
  private enum Storage {
    case descriptor(Int32)
    case memory(Data)
  }

  /// The file's name in errors.
  public let path: String
  /// The file's size in bytes.
  public let count: Int
  private let storage: Storage

  /// Opens a regular file; folders, devices and pipes are refused.
  public init(path: String) throws(FileError) {
    guard let status = FileReading.status(of: path) else { throw .notFound(path: path) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .isADirectory(path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is a device or a pipe, not a file")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    self.path = path
    count = Int(status.st_size)
    storage = .descriptor(descriptor)
  }

  /// Bytes that are in memory already; `path` is named in errors.
  public init(_ data: Data, path: String) {
    self.path = path
    count = data.count
    storage = .memory(data)
  }

  deinit {
    if case .descriptor(let descriptor) = storage { close(descriptor) }
  }

  /// The bytes at `range`, in memory of their own.
  ///
  /// - Throws: `unreadable` when the range isn't inside the file.
  public func read(_ range: Range<Int>) throws(FileError) -> Data {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw outside(range.lowerBound, range.upperBound)
    }
    if case .memory(let data) = storage {
      return Data(data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound])
    }
    var data = Data(count: range.count)
    var failure: FileError?
    data.withUnsafeMutableBytes { buffer in
      do throws(FileError) {
        try read(at: range.lowerBound, into: buffer)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return data
  }

  /// All bytes.
  public func readAll() throws(FileError) -> Data { try read(0..<count) }

  /// Fills `buffer` with the bytes from `offset` on, without memory in between.
  ///
  /// - Throws: `unreadable` when the file has fewer; what is in `buffer` then isn't defined.
  public func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    guard offset >= 0, offset <= count, buffer.count <= count - offset else {
      throw outside(offset, offset.addingReportingOverflow(buffer.count).partialValue)
    }
    switch storage {
    case .memory(let data):
      let start = data.startIndex + offset
      data.copyBytes(to: buffer, from: start..<start + buffer.count)
    case .descriptor(let descriptor):
      try read(at: offset, into: buffer, from: descriptor)
    }
  }

  private func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32
  ) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let got = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw .unreadable(
          path: path,
          reason: got == 0
            ? "it ended at byte \(offset + done), before its \(count) bytes"
            : String(cString: strerror(errno)))
      }
      done += got
    }
  }

  private func outside(_ begin: Int, _ end: Int) -> FileError {
    .unreadable(path: path, reason: "bytes \(begin) to \(end) were asked for of \(count)")
  }
}
