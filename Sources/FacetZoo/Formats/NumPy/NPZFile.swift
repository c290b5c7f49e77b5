import FacetFiles
import FacetTensor
import Foundation

/// NumPy's .npz format: a zip archive of .npy files, stored (`numpy.savez`) or deflated
/// (`numpy.savez_compressed`). Of each member only the header is read until its tensor is asked for.
///
/// Members that aren't .npy files, and arrays of text, structures or Python objects, aren't tensors
/// and are left out. Complex numbers are refused.
public struct NPZFile: TensorArchive {
  public let entries: [TensorEntry]
  private let archive: ZipArchive
  private let members: [String: Member]

  private struct Member {
    let member: ZipMember
    let header: NumPyHeader
    let type: ElementType
    let shape: Shape
  }

  public var path: String { archive.path }

  /// Reads the headers of the file at `path`.
  public init(_ path: String) throws(ZooError) {
    try self.init(FileBytes.opening(path))
  }

  /// Reads the headers of an open file.
  public init(_ bytes: FileBytes) throws(ZooError) {
    try self.init(ZipArchive(bytes))
  }

  init(_ archive: ZipArchive) throws(ZooError) {
    self.archive = archive
    var entries: [TensorEntry] = []
    var members: [String: Member] = [:]
    for member in archive.members where member.name.hasSuffix(".npy") {
      let refuse = Self.refusal(member, archive.path)
      let header = try Self.header(member, archive, refuse)
      if header.type == nil, !header.code.hasPrefix("<c"), !header.code.hasPrefix(">c") { continue }
      let (type, shape) = try header.shape(bytes: member.size - header.start, refuse: refuse)
      let name = String(member.name.dropLast(4))
      members[name] = Member(member: member, header: header, type: type, shape: shape)
      entries.append(TensorEntry(name: name, type: type, shape: shape))
    }
    self.entries = entries
    self.members = members
  }

  public func tensor(_ name: String) throws(ZooError) -> Tensor {
    guard let found = members[name] else { throw noTensor(name) }
    let header = found.header
    guard found.member.method == .stored, found.type == .float32, !header.bigEndian,
      !header.fortranOrder
    else {
      return NumPyArray.tensor(
        try archive.read(found.member), header: header, shape: found.shape, type: found.type)
    }
    // What lies in the file as it lies in memory is read there at once.
    let start = found.member.start
    let crc = Inflater.crc(try archive.bytes.bytes(start..<start + header.start))
    let tensor = try archive.bytes.tensor(.float32, found.shape, at: start + header.start)
    try archive.check(
      found.member,
      tensor.withUnsafeBufferPointer { Inflater.crc(UnsafeRawBufferPointer($0), after: crc) })
    return tensor
  }

  private static func header(
    _ member: ZipMember, _ archive: ZipArchive, _ refuse: @escaping NumPyHeader.Refusal
  ) throws(ZooError) -> NumPyHeader {
    // Nearly all headers end at byte 128.
    var bytes = [UInt8](try archive.prefix(member, 128))
    let start = try NumPyHeader.start(bytes, refuse: refuse)
    if start > bytes.count { bytes = [UInt8](try archive.prefix(member, start)) }
    return try NumPyHeader(bytes, refuse: refuse)
  }

  private static func refusal(_ member: ZipMember, _ path: String) -> NumPyHeader.Refusal {
    { offset, reason in
      .malformed(
        path: path, offset: member.start,
        reason: "member '\(member.name)', at its byte \(offset): \(reason)")
    }
  }
}

extension NPZFile {
  /// The file's bytes for tensors: stored members, names sorted, so that equal contents give equal
  /// files. `numpy.load` reads it.
  public static func data(_ tensors: [String: Tensor]) -> Data {
    data(tensors, wideFrom: 0xFFFF_FFFF)
  }

  /// The same; sizes and places in the archive from `limit` on are written in 64 bits, which the
  /// format asks for from 4 GiB on.
  package static func data(_ tensors: [String: Tensor], wideFrom limit: Int) -> Data {
    var writer = ZipWriter(wideFrom: limit)
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      writer.add(name + ".npy", NumPyArray.data(tensor))
    }
    return writer.finished()
  }

  /// Writes the file whole or not at all.
  public static func write(_ tensors: [String: Tensor], to path: String) throws(ZooError) {
    do { try AtomicFile.write(data(tensors), to: path) } catch { throw .file(error) }
  }
}
