import FacetFiles
import FacetTestSupport
import Foundation
import Testing

@Suite("Reading files")
struct FileReadingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("a missing file or folder is named")
  func missing() {
    let path = folder.file("nothing")
    #expect(throws: FileError.notFound(path: path)) { try FileReading.data(at: path) }
    #expect(throws: FileError.notFound(path: path)) { try FileReading.names(in: path) }
    #expect(!FileReading.isDirectory(path))
    #expect("\(FileError.notFound(path: path))".contains(path))
  }

  @Test("folders and files are told apart")
  func confusion() throws {
    let file = folder.file("file")
    try AtomicFile.write("x", to: file)
    #expect(throws: FileError.isADirectory(path: folder.path)) {
      try FileReading.data(at: folder.path)
    }
    #expect(throws: FileError.notADirectory(path: file)) { try FileReading.names(in: file) }
    #expect(FileReading.isDirectory(folder.path))
    #expect(!FileReading.isDirectory(file))
  }

  @Test("a file over the limit is refused, one at the limit read", arguments: [0, 1, 99, 100])
  func limit(_ limit: Int) throws {
    let file = folder.file("file")
    try AtomicFile.write(Data(count: 100), to: file)
    if limit >= 100 {
      #expect(try FileReading.data(at: file, limit: limit).count == 100)
    } else {
      #expect(throws: FileError.tooLarge(path: file, bytes: 100, limit: limit)) {
        try FileReading.data(at: file, limit: limit)
      }
    }
  }

  @Test("the limit is of the file a link leads to")
  func linkedFile() throws {
    let (file, link) = (folder.file("file"), folder.file("link"))
    try AtomicFile.write(Data(count: 1000), to: file)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    #expect(try FileReading.data(at: link).count == 1000)
    #expect(throws: FileError.tooLarge(path: link, bytes: 1000, limit: 500)) {
      try FileReading.data(at: link, limit: 500)
    }
  }

  @Test("names come sorted by scalar value, without hidden ones")
  func names() throws {
    let names = ["b", "a", "B", "10", "9", "é", ".hidden", "z"]
    for name in names { try AtomicFile.write("", to: folder.file(name)) }
    #expect(try FileReading.names(in: folder.path) == ["10", "9", "B", "a", "b", "z", "é"])
  }
}

@Suite("SHA-256")
struct SHA256Tests {
  /// Messages and digests of FIPS 180-4's examples and NIST's test vectors.
  static let known: [(message: Data, digest: String)] = [
    (Data(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (Data("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      Data("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      Data(repeating: UInt8(ascii: "a"), count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test("known answers", arguments: known.indices)
  func answers(_ index: Int) {
    let digest = SHA256Digest(of: Self.known[index].message)
    #expect(digest.hex == Self.known[index].digest)
    #expect("\(digest)" == digest.hex)
  }

  @Test("a slice of data has the digest of its bytes")
  func slices() {
    let data = Data("xxabcxx".utf8)
    #expect(SHA256Digest(of: data[2..<5]) == SHA256Digest(of: Data("abc".utf8)))
    #expect(SHA256Digest(of: data[2..<5]) != SHA256Digest(of: data[1..<4]))
  }
}
