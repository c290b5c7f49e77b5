import FacetFiles
import FacetZoo
import FuzzSupport

// The structure, the elements that the graph needs, folding, lowering and shape inference.
fuzz { file in
  var options = ONNXImportOptions()
  options.foldingLimit = 1 << 16
  _ = try ONNXImporter.model(try ONNXModel(file), path: file.path, options: options)
}
