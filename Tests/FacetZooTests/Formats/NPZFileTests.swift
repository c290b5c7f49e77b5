import FacetFiles
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("npz")
struct NPZFileTests {
  private let sample: [String: Tensor] = [
    "conv.weight": .random([4, 3, 3, 3], seed: 1), "conv.bias": .random([4], seed: 2),
    "s": Tensor([], [3]), "none": .zeros([0, 2]), "ümlaut/ß": Tensor([1], [.infinity]),
  ]

  @Test("what numpy wrote, stored and deflated", arguments: ["arrays", "arrays-deflated"])
  func numpy(_ name: String) throws {
    let file = try NPZFile(SharedData.fixture("formats/\(name).npz"))
    let grid = Tensor([2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(try file.tensor("grid") == grid)
    #expect(try file.tensor("fortran") == grid)
    #expect(try file.tensor("fortran3") == Tensor([2, 3, 4], (0..<24).map(Float.init)))
    #expect(try file.tensor("scalar") == Tensor([], [7]))
    #expect(try file.tensor("none") == .zeros([0, 3]))
    let typed = file.entries.filter { $0.name.hasPrefix("t") }
    #expect(typed.count == 20)
    for entry in typed {
      #expect(try file.tensor(entry.name) == Tensor([3], [0, 1, 1]), "\(entry)")
    }
    // Text isn't a tensor.
    #expect(file.entries.count == 25)
    #expect(throws: ZooError.self) { try file.tensor("text") }
  }

  @Test("what was written is read; equal contents give equal files")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npz")
    try NPZFile.write(sample, to: path)
    let file = try NPZFile(path)
    #expect(try file.tensors() == sample)
    #expect(file.entries.map(\.name) == sample.keys.sorted())
    let again = Dictionary(uniqueKeysWithValues: sample.sorted { $0.key > $1.key })
    #expect(NPZFile.data(again) == NPZFile.data(sample))
    #expect(try NPZFile(FileBytes(NPZFile.data([:]), path: "x")).entries.isEmpty)
  }

  @Test("the bytes are a zip archive of what numpy.save writes, by the format's own numbers")
  func layout() {
    let tensor = Tensor([1], [1])
    let data = NPZFile.data(["a": tensor])
    let array = NumPyArray.data(tensor)
    // Local header, name, array; directory entry, name; end record.
    #expect(data.count == 30 + 5 + array.count + 46 + 5 + 22)
    #expect(data.prefix(4) == Data([0x50, 0x4B, 3, 4]))
    #expect(data[30..<35] == Data("a.npy".utf8))
    #expect(data[35..<35 + array.count] == array)
    let directory = 35 + array.count
    #expect(data[directory..<directory + 4] == Data([0x50, 0x4B, 1, 2]))
    // CRC-32 of the array by the polynomial, bit by bit.
    var crc: UInt32 = .max
    for byte in array {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let written = data[14..<18].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(written == ~crc)
  }

  @Test("archives beyond 4 GiB: the 64-bit records, tried on a small one", arguments: [0, 200])
  func wide(_ limit: Int) throws {
    let data = NPZFile.data(sample, wideFrom: limit)
    #expect(data.count > NPZFile.data(sample).count)
    #expect(try open(data) == sample)
    for length in 0..<data.count {
      #expect(throws: ZooError.self) { try open(data.prefix(length)) }
    }
    // The end record, its locator, the end record of old.
    let end = data.count - 22 - 20 - 56
    for (place, says) in [(end, "zip64"), (end + 4, "zip64"), (end + 40, "bytes from")] {
      var changed = data
      changed[place] ^= 1
      let error = #expect(throws: ZooError.self) { try open(changed) }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }
  }

  private func open(_ data: Data) throws -> [String: Tensor] {
    try NPZFile(FileBytes(data, path: "some/file")).tensors()
  }

  @Test("a bomb and members that share bytes are refused")
  func bombs() {
    for (name, says) in [
      ("bomb", "deflate can't pack so tightly"), ("overlap", "overlaps another"),
    ] {
      let error = #expect(throws: ZooError.self) {
        try NPZFile(SharedData.fixture("formats/\(name).npz")).tensors()
      }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }
  }

  @Test("archives whose records disagree are refused")
  func disagree() throws {
    let good = NPZFile.data(["a": Tensor([2], [1, 2]), "b": Tensor([1], [3])])
    let directory = try #require(good.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
    let end = good.count - 22
    // Place, new bytes, what is wrong.
    let changes: [(Int, [UInt8], String)] = [
      (0, [0x51], "local header"), (6, [1], "another way"), (8, [8], "another way"),
      (14, [1, 2, 3, 4], "CRC-32"), (18, [1], "bytes in its local header"), (30, [0x7A], "name"),
      (directory, [0], "directory"), (directory + 8, [1], "encrypted"),
      (directory + 10, [12], "method 12"), (directory + 20, [1], "sizes differ"),
      (directory + 28, [0xFF, 0xFF], "goes on after"), (directory + 42, [1], "local header"),
      (directory + 42, [0xFF, 0xFF, 0xFF, 0x7F], "begins after"), (directory + 46, [0xFF], "UTF-8"),
      (end, [0], "no end record"), (end + 4, [1], "several files"),
      (end + 10, [1], "several files"),
      (end + 8, [1, 0, 1, 0], "entries"), (end + 12, [1], "bytes from"),
      (end + 16, [1], "bytes from"),
      (end + 20, [1], "no end record"), (good.count / 2, [], ""),
    ]
    for (place, bytes, says) in changes where !bytes.isEmpty {
      var data = good
      data.replaceSubrange(place..<place + bytes.count, with: bytes)
      let error = #expect(throws: ZooError.self, "\(place)") { try open(data) }
      #expect(error?.description.contains(says) == true, "\(place): \(String(describing: error))")
    }
    var data = good
    data[35 + 128] ^= 1
    let error = #expect(throws: ZooError.self) { try open(data) }
    #expect(error?.description.contains("is damaged: its CRC-32") == true)
    #expect(try open(good).count == 2)
  }

  @Test("complex numbers are refused by name, never left out")
  func complex() throws {
    var data = NPZFile.data(["a": Tensor([2], [1, 2])])
    let place = try #require(data.range(of: Data("<f4".utf8)))
    data.replaceSubrange(place, with: Data("<c8".utf8))
    let error = #expect(throws: ZooError.self) { try open(data) }
    #expect(error?.description.contains("'<c8'") == true)
  }
}
