/// Who may import whom: the plan of the house (Docs/Architecture.md) as a table.
///
/// A target that isn't here fails the tests, and so does a row without a target. Adding an import
/// that its row lacks means changing the plan, so it is done here and argued for there.
enum House {
  static let rows: [String: Set<String>] = [
    // From the ground up: what each library may import of the house.
    "FacetFiles": [],
    "FacetDownload": ["FacetFiles"],
    "FacetThreads": [],
    "FacetTensor": [],
    "FacetGraph": ["FacetTensor"],
    "FacetEngine": ["FacetGraph", "FacetTensor", "FacetThreads"],
    "FacetZoo": ["FacetGraph", "FacetTensor", "FacetFiles"],
    "FacetImage": ["FacetTensor", "FacetFiles"],
    "FacetTraining": ["FacetEngine", "FacetGraph", "FacetImage", "FacetTensor", "FacetThreads"],
    "FacetExplain": ["FacetEngine", "FacetGraph", "FacetTensor", "FacetThreads"],
    "FacetFaces": ["FacetImage", "FacetTensor", "FacetFiles", "FacetThreads"],
    "FacetEvaluation": ["FacetTensor"],
    "FacetReport": ["FacetImage", "FacetTensor", "FacetFiles"],
    "FacetWorkbench": [
      "FacetTraining", "FacetExplain", "FacetZoo", "FacetFaces", "FacetEvaluation", "FacetReport",
      "FacetImage", "FacetEngine", "FacetGraph", "FacetTensor", "FacetFiles", "FacetDownload",
      "FacetThreads",
    ],
    "facet": [
      "FacetWorkbench", "FacetTraining", "FacetExplain", "FacetZoo", "FacetFaces",
      "FacetEvaluation", "FacetReport", "FacetImage", "FacetEngine", "FacetGraph", "FacetTensor",
      "FacetFiles", "FacetDownload", "FacetThreads",
    ],
    "FacetBench": [
      "FacetWorkbench", "FacetTraining", "FacetExplain", "FacetZoo", "FacetFaces",
      "FacetEvaluation", "FacetReport", "FacetImage", "FacetEngine", "FacetGraph", "FacetTensor",
      "FacetFiles", "FacetDownload", "FacetThreads",
    ],
    "facet-bench": [
      "FacetBench", "FacetWorkbench", "FacetTraining", "FacetExplain", "FacetZoo", "FacetFaces",
      "FacetEvaluation", "FacetReport", "FacetImage", "FacetEngine", "FacetGraph", "FacetTensor",
      "FacetFiles", "FacetDownload", "FacetThreads",
    ],
    // System libraries and shims in C import nothing of the house.
    "CFacetKernels": [],
    "CFacetThreads": [],
    "COpenSSL": [],
    "CCairo": [],
    "CZlib": [],
    "CPNG": [],
    "CImageCodecs": [],
  ]

  /// System libraries and packages from outside: the targets that may import each.
  static let doors: [String: Set<String>] = [
    "CFacetKernels": ["FacetEngine"],
    "CFacetThreads": ["FacetThreads"],
    "COpenSSL": ["FacetFiles"],
    "CZlib": ["FacetZoo"],
    // Faces are biometric data: nothing leaves the machine, and one target alone can open a socket.
    "FoundationNetworking": ["FacetDownload"],
    "CPNG": ["FacetImage"],
    "CImageCodecs": ["FacetImage"],
    "CCairo": ["FacetFaces", "FacetReport"],
    "Mustache": ["FacetReport"],
    "ArgumentParser": ["facet", "facet-bench"],
  ]

  /// Packages from outside the house: each by one target.
  static let packages: Set<String> = ["Mustache", "ArgumentParser"]

  /// What comes with the toolchain; anyone may import it.
  static let toolchain: Set<String> = [
    "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc",
  ]

  /// The one target that may promise what the compiler can't check, for its workspace.
  static let mayBeUnchecked: Set<String> = ["FacetEngine"]

  static let longestFile = 400
}
