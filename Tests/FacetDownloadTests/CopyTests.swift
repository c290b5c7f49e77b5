import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

/// Files that somebody brought in a folder.
@Suite("Copying") struct CopyTests {
  private let folder: TemporaryFolder
  private let host = HostedFile(count: 3_000_000)

  init() throws { folder = try TemporaryFolder() }

  private var place: String { folder.file("cache/net.pth") }

  private func fail(_ source: String, _ options: DownloadOptions = .quick()) throws
    -> DownloadError
  {
    let target = host.target(in: folder)
    return try failure { () throws(DownloadError) in
      try Downloader(options).copy(target, fromFolder: source)
    }
  }

  @Test("the file, under its name, with nothing beside it")
  func copies() throws {
    try AtomicFile.write(host.body, to: folder.file("disk/net.pth"))
    let receipt = try Downloader().copy(
      host.target(in: folder), fromFolder: folder.file("disk"))
    #expect(receipt.sha256 == host.digest && receipt.newBytes == host.body.count)
    #expect(bytes(place) == host.body)
    #expect(names(in: folder.file("cache")) == ["net.pth"])
    #expect(names(in: folder.file("disk")) == ["net.pth"])
    // A second time there is nothing to do, whatever the folder holds now.
    try AtomicFile.write("other", to: folder.file("disk/net.pth"))
    #expect(
      try Downloader().copy(host.target(in: folder), fromFolder: folder.file("disk")).newBytes == 0)
  }

  @Test("another file is refused, and a part that was there is kept")
  func wrongFile() throws {
    let other = HostedFile(seed: 3)
    try AtomicFile.write(other.body, to: folder.file("disk/net.pth"))
    try AtomicFile.write("part", to: place + ".part")
    #expect(
      try fail(folder.file("disk"))
        == .wrongContent(
          source: folder.file("disk/net.pth"), expectedPrefix: host.prefix, got: other.digest,
          bytes: other.body.count))
    #expect(bytes(folder.file("disk/net.pth")) == other.body)
    #expect(names(in: folder.file("cache")) == ["net.pth.part"])
  }

  @Test("a folder without the file, a file for a folder, and none")
  func missing() throws {
    try AtomicFile.write("x", to: folder.file("disk/other.pth"))
    #expect(
      try fail(folder.file("disk")) == .file(.notFound(path: folder.file("disk/net.pth"))))
    #expect(
      try fail(folder.file("disk/other.pth"))
        == .file(.notADirectory(path: folder.file("disk/other.pth"))))
    #expect(try fail(folder.file("none")) == .file(.notFound(path: folder.file("none"))))
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("no room")
  func noRoom() throws {
    try AtomicFile.write(host.body, to: folder.file("disk/net.pth"))
    var options = DownloadOptions()
    options.freeSpace = { _ in 5 }
    #expect(
      try fail(folder.file("disk"), options)
        == .noSpace(path: place + ".part", needed: host.body.count, free: 5))
    #expect(names(in: folder.file("cache")) == [])
  }
}
