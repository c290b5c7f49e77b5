/// What a call of a Python function or class means in data.
enum PickleFunction {
  /// `torch._utils._rebuild_tensor` and its later forms: storage, offset, size, strides.
  case tensor
  /// The same, with a type of elements of its own.
  case typedTensor
  /// The first argument, a tensor: `torch._utils._rebuild_parameter`.
  case parameter
  /// `torch._tensor._rebuild_from_type_v2`: a function, a class, its arguments, a state.
  case subclass
  /// A dictionary, of pairs or empty.
  case dictionary
  /// A dictionary whose first argument makes its values.
  case defaultDictionary
  /// A list, of the elements of the first argument or empty. The same holds for the next two.
  case list
  case tuple
  case set
  /// The first argument.
  case first
  /// An instance of the class that is the first argument.
  case instance
  /// Something harmless without contents.
  case inert
  /// Data that can't be read; what to do instead.
  case refused(String)

  /// Functions by their Python names.
  static let all: [String: PickleFunction] = {
    var all: [String: PickleFunction] = [
      "torch._utils._rebuild_tensor": .tensor,
      "torch._utils._rebuild_tensor_v2": .tensor,
      "torch._utils._rebuild_tensor_v3": .typedTensor,
      "torch._utils._rebuild_parameter": .parameter,
      "torch._utils._rebuild_parameter_with_state": .parameter,
      "torch._tensor._rebuild_from_type_v2": .subclass,
      "collections.OrderedDict": .dictionary,
      "collections.Counter": .dictionary,
      "collections.defaultdict": .defaultDictionary,
      "torch.Size": .tuple,
      "torch.jit._pickle.restore_type_tag": .first,
      "copy_reg._reconstructor": .instance,
      "copyreg._reconstructor": .instance,
      "copyreg.__newobj__": .instance,
      "copy_reg.__newobj__": .instance,
      "torch._utils._rebuild_qtensor": .refused(
        "it holds quantised weights; save model.dequantize() or the network before quantisation"),
      "torch._utils._rebuild_sparse_tensor": .refused(
        "it holds a sparse tensor; save tensor.to_dense()"),
      "torch._utils._rebuild_sparse_csr_tensor": .refused(
        "it holds a sparse tensor; save tensor.to_dense()"),
      "torch._utils._rebuild_nested_tensor": .refused("it holds a nested tensor"),
      "torch.storage._load_from_bytes": .refused(
        "it was written by pickle.dump; write it with torch.save"),
    ]
    for module in ["builtins", "__builtin__"] {
      all[module + ".dict"] = .dictionary
      all[module + ".list"] = .list
      all[module + ".tuple"] = .tuple
      all[module + ".set"] = .set
      all[module + ".frozenset"] = .set
      for name in ["bytearray", "bytes", "complex", "range", "slice", "xrange", "object"] {
        all["\(module).\(name)"] = .inert
      }
    }
    for kind in ["int", "double", "bool", "tensor"] {
      all["torch.jit._pickle.build_\(kind)list"] = .first
    }
    for name in harmless { all[name] = .inert }
    return all
  }()

  private static let harmless: [String] = {
    var names = [
      "torch.device", "torch.serialization._get_layout", "_codecs.encode", "numpy.dtype",
      "collections.deque", "datetime.datetime", "datetime.date", "datetime.time",
      "datetime.timedelta", "datetime.timezone", "decimal.Decimal", "fractions.Fraction",
      "uuid.UUID", "argparse.Namespace", "types.SimpleNamespace", "functools.partial",
      "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__bit_generator_ctor",
      "numpy.random._pickle.__generator_ctor",
    ]
    for module in ["numpy.core", "numpy._core"] {
      for name in ["multiarray.scalar", "multiarray._reconstruct", "numeric._frombuffer"] {
        names.append("\(module).\(name)")
      }
    }
    for module in ["pathlib", "pathlib._local"] {
      for name in ["Path", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"] {
        names.append("\(module).\(name)")
      }
    }
    return names
  }()
}
