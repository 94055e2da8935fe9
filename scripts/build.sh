#!/usr/bin/env bash
# Install missing packages and build the program, .build/release/segment.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh
swift build -c release --product segment
