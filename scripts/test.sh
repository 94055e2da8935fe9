#!/usr/bin/env bash
# Installs what is missing and runs all tests, optimised; arguments go to `swift test` (such as --filter Volumes).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh nifti-bin # nifti_tool judges the headers that are written
swift build -c release --product segment
swift test -c release --disable-testable-imports "$@"
