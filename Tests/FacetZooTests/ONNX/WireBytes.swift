import FacetFiles
import FacetZoo
import Foundation

/// A protobuf message written by hand, for what no honest writer writes.
struct WireBytes {
  var bytes: [UInt8] = []

  /// `value` in groups of seven bits, the lowest first.
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
  }

  func int(_ field: UInt64, _ value: Int) -> WireBytes {
    adding(Self.varint(field << 3) + Self.varint(UInt64(bitPattern: Int64(value))))
  }

  func fixed32(_ field: UInt64, _ value: Float) -> WireBytes {
    adding(
      Self.varint(field << 3 | 5)
        + withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) })
  }

  func bytes(_ field: UInt64, _ value: [UInt8]) -> WireBytes {
    adding(Self.varint(field << 3 | 2) + Self.varint(UInt64(value.count)) + value)
  }

  func text(_ field: UInt64, _ value: String) -> WireBytes { bytes(field, Array(value.utf8)) }

  func message(_ field: UInt64, _ value: WireBytes) -> WireBytes { bytes(field, value.bytes) }

  func adding(_ more: [UInt8]) -> WireBytes { WireBytes(bytes: bytes + more) }

  /// These bytes as a file in memory.
  var file: FileBytes { FileBytes(Data(bytes), path: "hand.onnx") }

  /// A tensor's message with axes and a type, to which elements are added.
  static func tensor(_ dims: [Int], _ type: Int) -> WireBytes {
    dims.reduce(WireBytes()) { $0.int(1, $1) }.int(2, type).text(8, "w")
  }

  /// A model whose graph is `graph`.
  static func model(_ graph: WireBytes) -> WireBytes { WireBytes().int(1, 8).message(7, graph) }
}

extension ZooError {
  /// The reason, for files that are damaged or hold what isn't read.
  var reason: String? {
    switch self {
    case .malformed(_, _, let reason), .unsupported(_, let reason): reason
    default: nil
    }
  }

  /// Where the file is damaged.
  var offset: Int? {
    if case .malformed(_, let offset, _) = self { offset } else { nil }
  }
}

extension ONNXModel {
  /// Every tensor, also those in attributes, in graphs in attributes and in functions.
  var allTensors: [ONNXTensor] {
    graph.allTensors + functions.flatMap { $0.nodes.flatMap(\.allTensors) }
  }
}

extension ONNXGraph {
  var allTensors: [ONNXTensor] { initializers + nodes.flatMap(\.allTensors) }
}

extension ONNXNode {
  var allTensors: [ONNXTensor] {
    attributes.values.flatMap { attribute -> [ONNXTensor] in
      switch attribute {
      case .tensor(let tensor): [tensor]
      case .tensors(let tensors): tensors
      case .graph(let graph): graph.allTensors
      case .graphs(let graphs): graphs.flatMap(\.allTensors)
      default: []
      }
    }
  }
}
