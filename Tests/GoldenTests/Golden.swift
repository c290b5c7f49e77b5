import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Reference tensors of one folder of `shared/golden`, with the noise floor of each.
struct Golden {
  let tensors: [String: Tensor]
  let floors: [String: Double]
  /// The whole of gold.json.
  let information: [String: Any]

  static func isThere(_ name: String) -> Bool {
    SharedData.has("golden/\(name)/gold.safetensors")
  }

  init(_ name: String) throws {
    let folder = try #require(SharedData.path("golden/\(name)"))
    tensors = try SafeTensors(contentsOf: folder + "/gold.safetensors").tensors
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder + "/gold.json")))
    information = try #require(json as? [String: Any])
    floors = information["floors"] as? [String: Double] ?? [:]
  }

  subscript(_ name: String) -> Tensor {
    get throws { try #require(tensors[name], "no golden tensor \(name)") }
  }

  /// The noise floor of a parameter's gradient; `nil` when the recipe gives none.
  func floor(of parameter: String, in section: String) -> Double? {
    (information[section] as? [String: [String: Any]])?[parameter]?["floor"] as? Double
  }

  /// A tensor of whole numbers: classes.
  func integers(_ name: String) throws -> [Int] { try self[name].scalars.map { Int($0) } }

  /// Expects `max |difference| / max |reference|` at most the larger of 1e-4 and three times the
  /// noise floor: how far float32 PyTorch itself is from float64.
  ///
  /// - Parameter images: only these of the reference.
  func expect(
    _ value: Tensor, equals name: String, floor: Double? = nil, images: Range<Int>? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try self[name]
    let reference = images.map { whole.slices($0) } ?? whole
    let tolerance = Float(max(1e-4, 3 * (floor ?? floors[name] ?? 0)))
    try #require(value.shape == reference.shape, "\(name)", sourceLocation: sourceLocation)
    let difference = value.relativeDifference(from: reference)
    #expect(
      difference <= tolerance, "\(name): \(difference) is over \(tolerance)",
      sourceLocation: sourceLocation)
  }

  /// The weights the folder's network had, made again from its recipe.
  func weights() throws -> [String: Tensor] {
    let shapes = try #require(information["weights"] as? [String: [Int]])
    let seed = try #require(information["weights_seed"] as? Int)
    return GoldenWeights.tensors(shapes.mapValues { Shape($0) }, seed: UInt64(seed))
  }
}
