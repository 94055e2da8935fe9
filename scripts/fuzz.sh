#!/usr/bin/env bash
# Reads damaged files of every format: fuzz.sh [MUTATIONS a format, 200000] [--sanitize, with the address sanitizer].
# SEGMENT_FUZZ_SEED makes others of them.
set -euo pipefail
cd "$(dirname "$0")/.."
run=(swift test -c release --disable-testable-imports --filter)
export SEGMENT_FUZZ_MUTATIONS=200000
for word in "$@"; do
  if [ "$word" = --sanitize ]; then run=(scripts/sanitize.sh address); else SEGMENT_FUZZ_MUTATIONS=$word; fi
done
"${run[@]}" MutationTests
