// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// One library of the house. Tests/LayeringTests checks that what is listed here is what Docs/Architecture.md allows.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["FacetTestSupport"], swiftSettings: strict)
}

let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "facet",
  products: [
    .executable(name: "facet", targets: ["facet"]),
    .executable(name: "facet-bench", targets: ["facet-bench"]),
    .library(name: "Facet", targets: ["FacetWorkbench"]),
    // For the fuzzers in Fuzz/.
    .library(name: "FacetZoo", targets: ["FacetZoo", "FacetFiles"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // System libraries and C shims.
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(
      name: "CImageCodecs",
      cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("gif")]),
    .target(name: "CFacetThreads", cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "CFacetKernels", cSettings: [.treatAllWarnings(as: .error)]),

    // The house, from the ground up.
    library("FacetFiles", ["COpenSSL"]),
    library("FacetThreads", ["CFacetThreads"]),
    library("FacetTensor", []),
    library("FacetGraph", ["FacetTensor"]),
    library("FacetEngine", ["FacetGraph", "FacetTensor", "FacetThreads", "CFacetKernels"]),
    library("FacetZoo", ["FacetGraph", "FacetTensor", "FacetFiles", "CZlib"]),
    library("FacetDownload", ["FacetFiles"]),
    library("FacetImage", ["FacetTensor", "FacetFiles", "CPNG", "CImageCodecs"]),
    library(
      "FacetTraining",
      ["FacetEngine", "FacetGraph", "FacetImage", "FacetTensor", "FacetThreads"]),
    library("FacetExplain", ["FacetEngine", "FacetGraph", "FacetTensor", "FacetThreads"]),
    library(
      "FacetFaces", ["FacetImage", "FacetTensor", "FacetFiles", "FacetThreads", "CCairo"]),
    library("FacetEvaluation", ["FacetTensor"]),
    library("FacetReport", ["FacetImage", "FacetTensor", "FacetFiles", "CCairo", mustache]),
    library(
      "FacetWorkbench",
      [
        "FacetTraining", "FacetExplain", "FacetZoo", "FacetFaces", "FacetEvaluation", "FacetReport",
        "FacetImage", "FacetEngine", "FacetGraph", "FacetTensor", "FacetFiles", "FacetDownload",
        "FacetThreads",
      ]),
    .executableTarget(
      name: "facet",
      dependencies: [
        "FacetWorkbench", "FacetTraining", "FacetExplain", "FacetEngine", "FacetThreads",
        argumentParser,
      ], swiftSettings: strict),

    // The benchmark: the engine against its peers.
    library(
      "FacetBench",
      [
        "FacetWorkbench", "FacetTraining", "FacetExplain", "FacetZoo", "FacetImage", "FacetEngine",
        "FacetGraph", "FacetTensor", "FacetFiles",
      ]),
    .executableTarget(
      name: "facet-bench",
      dependencies: ["FacetBench", "FacetEngine", "FacetThreads", argumentParser],
      swiftSettings: strict),

    // Tests, one target per library.
    .target(
      name: "FacetTestSupport", dependencies: ["FacetTensor"], path: "Tests/FacetTestSupport",
      swiftSettings: strict),
    tests("CFacetKernels", ["CFacetKernels"]),
    tests("FacetFiles", ["FacetFiles"]),
    tests("FacetThreads", ["FacetThreads"]),
    tests("FacetTensor", ["FacetTensor"]),
    tests("FacetGraph", ["FacetGraph", "FacetTensor"]),
    tests("FacetEngine", ["FacetEngine", "FacetGraph", "FacetTensor"]),
    tests(
      "FacetZoo", ["FacetZoo", "FacetEngine", "FacetGraph", "FacetTensor", "FacetFiles"]),
    tests("FacetDownload", ["FacetDownload", "FacetFiles"]),
    tests("FacetImage", ["FacetImage", "FacetTensor"]),
    tests(
      "FacetTraining", ["FacetTraining", "FacetEngine", "FacetGraph", "FacetImage", "FacetTensor"]),
    tests("FacetExplain", ["FacetExplain", "FacetEngine", "FacetGraph", "FacetTensor"]),
    tests("FacetFaces", ["FacetFaces", "FacetImage", "FacetTensor"]),
    tests("FacetEvaluation", ["FacetEvaluation", "FacetTensor"]),
    tests("FacetReport", ["FacetReport", "FacetImage", "FacetTensor"]),
    tests(
      "FacetWorkbench",
      [
        "FacetWorkbench", "FacetTraining", "FacetExplain", "FacetZoo", "FacetFaces",
        "FacetEvaluation", "FacetReport", "FacetImage", "FacetEngine", "FacetGraph", "FacetTensor",
        "FacetFiles",
      ]),
    tests(
      "FacetBench", ["FacetBench", "FacetZoo", "FacetGraph", "FacetTensor", "FacetFiles"]),
    tests(
      "Golden",
      [
        "FacetExplain", "FacetTraining", "FacetZoo", "FacetEngine", "FacetGraph", "FacetTensor",
        "FacetImage",
      ]),
    tests("CommandLine", ["FacetFiles", "FacetImage", "FacetZoo", "FacetTensor"]),
    tests("Layering", []),
  ],
  swiftLanguageModes: [.v6]
)
