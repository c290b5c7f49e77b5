import FacetFiles
import FacetTensor

/// A safetensors file of which only the header has been read.
///
/// A file is not trusted: the header may have at most ``maximumHeader`` bytes, every offset is checked
/// against the file before anything is allocated, and names that occur twice, tensors that overlap
/// and bytes that belong to no tensor are refused.
public struct SafeTensorsFile: TensorArchive {
  /// What the reference implementation reads at most, in bytes.
  public static let maximumHeader = 100_000_000

  public let entries: [TensorEntry]
  /// The text that goes with the tensors.
  public let metadata: [String: String]
  private let bytes: FileBytes
  private let offsets: [String: (entry: TensorEntry, offset: Int)]

  public var path: String { bytes.path }

  /// Reads the header of the file at `path`.
  public init(_ path: String) throws(ZooError) {
    try self.init(FileBytes.opening(path))
  }

  /// Reads the header of an open file.
  public init(_ bytes: FileBytes) throws(ZooError) {
    let header = try SafeTensorsHeader(bytes)
    self.bytes = bytes
    metadata = header.metadata
    entries = header.places.map(\.entry)
    var offsets: [String: (entry: TensorEntry, offset: Int)] = [:]
    for place in header.places { offsets[place.entry.name] = (place.entry, place.begin) }
    self.offsets = offsets
  }

  public func tensor(_ name: String) throws(ZooError) -> Tensor {
    guard let (entry, offset) = offsets[name] else { throw noTensor(name) }
    return try bytes.tensor(entry.type, entry.shape, at: offset)
  }
}
