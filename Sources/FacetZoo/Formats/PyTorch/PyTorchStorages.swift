import FacetFiles

/// Where the elements of a PyTorch file's storages lie.
struct PyTorchStorages {
  struct Place {
    /// Where the storage begins, in bytes from the file's start.
    let start: Int
    /// Its bytes, unpacked.
    let size: Int
    /// The member it is, in a zip archive.
    let member: ZipMember?
  }

  /// Places by the storages' keys.
  var places: [String: Place] = [:]
  var bigEndian = false

  /// The bytes of all storages.
  var size: Int { places.values.reduce(0) { $0 + $1.size } }
}

/// What stands in front of a PyTorch file's elements, or beside them.
struct PyTorchContents {
  let root: PickleValue
  let heap: PickleHeap
  let storages: PyTorchStorages

  /// The zip form, since PyTorch 1.6: `data.pkl` in a folder of any name, a member for each storage in
  /// `data`, and `byteorder`. TorchScript's archives are the same with code beside, which isn't read.
  init(_ archive: ZipArchive) throws(ZooError) {
    guard let pickle = Self.pickle(archive) else {
      throw .unsupported(path: archive.path, reason: "the zip archive holds no data.pkl")
    }
    let folder = pickle.name.dropLast("data.pkl".count)
    var storages = PyTorchStorages()
    for member in archive.members where member.name.hasPrefix(folder + "data/") {
      storages.places[String(member.name.dropFirst(folder.count + "data/".count))] = .init(
        start: member.start, size: member.size, member: member)
    }
    if let order = archive[folder + "byteorder"] {
      let text = String(decoding: try archive.prefix(order, 16), as: UTF8.self)
      guard text == "little" || text == "big" else {
        throw .malformed(
          path: archive.path, offset: order.start,
          reason: "the byte order is '\(text)'; little or big was expected")
      }
      storages.bigEndian = text == "big"
    }
    let bytes = FileBytes(try archive.read(pickle), path: archive.path)
    var machine = PickleMachine(
      PickleInput(bytes, base: pickle.method == .stored ? pickle.start : 0))
    root = try machine.run()
    heap = machine.heap
    self.storages = storages
  }

  /// The archive's `data.pkl`: the outermost, where there are several.
  static func pickle(_ archive: ZipArchive) -> ZipMember? {
    archive.members.filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
      .min { $0.name.utf8.count < $1.name.utf8.count }
  }

  /// What the older form begins with: a pickle of the number 0x1950a86a20f9469cfc6c.
  static let magic: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// The form before PyTorch 1.6: pickles of a magic number, the protocol's version (1001), the
  /// machine it was made on, the object and the storages' keys; then each storage's number of elements
  /// as 8 bytes and its elements, in little-endian order on all machines.
  ///
  /// - Parameter start: where the second pickle begins.
  init(_ bytes: FileBytes, from start: Int) throws(ZooError) {
    var machine = PickleMachine(PickleInput(bytes, at: start))
    let version = try machine.run()
    guard version == .int(1001) else {
      throw machine.input.refuse("the version of PyTorch's file format isn't 1001", at: start)
    }
    _ = try machine.run()
    root = try machine.run()
    let keysStart = machine.input.position
    let keys = try machine.run()
    heap = machine.heap

    var sizes: [String: Int] = [:]
    for storage in heap.storages {
      sizes[storage.key] = PyTorchType.ofStorage(storage.type)?.size ?? sizes[storage.key]
    }
    var storages = PyTorchStorages()
    for key in heap.run(keys) ?? [] {
      guard let key = heap.text(key), let size = sizes[key] else {
        throw machine.input.refuse(
          "the list of storages has one that no tensor uses, or whose type isn't read",
          at: keysStart)
      }
      let length = try machine.input.length(8)
      let (count, overflow) = length.multipliedReportingOverflow(by: size)
      let place = machine.input.position
      guard !overflow, count <= bytes.count - place else {
        throw machine.input.refuse(
          "storage '\(key)' claims \(length) elements of \(size) bytes; \(bytes.count - place) "
            + "bytes are left; the file is truncated")
      }
      guard
        storages.places.updateValue(.init(start: place, size: count, member: nil), forKey: key)
          == nil
      else { throw machine.input.refuse("storage '\(key)' is there twice") }
      machine.input.skip(count)
    }
    self.storages = storages
  }
}
