#!/bin/bash
# Builds the fuzz targets and runs one after the other, each for so many seconds: run.sh [seconds].
# An input on which a check fails is left in FailCases, where the package's tests find it.

set -euo pipefail
cd "$(dirname "$0")"

seconds="${1:-60}"
# Otherwise Swift's own crash handler keeps the fuzzer from ending.
export SWIFT_BACKTRACE=enable=no

# The flags go to the codec too: the fuzzer learns from the ways that an input takes through it. The checks look into
# the hub as tests do.
swift build -c release -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing

status=0
for target in FuzzParser FuzzRoundTrip FuzzInjection FuzzSelector FuzzPublishForm FuzzToken FuzzConnection FuzzFrames; do
    corpus=".build/corpus/$target"
    mkdir -p "$corpus"
    echo "== $target"
    ".build/release/$target" "$corpus" "FailCases/$target" \
        -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=2048 -timeout=10 \
        -artifact_prefix="FailCases/$target/" -print_final_stats=1 || status=1
done
exit "$status"
