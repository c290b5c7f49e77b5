import FacetFiles
import Foundation

/// A model of the Open Neural Network Exchange as its file says it: nothing is checked against the
/// operators' definitions here.
///
/// Field names and numbers are those of onnx.proto3 (https://github.com/onnx/onnx). Documentation
/// strings, training information and quantization annotations are left out.
public struct ONNXModel: Equatable, Sendable {
  /// The version of the file format, such as 8.
  public var irVersion: Int
  /// Operator-set versions by domain; the standard domain is `""`, also where the file says `ai.onnx`.
  public var opsetImports: [String: Int]
  public var producerName: String
  public var producerVersion: String
  /// Free text by key.
  public var metadata: [String: String]
  public var graph: ONNXGraph
  /// Functions of the model's own, which its nodes call as if they were operators.
  public var functions: [ONNXFunction]

  public init(
    irVersion: Int, opsetImports: [String: Int], producerName: String = "",
    producerVersion: String = "", metadata: [String: String] = [:], graph: ONNXGraph,
    functions: [ONNXFunction] = []
  ) {
    self.irVersion = irVersion
    self.opsetImports = opsetImports
    self.producerName = producerName
    self.producerVersion = producerVersion
    self.metadata = metadata
    self.graph = graph
    self.functions = functions
  }

  /// Reads the structure of the model at `path`; elements of tensors stay in the file, which stays
  /// open, until they are asked for. External data is looked for beside the model.
  ///
  /// - Throws: `file` when it can't be read; `malformed`, with the message's and the field's name,
  ///   when it isn't an ONNX model; `unsupported` for sparse initializers.
  public init(contentsOf path: String) throws(ZooError) {
    let bytes: FileBytes
    do { bytes = try FileBytes(path: path) } catch { throw .file(error) }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    self = try ONNXDecoder.model(in: bytes, folder: folder)
  }

  /// Reads a model's structure from bytes; a tensor with external data can't be read from it.
  public init(_ bytes: FileBytes) throws(ZooError) {
    self = try ONNXDecoder.model(in: bytes, folder: nil)
  }
}

/// A function of a model's own: nodes that are put where a node calls it by domain, name and overload.
public struct ONNXFunction: Equatable, Sendable {
  public var name: String
  public var domain: String
  public var overload: String
  public var inputs: [String]
  public var outputs: [String]
  /// Names of attributes that a call must give.
  public var requiredAttributes: [String]
  /// Attributes that a call may give, with the values they have otherwise.
  public var defaultAttributes: [String: ONNXAttribute]
  public var nodes: [ONNXNode]
  /// Operator-set versions by domain, as in ``ONNXModel/opsetImports``.
  public var opsetImports: [String: Int]

  public init(
    name: String, domain: String, overload: String = "", inputs: [String], outputs: [String],
    requiredAttributes: [String] = [], defaultAttributes: [String: ONNXAttribute] = [:],
    nodes: [ONNXNode], opsetImports: [String: Int]
  ) {
    self.name = name
    self.domain = domain
    self.overload = overload
    self.inputs = inputs
    self.outputs = outputs
    self.requiredAttributes = requiredAttributes
    self.defaultAttributes = defaultAttributes
    self.nodes = nodes
    self.opsetImports = opsetImports
  }
}
