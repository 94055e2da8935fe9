#!/usr/bin/env bash
# Installs what is missing and builds the program: .build/release/segment
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh
swift build -c release --product segment
