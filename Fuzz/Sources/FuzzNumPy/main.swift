import FacetFiles
import FacetZoo
import FuzzSupport

// An .npz is a zip archive of .npy files, so this feeds the zip reader, too.
fuzz { file in
  let isArchive = try file.count > 1 && Array(file.read(0..<2)) == [0x50, 0x4B]
  try readAll(isArchive ? NPZFile(file) : NumPyFile(file))
}
