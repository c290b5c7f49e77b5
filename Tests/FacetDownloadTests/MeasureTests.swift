import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

/// Rates, pauses and digests.
@Suite("Rates and pauses") struct MeasureTests {
  @Test("a rate over the window, not over the whole")
  func rate() {
    var rate = TransferRate(window: 10)
    rate.add(bytes: 500, at: 0)
    #expect(rate.bytesPerSecond == nil)
    rate.add(bytes: 600, at: 0.1)
    #expect(rate.bytesPerSecond == nil)
    rate.add(bytes: 1500, at: 2)
    #expect(rate.bytesPerSecond == 500)
    // Slow from now on: 100 bytes a second. The quick beginning is forgotten after ten seconds.
    for second in 3...30 { rate.add(bytes: 1500 + 100 * (second - 2), at: Double(second)) }
    #expect(rate.bytesPerSecond == 100)
  }

  @Test("fractions and what remains")
  func progress() {
    let half = DownloadProgress(bytes: 50, total: 100, bytesPerSecond: 10)
    #expect(half.fraction == 0.5 && half.secondsLeft == 5)
    let unknown = DownloadProgress(bytes: 50, total: nil, bytesPerSecond: 10)
    #expect(unknown.fraction == 0 && unknown.secondsLeft == nil)
    #expect(DownloadProgress(bytes: 50, total: 100, bytesPerSecond: 0).secondsLeft == nil)
    #expect(DownloadProgress(bytes: 0, total: 0, bytesPerSecond: nil).fraction == 0)
    #expect(DownloadProgress(bytes: 9, total: 3, bytesPerSecond: 1).secondsLeft == 0)
  }

  @Test("pauses double up to the longest")
  func pauses() {
    let options = DownloadOptions()
    #expect(
      (1...8).map { options.pause(before: $0).inSeconds } == [1, 2, 4, 8, 16, 30, 30, 30])
    #expect(options.pause(before: 1_000_000_000).inSeconds == 30)
    #expect(options.stallTimeout == .seconds(30))
  }

  @Test("this machine says how much room it has")
  func space() throws {
    let folder = try TemporaryFolder()
    #expect(try #require(DownloadOptions().freeSpace(folder.path)) > 0)
    #expect(DownloadOptions().freeSpace(folder.file("none")) == nil)
  }

  @Test("a digest doesn't depend on the pieces", arguments: [1, 7, 63, 64, 65, 1000, 5000])
  func stream(piece: Int) throws {
    let data = HostedFile(count: 1000).body
    var stream = SHA256Stream()
    for start in stride(from: 0, to: data.count, by: piece) {
      stream.update(data[start..<min(data.count, start + piece)])
    }
    #expect(stream.finish() == SHA256Digest(of: data))
    let folder = try TemporaryFolder()
    try AtomicFile.write(data, to: folder.file("x"))
    var reports: [Int] = []
    let digest = try SHA256Digest(of: FileBytes(path: folder.file("x")), piece: piece) {
      reports.append($0)
    }
    #expect(digest == SHA256Digest(of: data))
    #expect(reports.last == 1000 && reports.count == (1000 + piece - 1) / piece)
  }

  @Test("known digests: FIPS 180-4's \"abc\" in three pieces, and nothing at all")
  func known() {
    var stream = SHA256Stream()
    for letter in ["a", "b", "", "c"] { stream.update(Data(letter.utf8)) }
    #expect(
      stream.finish().hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256Stream().finish().hex
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
