#!/usr/bin/env bash
# Runs the tests of the engine, its kernels and its threads under the address and the thread sanitizer.
# A package of those targets alone is built for it, in a folder that is kept for the next time:
# .build-sanitizers. CI leaves it out: it takes as long as the whole suite.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
folder=$root/.build-sanitizers
mkdir -p "$folder"
ln -sfn "$root/Sources" "$folder/Sources"
ln -sfn "$root/Tests" "$folder/Tests"
cat > "$folder/Package.swift" <<'MANIFEST'
// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["FacetTestSupport"], swiftSettings: strict)
}

let package = Package(
  name: "facet-sanitizers",
  targets: [
    .target(name: "CFacetThreads"), .target(name: "CFacetKernels"),
    library("FacetThreads", ["CFacetThreads"]), library("FacetTensor", []),
    library("FacetGraph", ["FacetTensor"]),
    library("FacetEngine", ["FacetGraph", "FacetTensor", "FacetThreads", "CFacetKernels"]),
    .target(
      name: "FacetTestSupport", dependencies: ["FacetTensor"], path: "Tests/FacetTestSupport"),
    tests("CFacetKernels", ["CFacetKernels"]), tests("FacetThreads", ["FacetThreads"]),
    tests("FacetEngine", ["FacetEngine", "FacetGraph", "FacetTensor"]),
  ],
  swiftLanguageModes: [.v6]
)
MANIFEST

# Every buffer by itself, so that its end is seen. The test runner itself never frees all it has.
export FACET_MEMORY=plain ASAN_OPTIONS=detect_leaks=0
for sanitizer in ${1:-address thread}; do
  echo "== $sanitizer"
  swift test -c release --sanitize="$sanitizer" --package-path "$folder" \
    --scratch-path "$folder/$sanitizer"
done
