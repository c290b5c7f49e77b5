import FacetDownload
import Foundation
import Testing

/// Where files are fetched from.
@Suite("Addresses") struct AddressTests {
  @Test(
    "allowed",
    arguments: [
      "https://download.pytorch.org/models", "HTTPS://example.org", "https://10.0.0.1:8443/x?y=z",
      "http://localhost/x", "http://127.0.0.1:80", "http://127.255.0.3/", "http://[::1]:9/x",
    ])
  func allowed(_ text: String) throws {
    #expect(try DownloadAddress.parse(text).absoluteString == text)
  }

  @Test(
    "refused",
    arguments: [
      "http://example.org", "http://127.0.0.1.example.org/", "http://127.1/", "http://127.0.0.256/",
      "http://128.0.0.1", "http://localhost.example.org", "ftp://example.org", "file:///etc/passwd",
      "https://", "https:///x", "example.org/x", "", "https://me:secret@example.org/x",
      "https://me@example.org/x", "http://127.0.0.+1/", "http://0127.0.0.1/",
    ])
  func refused(_ text: String) throws {
    let error = try failure { () throws(DownloadError) in _ = try DownloadAddress.parse(text) }
    guard case .address = error else { throw error }
    #expect(!error.description.contains("secret"))
  }
}
