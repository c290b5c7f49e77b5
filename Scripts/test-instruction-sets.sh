#!/usr/bin/env bash
# Runs the engine's and the golden tests with each instruction set this processor has. The suite
# itself uses the widest. Needs `swift build -c release --build-tests` before.
set -euo pipefail
cd "$(dirname "$0")/.."

has() { grep -qw "$1" /proc/cpuinfo; }

sets=(portable)
if has avx2 && has fma; then sets+=(avx2); fi
if has avx512f; then sets+=(avx512); fi
for set in "${sets[@]}"; do
  echo "== FACET_ISA=$set"
  FACET_ISA=$set swift test -c release --skip-build --filter '^(GoldenTests|FacetEngineTests)\.'
done
