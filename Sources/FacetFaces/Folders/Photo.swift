import FacetImage

/// One photo of a set: where it is and what is known of it. Its pixels are decoded when asked for.
public struct Photo: Hashable, Sendable {
  /// Index into the set's identities.
  public let identity: Int
  /// Relative to the set's folder, for example `s1/3.pgm`.
  public let path: String
  /// Where the file can be opened.
  public let file: String
  /// Of the file's bytes: 64 lower-case hexadecimal digits.
  public let sha256: String
  public let perceptualHash: PerceptualHash
  /// In pixels, after turning it upright.
  public let width: Int
  public let height: Int

  public init(
    identity: Int, path: String, file: String, sha256: String,
    perceptualHash: PerceptualHash, width: Int, height: Int
  ) {
    self.identity = identity
    self.path = path
    self.file = file
    self.sha256 = sha256
    self.perceptualHash = perceptualHash
    self.width = width
    self.height = height
  }

  /// The decoded picture.
  ///
  /// - Throws: `ImageError` when the file was removed or changed since the set was loaded.
  public func load() throws(ImageError) -> Image { try ImageDecoder.decode(path: file) }
}
