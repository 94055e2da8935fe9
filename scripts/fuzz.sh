#!/usr/bin/env bash
# Reads damaged files of every format: fuzz.sh [MUTATIONS a format, 200000] [--sanitize, with the address sanitiser].
# SEGMENT_FUZZ_SEED makes others of them.
set -euo pipefail
cd "$(dirname "$0")/.."
options=()
mutations=200000
for word in "$@"; do
  if [ "$word" = --sanitize ]; then options=(--sanitize=address --scratch-path .build-sanitized); else mutations=$word; fi
done
export ASAN_OPTIONS=detect_leaks=0 # XCTest leaks 144 bytes of its own
SEGMENT_FUZZ_MUTATIONS=$mutations swift test -c release --disable-testable-imports "${options[@]}" --filter MutationTests
