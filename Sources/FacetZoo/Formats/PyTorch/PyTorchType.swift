/// PyTorch's names of element types.
enum PyTorchType {
  /// The type of a storage's elements: `torch.FloatStorage` or, from a graphics card,
  /// `torch.cuda.FloatStorage`. `nil` when it is not read: complex, quantised and 8-bit floats.
  static func ofStorage(_ storage: PickleGlobal) -> ElementType? {
    guard storage.module.hasPrefix("torch") else { return nil }
    return storages[storage.name]
  }

  /// The type that `torch.uint16` and its like name.
  static func named(_ type: PickleGlobal) -> ElementType? {
    type.module == "torch" ? names[type.name] : nil
  }

  private static let storages: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    // A storage without a type counts bytes.
    "UntypedStorage": .uint8,
  ]

  private static let names: [String: ElementType] = [
    "float64": .float64, "double": .float64, "float32": .float32, "float": .float32,
    "float16": .float16, "half": .float16, "bfloat16": .bfloat16, "int64": .int64, "long": .int64,
    "int32": .int32, "int": .int32, "int16": .int16, "short": .int16, "int8": .int8,
    "uint64": .uint64, "uint32": .uint32, "uint16": .uint16, "uint8": .uint8, "bool": .bool,
  ]
}
