#!/usr/bin/env bash
# Install missing packages and run all tests in release mode. Arguments are passed to `swift test`, such as --filter Volumes.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh nifti-bin # the tests check written headers with nifti_tool
swift build -c release --product segment
swift test -c release --disable-testable-imports "$@"
