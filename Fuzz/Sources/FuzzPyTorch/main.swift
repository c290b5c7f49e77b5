import FacetZoo
import FuzzSupport

// Most of what is tried is the form before PyTorch 1.6: a zip archive's checksum stops changed pickles.
fuzz { try readAll(PyTorchFile($0)) }
