import FacetFiles
import FacetTensor
import Foundation

/// A file that `torch.save` wrote, in the zip form or the one before PyTorch 1.6; nothing in it is
/// executed (see ``PickleMachine``).
///
/// Which of a checkpoint's tensors are listed, ``StateDictionary`` says. A file that is one tensor
/// lists it under the file's name without its extension. Elements may have any strides; tensors may
/// share a storage. Big-endian files are read.
public struct PyTorchFile: TensorArchive {
  public let entries: [TensorEntry]
  private let bytes: FileBytes
  private let archive: ZipArchive?
  private let bigEndian: Bool
  private let places: [String: Place]

  private struct Place {
    let type: ElementType
    let layout: StridedLayout
    /// The elements of the storage that are read for the tensor.
    let span: Range<Int>
    let storage: PyTorchStorages.Place
  }

  public var path: String { bytes.path }

  /// Reads what a file says of its tensors.
  public init(_ path: String) throws(ZooError) {
    try self.init(FileBytes.opening(path))
  }

  /// Reads what an open file says of its tensors.
  public init(_ bytes: FileBytes) throws(ZooError) {
    if let start = try Self.legacyStart(bytes) {
      try self.init(bytes, archive: nil, PyTorchContents(bytes, from: start))
    } else {
      try self.init(ZipArchive(bytes))
    }
  }

  init(_ archive: ZipArchive) throws(ZooError) {
    try self.init(archive.bytes, archive: archive, PyTorchContents(archive))
  }

  /// Where the second pickle of a file in the older form begins; `nil` for other files.
  static func legacyStart(_ bytes: FileBytes) throws(ZooError) -> Int? {
    let head = [UInt8](try bytes.bytes(0..<min(64, bytes.count)))
    guard head.first == 0x80 else { return nil }
    let magic = PyTorchContents.magic
    return head.indices.first { head[$0...].starts(with: magic) }.map { $0 + magic.count }
  }

  private init(
    _ bytes: FileBytes, archive: ZipArchive?, _ contents: PyTorchContents
  ) throws(ZooError) {
    let heap = contents.heap
    var tensors = try StateDictionary(contents.root, in: heap, path: bytes.path).tensors
    if case .tensor(let tensor) = contents.root {
      let name = URL(fileURLWithPath: bytes.path).deletingPathExtension().lastPathComponent
      tensors = [(name, tensor)]
    }
    guard !tensors.isEmpty else {
      throw .unsupported(
        path: bytes.path,
        reason: "it holds no dictionary of named tensors; save the network's state_dict()")
    }
    // Tensors may share elements, as tied weights do, but many views of one storage mustn't make much
    // of a small file.
    let limit = max(4 * contents.storages.size, 1 << 16)
    var total = 0
    var entries: [TensorEntry] = []
    var places: [String: Place] = [:]
    for (name, tensor) in tensors {
      let place = try Self.place(name, heap.tensors[tensor], contents, limit, bytes.path)
      let packed = place.storage.member?.method == .deflated
      total += max(
        place.layout.shape.count, packed ? place.storage.size / place.type.size : place.span.count)
      guard total <= limit else {
        throw .unsupported(
          path: bytes.path,
          reason: "its tensors have more than \(limit) elements, which is many times what the file "
            + "holds; save them after .clone()")
      }
      places[name] = place
      entries.append(TensorEntry(name: name, type: place.type, shape: place.layout.shape))
    }
    self.entries = entries
    self.places = places
    self.bytes = bytes
    self.archive = archive
    bigEndian = contents.storages.bigEndian
  }

  private static func place(
    _ name: String, _ tensor: PickleTensor, _ contents: PyTorchContents, _ limit: Int,
    _ path: String
  ) throws(ZooError) -> Place {
    let storage = contents.heap.storages[tensor.storage]
    func refuse(_ reason: String) -> ZooError {
      .unsupported(path: path, reason: "tensor '\(name)' \(reason)")
    }
    let typeName = tensor.type ?? storage.type
    guard let type = tensor.type.map(PyTorchType.named) ?? PyTorchType.ofStorage(storage.type)
    else { throw refuse("has elements of \(typeName), which aren't read; save it as float32") }
    guard let place = contents.storages.places[storage.key] else {
      throw refuse("has its elements in storage '\(storage.key)', which isn't in the file")
    }
    guard let shape = ClaimedShape.shape(tensor.extents, limit: limit) else {
      throw refuse("claims the shape \(tensor.extents), which isn't possible in this file")
    }
    let (offset, overflow) = tensor.offset.addingReportingOverflow(storage.offset)
    let layout = StridedLayout(
      offset: overflow ? -1 : offset, shape: shape, strides: tensor.strides)
    guard let span = layout.span, span.isEmpty || span.upperBound <= place.size / type.size else {
      throw refuse(
        "of shape \(shape) and strides \(tensor.strides) from element \(tensor.offset) goes beyond "
          + "the \(place.size / type.size) elements of storage '\(storage.key)'")
    }
    return Place(type: type, layout: layout, span: span.isEmpty ? 0..<0 : span, storage: place)
  }

  public func tensor(_ name: String) throws(ZooError) -> Tensor {
    guard let place = places[name] else { throw noTensor(name) }
    let shape = place.layout.isContiguous ? place.layout.shape : Shape([place.span.count])
    let elements = try elements(place, shape)
    return place.layout.isContiguous ? elements : place.layout.gather(elements.scalars)
  }

  /// The elements of the span in the order they lie in.
  private func elements(_ place: Place, _ shape: Shape) throws(ZooError) -> Tensor {
    let (span, size) = (place.span, place.type.size)
    if let archive, let member = place.storage.member, member.method != .stored {
      let data = FileBytes(try archive.read(member), path: path)
      return try data.tensor(place.type, shape, at: span.lowerBound * size, bigEndian: bigEndian)
    }
    let tensor = try bytes.tensor(
      place.type, shape, at: place.storage.start + span.lowerBound * size, bigEndian: bigEndian)
    if let archive, let member = place.storage.member, span.count * size == member.size {
      try archive.check(member, crc(tensor, place, archive))
    }
    return tensor
  }

  /// The checksum of a stored member that a tensor is the whole of.
  private func crc(
    _ tensor: Tensor, _ place: Place, _ archive: ZipArchive
  ) throws(ZooError) -> UInt32 {
    if place.type == .float32, !bigEndian {
      return tensor.withUnsafeBufferPointer { Inflater.crc(UnsafeRawBufferPointer($0)) }
    }
    var crc: UInt32 = 0
    let end = place.storage.start + place.storage.size
    for start in stride(from: place.storage.start, to: end, by: 1 << 20) {
      crc = Inflater.crc(try bytes.bytes(start..<min(start + 1 << 20, end)), after: crc)
    }
    return crc
  }
}
