// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let zoo = Target.Dependency.product(name: "FacetZoo", package: "facet")

/// A program that feeds one reader.
func fuzzer(_ name: String) -> Target {
  .executableTarget(name: name, dependencies: ["FuzzSupport", zoo], swiftSettings: strict)
}

let package = Package(
  name: "facet-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "facet", path: "..")],
  targets: [
    .systemLibrary(name: "CFuzzer"),
    .target(name: "FuzzSupport", dependencies: ["CFuzzer", zoo], swiftSettings: strict),
    fuzzer("FuzzSafeTensors"),
    fuzzer("FuzzNumPy"),
    fuzzer("FuzzPyTorch"),
    fuzzer("FuzzONNX"),
  ],
  swiftLanguageModes: [.v6]
)
