#!/usr/bin/env bash
# Runs the engine's and the kernels' tests under the address and the thread sanitizer, each in a build
# folder of its own: .build-address and .build-thread. Takes two whole builds, so CI leaves it out.
set -euo pipefail
cd "$(dirname "$0")/.."

# Every buffer by itself, so that its end is seen; OpenSSL and Foundation keep what they allocate.
export FACET_MEMORY=plain ASAN_OPTIONS=detect_leaks=0
for sanitizer in ${1:-address thread}; do
  echo "== $sanitizer"
  swift build -c release --sanitize="$sanitizer" --scratch-path ".build-$sanitizer" --build-tests
  swift test -c release --sanitize="$sanitizer" --scratch-path ".build-$sanitizer" --skip-build \
    --filter '^(FacetEngineTests|CFacetKernelsTests|FacetThreadsTests)\.'
done
