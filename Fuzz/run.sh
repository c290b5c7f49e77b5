#!/bin/sh
# Feeds a reader with files that libFuzzer invents: Fuzz/run.sh [TARGET] [SECONDS]. See README.md.
set -eu
cd "$(dirname "$0")"
targets=${1:-FuzzSafeTensors FuzzNumPy FuzzPyTorch FuzzONNX}
seconds=${2:-60}
swift=$(dirname "$(dirname "$(realpath "$(command -v swiftc)")")")
runtime=$(ls "$swift"/lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-"$(uname -m)".a | tail -n 1)
# Swift's own crash reports wait for a terminal that isn't there.
export SWIFT_BACKTRACE=enable=no

for target in $targets; do
  swift build -c release --product "$target" --sanitize address \
    -Xswiftc -sanitize-coverage=edge,trace-cmp,inline-8bit-counters,pc-table \
    -Xlinker "$runtime"
  kept=../Tests/Fixtures/fuzz/$target
  found=.build/fuzz/$target
  mkdir -p "$kept" "$found/corpus" "$found/crashes" "$found/seeds"
  # The tests' own files, but for two that take a second each.
  find ../Tests/Fixtures/formats ../Tests/Fixtures/onnx -type f ! -name '*.py' ! -name bad-deep.pth ! -name bad-shared.pth \
    -exec cp {} "$found/seeds" \;
  "$(swift build -c release --show-bin-path)/$target" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=65536 \
    -detect_leaks=0 \
    -artifact_prefix="$found/crashes/" "$found/corpus" "$found/seeds" "$kept"
done
