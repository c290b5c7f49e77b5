import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

@Suite("npy")
struct NumPyArrayTests {
  private static func file(
    _ header: String, _ body: [UInt8], version: UInt8 = 1, length: Int? = nil
  ) -> Data {
    let count = length ?? header.utf8.count
    var data = Data(
      [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(count & 255), UInt8(count >> 8 & 255)])
    if version > 1 { data += [UInt8(count >> 16 & 255), UInt8(count >> 24 & 255)] }
    return data + Data(header.utf8) + Data(body)
  }

  private static func header(_ shape: String, fortran: String = "False") -> String {
    header("<f4", shape, fortran: fortran)
  }

  private static func header(_ type: String, _ shape: String, fortran: String = "False") -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
  }

  private func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  @Test(
    "what was written is read",
    arguments: [[], [1], [5], [0], [2, 3], [1, 3, 4, 5], [0, 7]] as [[Int]])
  func roundTrip(_ extents: [Int]) throws {
    let tensor = Tensor.random(Shape(extents), seed: 1)
    let data = NumPyArray.data(tensor)
    #expect(try NumPyArray.tensor(data, path: "x") == tensor)
    let folder = try TemporaryFolder()
    try NumPyArray.write(tensor, to: folder.file("a.npy"))
    #expect(try NumPyArray.read(folder.file("a.npy")) == tensor)
  }

  @Test("the bytes are what numpy.save writes")
  func layout() {
    let data = NumPyArray.data(Tensor([2, 3], [0, 1, 2, 3, 4, 5]))
    var expected = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0])
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    text += String(repeating: " ", count: 117 - text.count) + "\n"
    expected += Data(text.utf8) + Data(bytes([0, 1, 2, 3, 4, 5] as [Float]))
    // numpy pads header and preamble together to a multiple of 64 bytes.
    #expect(data.count == 128 + 24 || data.count == 64 + 24)
    #expect((data.count - 24) % 64 == 0)
    #expect(data.suffix(24) == expected.suffix(24))
    #expect(data[data.count - 25] == 0x0A)
    #expect(data.prefix(8) == expected.prefix(8))
    #expect(NumPyArray.data(Tensor([3], [0, 0, 0])).range(of: Data("(3,)".utf8)) != nil)
    #expect(NumPyArray.data(Tensor([], [0])).range(of: Data("'shape': ()".utf8)) != nil)
  }

  @Test("other types and versions")
  func types() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("<f4", bytes([1.5, -2] as [Float]), [1.5, -2]),
      ("<f8", bytes([0.1, -1e10] as [Double]), [0.1, -1e10]),
      ("<f2", [0x00, 0x3C, 0x00, 0xC0], [1, -2]),
      ("<i8", bytes([-3, 1 << 40] as [Int64]), [-3, 0x1p40]),
      ("<i4", bytes([-7, 9] as [Int32]), [-7, 9]), ("<i2", bytes([-7, 9] as [Int16]), [-7, 9]),
      ("|i1", [0xFF, 7], [-1, 7]), ("<u8", bytes([.max, 9] as [UInt64]), [0x1p64, 9]),
      ("<u4", bytes([.max, 9] as [UInt32]), [0x1p32, 9]),
      ("<u2", bytes([.max, 9] as [UInt16]), [65535, 9]), ("|u1", [255, 7], [255, 7]),
      ("|b1", [0, 1], [0, 1]), (">f4", [0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0], [1.5, -2]),
      (">f2", [0x3C, 0, 0xC0, 0], [1, -2]),
      (">i4", [0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 1, 0], [-2, 256]),
      (">u2", [1, 2, 0, 1], [258, 1]),
    ]
    for (type, body, expected) in cases {
      for version: UInt8 in 1...3 {
        let data = Self.file(Self.header(type, "(2,)"), body, version: version)
        #expect(try NumPyArray.tensor(data, path: "x") == Tensor([2], expected), "\(type)")
      }
    }
  }

  @Test("Fortran's order: the first axis is the fastest in the file")
  func fortran() throws {
    // Element (i, j, k) is 100 i + 10 j + k; i runs first.
    var body: [Float] = []
    for k in 0..<4 {
      for j in 0..<3 { for i in 0..<2 { body.append(Float(100 * i + 10 * j + k)) } }
    }
    let data = Self.file(Self.header("(2, 3, 4)", fortran: "True"), bytes(body))
    let tensor = try NumPyArray.tensor(data, path: "x")
    #expect(tensor.shape == [2, 3, 4])
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 { #expect(tensor[i, j, k] == Float(100 * i + 10 * j + k)) }
      }
    }
    let row = Self.file(Self.header("(2,)", fortran: "True"), bytes([1, 2] as [Float]))
    #expect(try NumPyArray.tensor(row, path: "x") == Tensor([2], [1, 2]))
    let python2 = Self.file(Self.header("(1L, 2L)"), bytes([1, 2] as [Float]))
    #expect(try NumPyArray.tensor(python2, path: "x") == Tensor([1, 2], [1, 2]))
  }

  static let bad: [(String, Data)] = {
    let four: [UInt8] = [0, 0, 0, 0]
    return [
      ("nothing", Data()),
      ("another magic", Data([0x94] + file(header("(1,)"), four).dropFirst())),
      ("version 0", file(header("(1,)"), four, version: 0)),
      ("version 4", file(header("(1,)"), four, version: 4)),
      ("a header beyond the file", file(header("(1,)"), four, length: 5000)),
      ("a huge header", file(header("(1,)"), four, version: 2, length: 0xFFFF_FFFF)),
      ("complex numbers", file(header("<c8", "(1,)"), four + four)),
      ("objects", file(header("|O", "(1,)"), four)),
      ("a key twice", file("{'descr': '<f4', 'descr': '<f4', \(header("(1,)").dropFirst())", four)),
      ("another key", file("{'names': '<f4', \(header("(1,)").dropFirst())", four)),
      ("something after the header", file(header("(1,)") + "{}", four)),
      ("brackets without end", file(header("(1,)").replacing("'<f4'", with: "[[["), four)),
      ("a text without end", file("{'descr': '<f4", four)),
      (
        "no elements but extents beyond integers",
        file(header("(0, 4294967296, 4294967296, 4294967296)"), [])
      ),
      ("no type", file("{'fortran_order': False, 'shape': (1,), }", four)),
      ("no order", file("{'descr': '<f4', 'shape': (1,), }", four)),
      ("no shape", file("{'descr': '<f4', 'fortran_order': False, }", four)),
      ("a negative shape", file(header("(-1,)"), four)),
      ("a shape of text", file(header("(a,)"), four)),
      ("a shape that overflows", file(header("(4294967296, 4294967296, 4294967296)"), four)),
      ("a shape beyond integers", file(header("(99999999999999999999,)"), four)),
      ("too few bytes", file(header("(2,)"), four)),
      ("too many bytes", file(header("(1,)"), four + four)),
      ("no numbers between the commas", file(header("(1 1,)"), four)),
    ]
  }()

  @Test("bad files are refused by an error that names the file", arguments: bad.indices)
  func refused(_ index: Int) {
    let (name, data) = Self.bad[index]
    let error = #expect(throws: ZooError.self, "\(name)") {
      try NumPyArray.tensor(data, path: "some/file")
    }
    #expect(error?.description.contains("some/file") == true, "\(name)")
  }

  @Test("cut files are refused, and changed ones never crash")
  func damage() {
    let data = NumPyArray.data(.random([2, 3], seed: 1))
    for length in 0..<data.count {
      #expect(throws: ZooError.self) { try NumPyArray.tensor(Data(data.prefix(length)), path: "x") }
    }
    var stream = RandomStream(seed: 1)
    for _ in 0..<1500 {
      var changed = data
      for _ in 0..<Int.random(in: 1...3, using: &stream) {
        let place = Int.random(in: 0..<90, using: &stream)
        changed[place] = UInt8.random(in: 0...255, using: &stream)
      }
      if let tensor = try? NumPyArray.tensor(changed, path: "x") {
        #expect(tensor.count <= data.count)
      }
    }
  }
}
